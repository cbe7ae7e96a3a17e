import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, expect, test } from 'vitest'
import { type Format, type GenerateOptions, generate, type Kind } from './generate.ts'

const folder = mkdtempSync(join(tmpdir(), 'generate-'))
afterAll(() => rmSync(folder, { recursive: true }))

const PACKETS = 20_000

const FIN = 1
const SYN = 2

async function made(kind: Kind, format: Format, seed = 7, size: GenerateOptions['size'] = {}): Promise<Buffer> {
  const path = join(folder, `${kind}-${seed}.${format}`)
  await generate({ kind, packets: PACKETS, seed, format, path, size })
  return readFileSync(path)
}

interface Frame {
  readonly timeUs: number
  readonly bytes: Buffer
}

function pcapFrames(file: Buffer): readonly Frame[] {
  const frames: Frame[] = []
  for (let at = 24; at < file.length; ) {
    const length = file.readUInt32LE(at + 8)
    const timeUs = file.readUInt32LE(at) * 1e6 + file.readUInt32LE(at + 4)
    frames.push({ timeUs, bytes: file.subarray(at + 16, at + 16 + length) })
    at += 16 + length
  }
  return frames
}

function pcapngFrames(file: Buffer): readonly Frame[] {
  const frames: Frame[] = []
  for (let at = 0; at < file.length; at += file.readUInt32LE(at + 4)) {
    if (file.readUInt32LE(at) !== 6) continue
    const timeUs = file.readUInt32LE(at + 12) * 2 ** 32 + file.readUInt32LE(at + 16)
    frames.push({ timeUs, bytes: file.subarray(at + 28, at + 28 + file.readUInt32LE(at + 20)) })
  }
  return frames
}

const asText = ({ timeUs, bytes }: Frame): string => `${timeUs} ${bytes.toString('latin1')}`

/** What the tests look at of an IPv4 TCP segment. */
interface Segment {
  readonly from: string
  readonly to: string
  readonly seq: number
  readonly flags: number
  readonly payload: Buffer
}

function ipv4Segment({ bytes }: Frame): Segment | null {
  if (bytes.readUInt16BE(12) !== 0x0800 || bytes[23] !== 6) return null
  const end = (ip: number, port: number): string => `${bytes.readUInt32BE(ip)}:${bytes.readUInt16BE(port)}`
  const payloadAt = 34 + (bytes.readUInt8(46) >> 4) * 4
  const payload = bytes.subarray(payloadAt, 14 + bytes.readUInt16BE(16))
  return { from: end(26, 34), to: end(30, 36), seq: bytes.readUInt32BE(38), flags: bytes.readUInt8(47), payload }
}

const segments = (file: Buffer): readonly Segment[] => pcapFrames(file).flatMap((frame) => ipv4Segment(frame) ?? [])

test('the same seed makes the same bytes, another seed others', async () => {
  const first = await made('mixed', 'pcap')
  expect((await made('mixed', 'pcap')).equals(first)).toBe(true)
  expect((await made('mixed', 'pcap', 8)).equals(first)).toBe(false)
})

test.each(['mixed', 'small'] as const)(
  'the twins of a %s capture hold the same frames at the same times',
  async (kind) => {
    const pcap = await made(kind, 'pcap')
    expect(pcapngFrames(await made(kind, 'pcapng')).map(asText)).toEqual(pcapFrames(pcap).map(asText))
    expect(gunzipSync(await made(kind, 'pcap.gz')).equals(pcap)).toBe(true)
  },
)

test('times never go back', async () => {
  const times = pcapFrames(await made('mixed', 'pcap')).map((frame) => frame.timeUs)
  expect(times).toEqual(times.toSorted((a, b) => a - b))
})

test('a mixed capture has about 600 bytes a packet, a small one 60 in each', async () => {
  const lengths = (file: Buffer): readonly number[] => pcapFrames(file).map((frame) => frame.bytes.length)
  const mixed = lengths(await made('mixed', 'pcap'))
  expect(mixed.length).toBe(PACKETS)
  expect(mixed.reduce((sum, length) => sum + length, 0) / PACKETS).toBeGreaterThan(550)
  expect(mixed.reduce((sum, length) => sum + length, 0) / PACKETS).toBeLessThan(650)
  expect(new Set(lengths(await made('small', 'pcap')))).toEqual(new Set([60]))
})

test('each side of each connection numbers its bytes without a gap', async () => {
  const next = new Map<string, number>()
  for (const { from, to, seq, flags, payload } of segments(await made('mixed', 'pcap'))) {
    const side = `${from} ${to}`
    if (flags & SYN) next.set(side, seq)
    expect(seq, side).toBe(next.get(side) ?? 0)
    next.set(side, (seq + payload.length + (flags & (SYN | FIN) ? 1 : 0)) >>> 0)
  }
})

test('the side file counts what the capture holds', async () => {
  const totals = await generate({
    kind: 'small',
    packets: PACKETS,
    seed: 3,
    format: 'pcap',
    path: join(folder, 't.pcap'),
  })
  const file = readFileSync(join(folder, 't.pcap'))
  const opened = new Set(
    segments(file).flatMap(({ from, to, seq, flags }) => (flags === SYN ? `${from} ${to} ${seq}` : [])),
  )
  expect(opened.size).toBe(totals.connections - totals.udpConnections)
  const clients = pcapFrames(file).flatMap(({ bytes }) => [bytes.readUInt32BE(26), bytes.readUInt32BE(30)])
  expect(new Set(clients.filter((address) => address >>> 20 === 0x0a1)).size).toBe(totals.clientAddresses)
  expect(JSON.parse(readFileSync(join(folder, 't.pcap.json'), 'utf8'))).toMatchObject({
    packets: PACKETS,
    frame_bytes: PACKETS * 60,
    connections: 600,
    unexpected_connections: 12,
  })
})

test('a longer capture can show the same clients, and as many connections at once', async () => {
  const totals = (packets: number) => {
    const size = { connections: (packets * 3) / 100, atOnce: 200, clients: 40 }
    return generate({ kind: 'small', packets, seed: 3, format: 'pcap', path: join(folder, 'grown.pcap'), size })
  }
  const [short, long] = [await totals(30_000), await totals(120_000)]
  expect([long.clientAddresses, long.atOnce]).toEqual([short.clientAddresses, short.atOnce])
  expect(long.connections).toBe(short.connections * 4)
  expect(long.durationUs).toBeGreaterThan(short.durationUs * 2)
})

test('what does not fit is refused with a sentence', async () => {
  const tooMany = made('mixed', 'pcap', 1, { connections: PACKETS })
  await expect(tooMany).rejects.toThrow(/^20000 connections need at least \d+ packets; 20000 were asked for$/)
})
