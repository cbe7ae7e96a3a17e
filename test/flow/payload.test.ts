import { describe, expect, it } from 'vitest'
import { BEGINNING_MISSING, FRAMED } from '../../src/evidence/proof.ts'
import type { Flow } from '../../src/flow/flow.ts'
import { MOST_LOOKS } from '../../src/flow/payload.ts'
import { filler, join, type Octets, u16, u32 } from '../support/octets.ts'
import { ipv4, udp } from '../support/packets.ts'
import type { Timed } from './script.ts'
import { plainPieces, type SessionForm, session } from './session.ts'
import { type Tracked, trackShares } from './shares.ts'

const NOTHING = new Uint8Array(0)
const [CLIENT, SERVER] = ['10.0.0.20', '10.0.0.16']

function text(characters: string): Uint8Array {
  return Uint8Array.from(Buffer.from(characters, 'latin1'))
}

/** A connection in which both say something, in segments of a size. */
function connection(client: Uint8Array, server: Uint8Array = NOTHING, size = 1460, form: SessionForm = {}): Flow {
  const streams = { client, server }
  return only(trackShares(session(streams, plainPieces(streams, size), form)))
}

function only({ flows }: Tracked): Flow {
  expect(flows).toHaveLength(1)
  return flows[0] as Flow
}

/** Datagrams of one exchange, a tenth of a second apart: `>` from the client, `<` from the server. */
function exchanged(port: number, ...datagrams: readonly (readonly ['>' | '<', Octets])[]): Tracked {
  const packets = datagrams.map(([direction, payload], index): Timed => {
    const isAsked = direction === '>'
    const [src, dst] = isAsked ? [CLIENT, SERVER] : [SERVER, CLIENT]
    const ports = isAsked ? { srcPort: 50_000, dstPort: port } : { srcPort: port, dstPort: 50_000 }
    return { ns: index * 1e8, bytes: ipv4(udp({ ...ports, payload }), { src, dst, identification: index + 1 }).bytes }
  })
  return trackShares(packets)
}

function serviceOf(port: number, ...datagrams: readonly (readonly ['>' | '<', Octets])[]): string {
  return only(exchanged(port, ...datagrams)).service
}

const rtp = (sequence: number, source = 7) => join([0x80, 96], u16(sequence), u32(sequence * 160, source), filler(40))
const UNKNOWN = Uint8Array.from({ length: 40 }, (_, index) => 0xf0 + (index % 16))
const DNS_NAME = join([4], text('LYNC'), [7], text('contoso'), [5], text('local'), [0])
const question = (type: number) => join(u16(7, 0x0100, 1, 0, 0, 0), DNS_NAME, u16(type, 1))
const answer = (...records: readonly Uint8Array[]) =>
  join(u16(7, 0x8180, 1, records.length, 0, 0), DNS_NAME, u16(1, 1), ...records)
const address = (...octets: readonly number[]) =>
  join(u16(0xc00c, octets.length === 4 ? 1 : 28, 1), u32(60), u16(octets.length), octets)

describe('the first payload of a connection', () => {
  it.each([
    ['http', 'GET /abs/handler HTTP/1.1\r\nHost: Pool01.Contoso.LOCAL:443\r\n\r\n', 'pool01.contoso.local'],
    ['sip', 'REGISTER sip:contoso.local SIP/2.0\r\nVia: SIP/2.0/TCP 10.0.0.20\r\n\r\n', undefined],
    ['ssh', 'SSH-2.0-OpenSSH_8.9p1\r\n', undefined],
  ])('tells %s, whole or byte by byte', (service, said, claim) => {
    for (const size of [1460, 7, 1]) {
      const flow = connection(text(said), NOTHING, size)
      expect([flow.service, flow.claim, flow.proof]).toEqual([service, claim, 0])
    }
  })

  it('may tell from the side that was called alone', () => {
    expect(connection(UNKNOWN, text('SSH-2.0-OpenSSH_8.9p1\r\n')).service).toBe('ssh')
    expect(connection(NOTHING, text('HTTP/1.1 200 OK\r\n\r\n')).contentOpener).toBe('high')
  })

  it('is unidentified where both sides say nothing that is known, and none where nothing is said', () => {
    expect(connection(UNKNOWN, UNKNOWN).service).toBe('unidentified')
    expect(connection(UNKNOWN).service).toBe('unidentified')
    expect(connection(NOTHING).service).toBe('none')
  })

  it('tells nothing from the middle on unless it is known', () => {
    expect(connection(UNKNOWN, UNKNOWN, 1460, { isMidstream: true })).toMatchObject({
      service: 'none',
      proof: BEGINNING_MISSING,
    })
    const sip = text('SIP/2.0 200 OK\r\nVia: SIP/2.0/TCP 10.0.0.20\r\n\r\n')
    expect(connection(sip, NOTHING, 1460, { isMidstream: true })).toMatchObject({
      service: 'sip',
      proof: BEGINNING_MISSING,
    })
  })

  it('tells media in frames from two of them', () => {
    const framed = (sequence: number) => join(u16(rtp(sequence).length), rtp(sequence))
    expect(connection(join(framed(1), framed(2)), NOTHING, 52)).toMatchObject({ service: 'rtp', proof: FRAMED })
  })

  it('gives a name of at most 255 bytes', () => {
    const host = 'x'.repeat(300)
    expect(connection(text(`GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`)).claim).toBe(host.slice(0, 255))
  })

  it('is not looked for behind it', () => {
    const later = text('GET / HTTP/1.1\r\nHost: fe01\r\n\r\n')
    expect(connection(join(UNKNOWN, later), NOTHING, UNKNOWN.length)).toMatchObject({ service: 'unidentified' })
  })
})

