import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Inspection } from '../../src/evidence/inspection.ts'
import { FRAMED, FRAMING_PREAMBLE, PSEUDO_TLS, STARTTLS } from '../../src/evidence/proof.ts'
import { SERVICES } from '../../src/evidence/service.ts'
import { join, u16, u32 } from '../support/octets.ts'
import {
  alert,
  CERTIFICATE_REQUEST,
  CERTIFICATE_VERIFY,
  CHANGE_CIPHER_SPEC,
  CLIENT_KEY_EXCHANGE,
  certificateList,
  clientHello,
  FINISHED,
  HELLO_DONE,
  inRecords,
  serverHello,
  serverName,
} from './tls-records.ts'

/** What both ends of a connection say, until each has heard the other; the client is the low one. */
interface Spoken {
  readonly client: Uint8Array
  readonly server: Uint8Array
}

const NOTHING = new Uint8Array(0)
const LOW = 0
const HIGH = 1

function text(characters: string): Uint8Array {
  return Uint8Array.from(Buffer.from(characters, 'latin1'))
}

const TLS: Spoken = {
  client: join(
    inRecords(clientHello({ extensions: [serverName('fe01.contoso.local')] })),
    inRecords(certificateList(text('the certificate of the client')), CLIENT_KEY_EXCHANGE, CERTIFICATE_VERIFY),
    CHANGE_CIPHER_SPEC,
    FINISHED,
  ),
  server: join(
    inRecords(serverHello(), certificateList(text('the certificate of the server')), CERTIFICATE_REQUEST, HELLO_DONE),
    CHANGE_CIPHER_SPEC,
    FINISHED,
  ),
}

/** [MC-NMF] section 2.2.3: version, mode, via, known encoding, and the wish for TLS. */
const VIA = text('net.tcp://FE01.contoso.local:9001/replica')
const UPGRADE = text('application/ssl-tls')
const PREAMBLE = join([0, 1, 0, 1, 2, 2, VIA.length], VIA, [3, 8])
const FRAMING: Spoken = {
  client: join(PREAMBLE, [9, UPGRADE.length], UPGRADE, TLS.client),
  server: join([0x0a], TLS.server),
}

const STREAM_OPEN = (attributes: string) =>
  text(
    `<?xml version='1.0'?><stream:stream xmlns='jabber:server' xmlns:stream='http://etherx.jabber.org/streams' ${attributes}>`,
  )
const XMPP: Spoken = {
  client: join(
    STREAM_OPEN("to='Contoso.local' version='1.0'"),
    text("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"),
    TLS.client,
  ),
  server: join(
    STREAM_OPEN("from='contoso.local' id='1'"),
    text("<stream:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/></stream:features>"),
    text("<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"),
    TLS.server,
  ),
}

/** A control message of [MS-TURN] in its frame: an allocation. */
const TURN = join([2, 0], u16(28), u16(3, 8), new Uint8Array(16), u16(0x0f, 4), u32(0x72c64bc6))
const SIP = text('REGISTER sip:contoso.local SIP/2.0\r\nVia: SIP/2.0/TCP 10.0.0.20\r\n\r\n')

/** Which side speaks next, and how many bytes, over and over. */
type Turns = readonly (readonly [side: number, length: number])[]

const WHOLE: Turns = [
  [LOW, 100_000],
  [HIGH, 100_000],
]

function inspected({ client, server }: Spoken, turns: Turns = WHOLE, inspection = new Inspection()): Inspection {
  const streams = [client, server]
  const at = [0, 0]
  const isOver = () => streams.every((stream, side) => at[side] === stream.length)
  for (let turn = 0; !isOver() && !inspection.settled; turn += 1) {
    const [side, length] = turns[turn % turns.length] as Turns[number]
    const stream = streams[side] as Uint8Array
    const start = at[side] as number
    const end = Math.min(stream.length, start + length)
    if (end > start) inspection.read(side, new DataView(stream.buffer, stream.byteOffset, stream.length), start, end)
    at[side] = end
  }
  return inspection
}

function told(inspection: Inspection): Record<string, unknown> {
  const { service, originator, proof, alert: ended, pathFamily, claimLength } = inspection
  const name = [0, 1].map((side) => {
    const { serverName: asked, serverNameLength, body, leafLength } = inspection.tlsOf(side)
    const certificate = Buffer.from(body.subarray(0, leafLength)).toString('latin1')
    return [Buffer.from(asked.subarray(0, serverNameLength)).toString('latin1'), certificate]
  })
  const claim = Buffer.from(inspection.claim.subarray(0, claimLength)).toString('latin1')
  return { service: SERVICES[service], originator, proof, alert: ended, pathFamily, claim, name }
}

const SHOWN = [
  ['fe01.contoso.local', 'the certificate of the client'],
  ['', 'the certificate of the server'],
]

describe('a connection', () => {
  it.each<[string, Spoken, Record<string, unknown>]>([
    ['of TLS', TLS, { service: 'mtls', originator: 1, name: SHOWN, claim: '' }],
    [
      'of TLS behind .NET message framing',
      FRAMING,
      { service: 'mtls', originator: 1, name: SHOWN, claim: 'fe01.contoso.local' },
    ],
    ['of XMPP that goes over to TLS', XMPP, { service: 'xmpp', originator: 1, name: SHOWN, claim: 'contoso.local' }],
    ['of SIP', { client: SIP, server: NOTHING }, { service: 'sip' }],
    ['of framed MS-TURN', { client: TURN, server: NOTHING }, { service: 'ms-turn', originator: 1, proof: FRAMED }],
    ['of nothing known', { client: new Uint8Array(5000).fill(0xee), server: NOTHING }, { service: 'unidentified' }],
    ['of nothing', { client: NOTHING, server: NOTHING }, { service: 'none', originator: 0, proof: 0 }],
  ])('%s says what it is', (_what, spoken, expected) => {
    expect(told(inspected(spoken))).toMatchObject(expected)
  })

  it('has its cover besides', () => {
    const { proof } = inspected(TLS)
    expect(inspected(FRAMING).proof).toBe(proof | FRAMING_PREAMBLE)
    expect(inspected(XMPP).proof).toBe(proof | STARTTLS)
  })

  it.each([
    ['.NET message framing', { client: join(PREAMBLE, [0x0c, 0, 0, 0]), server: text('\x0b') }, 'net-framing'],
    ['XMPP', { client: join(STREAM_OPEN("to='a'"), text('<message/>')), server: STREAM_OPEN("from='a'") }, 'xmpp'],
  ])('of %s without TLS stays what it is', (_what, spoken, service) => {
    expect(told(inspected(spoken))).toMatchObject({
      service,
      proof: 0,
      name: [
        ['', ''],
        ['', ''],
      ],
    })
  })

  it('is called by the side that was called, where only that is there', () => {
    const turned = inspected({ client: TLS.server, server: TLS.client })
    expect(told(turned)).toMatchObject({ service: 'mtls', originator: 2, name: [...SHOWN].reverse() })
    expect(inspected({ client: NOTHING, server: TLS.server }).originator).toBe(1)
    expect(inspected({ client: NOTHING, server: FRAMING.server }).originator).toBe(1)
  })

  it('that an alert ends says so, and that settles it', () => {
    const { client } = TLS
    const refused = inspected({ client, server: join(inRecords(serverHello()), alert(2, 40)) })
    expect([SERVICES[refused.service], refused.alert, refused.settled]).toEqual(['tls', 40, true])
  })

  it('with an alert behind .NET message framing fails as TLS does', () => {
    const refused = inspected({ ...FRAMING, server: join([0x0a], inRecords(serverHello()), alert(2, 48)) })
    expect([SERVICES[refused.service], refused.alert, refused.proof & FRAMING_PREAMBLE]).toEqual([
      'tls',
      48,
      FRAMING_PREAMBLE,
    ])
  })

  it('is settled when nothing more can change it, and not before', () => {
    expect(inspected(TLS).settled).toBe(true)
    expect(inspected({ ...TLS, server: NOTHING }).settled).toBe(false)
    expect(inspected({ client: SIP, server: NOTHING }).settled).toBe(true)
    expect(inspected({ client: SIP.subarray(0, 10), server: NOTHING }).settled).toBe(false)
  })

  it('of pseudo-TLS is MS-TURN', () => {
    // Both records of [MS-TURN] section 2.1.1, whose random bytes are 0 here.
    const client = join([0x16, 3, 1, 0, 0x2d, 1, 0, 0, 0x29, 3, 1], new Uint8Array(32), [0, 0, 2, 0, 0x18, 1, 0])
    expect(told(inspected({ client, server: NOTHING }))).toMatchObject({
      service: 'ms-turn',
      originator: 1,
      proof: PSEUDO_TLS,
    })
  })
})

const ALL: readonly Spoken[] = [TLS, FRAMING, XMPP, { client: SIP, server: NOTHING }, { client: TURN, server: NOTHING }]
const turns = fc.array(
  fc.tuple(fc.constantFrom(LOW, HIGH), fc.oneof(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 1500 }))),
  { minLength: 1, maxLength: 8 },
)

describe('the answer', () => {
  it('does not depend on how the streams are cut, nor on whose bytes come first', () => {
    fc.assert(
      fc.property(fc.constantFrom(...ALL), turns, (spoken, order) => {
        expect(told(inspected(spoken, [...order, [LOW, 700], [HIGH, 700]]))).toEqual(told(inspected(spoken)))
      }),
      { numRuns: 1000 },
    )
  })

  it('of one that was used before is that of a new one', () => {
    const used = new Inspection()
    fc.assert(
      fc.property(fc.constantFrom(...ALL), turns, (spoken, order) => {
        const every: Turns = [...order, [LOW, 700], [HIGH, 700]]
        used.reset()
        expect(told(inspected(spoken, every, used))).toEqual(told(inspected(spoken, every)))
      }),
      { numRuns: 300 },
    )
  })
})

describe('the memory', () => {
  it('of an inspection is bounded by what was read, and by 42 KB', () => {
    for (const spoken of [...ALL, { client: new Uint8Array(100_000).fill(0x20), server: new Uint8Array(100_000) }]) {
      const inspection = inspected(spoken, [
        [LOW, 3],
        [HIGH, 5],
      ])
      expect(inspection.bytes).toBeLessThanOrEqual(2 * (4096 + 16 * 1024))
    }
    expect(inspected({ client: SIP, server: NOTHING }).bytes).toBe(0)
  })
})