describe('datagrams', () => {
  it.each([
    [1, 'unidentified'],
    [MOST_LOOKS, 'sip'],
    [MOST_LOOKS + 1, 'unidentified'],
  ])('are looked at up to the fourth of a side: %i', (place, service) => {
    const sip = text('OPTIONS sip:contoso.local SIP/2.0\r\n\r\n')
    const before = Array.from({ length: place - 1 }, () => ['>', UNKNOWN] as const)
    const last = place === 1 ? UNKNOWN : sip
    expect(serviceOf(5060, ...before, ['>', last])).toBe(service)
  })

  it('of both sides are looked at', () => {
    const silence = Array.from({ length: MOST_LOOKS }, () => ['>', UNKNOWN] as const)
    expect(serviceOf(53, ...silence, ['<', answer(address(10, 0, 0, 16))])).toBe('dns')
  })

  it('are RTP when the second goes on after the first', () => {
    expect(serviceOf(50_040, ['>', rtp(1)])).toBe('none')
    expect(serviceOf(50_040, ['>', rtp(1)], ['>', rtp(2)])).toBe('rtp')
    expect(serviceOf(50_040, ['>', rtp(1)], ['<', rtp(2)])).toBe('none')
    expect(serviceOf(50_040, ['>', rtp(1)], ['>', rtp(2, 8)])).toBe('none')
    expect(serviceOf(50_040, ['>', rtp(1)], ['>', rtp(2, 8)], ['>', rtp(3, 8)])).toBe('rtp')
    expect(serviceOf(50_040, ['>', rtp(65_535)], ['>', rtp(0)])).toBe('rtp')
  })

  it.each([1, 2, 4, 7])('of %i bytes that only keep the path open say nothing, wherever they end', (length) => {
    const [silent, lines] = [new Uint8Array(length), text('\r\n\r\n\r\n\r\n'.slice(0, length))]
    expect(serviceOf(5060, ['>', silent], ['<', silent])).toBe('none')
    expect(serviceOf(5060, ['>', lines], ['>', rtp(1)], ['>', rtp(2)])).toBe('rtp')
  })

  it('with questions of name servers to each other keep the one that asked first', () => {
    const { flows } = exchanged(53, ['>', question(1)], ['<', question(28)], ['>', question(1)])
    expect([flows.length, flows[0]?.service, flows[0]?.contentOpener]).toEqual([1, 'dns', 'high'])
    const turned = exchanged(53, ['<', question(1)], ['>', question(28)], ['<', question(1)])
    expect(turned.flows[0]?.contentOpener).toBe('low')
  })
})

describe('answers of a name server', () => {
  const MAPPED = [0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x16]

  it('give names to addresses', () => {
    const { answers } = exchanged(53, ['>', question(1)], ['<', answer(address(10, 0, 0, 16), address(...MAPPED))])
    expect(answers).toEqual(['10.0.0.16 lync.contoso.local', '2001:db8::16 lync.contoso.local'])
  })

  it('are kept once', () => {
    const said = answer(address(10, 0, 0, 16))
    const [first, second] = [1, 2].map((host) => ({
      ns: host * 1e8,
      bytes: ipv4(udp({ srcPort: 53, dstPort: 50_000, payload: said }), { dst: `10.0.1.${host}` }).bytes,
    }))
    expect(trackShares([first as Timed, second as Timed]).answers).toEqual(['10.0.0.16 lync.contoso.local'])
  })

  it('over TCP give names too', () => {
    const over = (message: Uint8Array) => join(u16(message.length), message)
    const streams = { client: over(question(1)), server: over(answer(address(10, 0, 0, 16))) }
    const { answers, flows } = trackShares(session(streams, plainPieces(streams)))
    expect([flows[0]?.service, flows[0]?.contentOpener]).toEqual(['dns', 'high'])
    expect(answers).toEqual(['10.0.0.16 lync.contoso.local'])
  })

  it('are read until the first one of a flow', () => {
    const [first, second] = [answer(address(10, 0, 0, 16)), answer(address(10, 0, 0, 17))]
    const { answers } = exchanged(53, ['>', question(1)], ['>', question(28)], ['<', first], ['<', second])
    expect(answers).toEqual(['10.0.0.16 lync.contoso.local'])
  })
})
