import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { ACK, ethernet, FIN, ipv4, SYN, tcp } from '../support/packets.ts'
import { framing, openSink, type Sink } from './traffic/capture-file.ts'
import { createRandom, type Random } from './traffic/random.ts'

export interface FloodOptions {
  readonly path: string
  /** SYNs, each from another address. */
  readonly sources: number
  readonly seed: number
  readonly perSecond: number
  /** One SYN out of so many is answered; 0 for none. */
  readonly answerEvery: number
}

const TARGET = '10.0.0.16'
const TARGET_PORT = 5061
/** Behind so many SYNs of the flood come one connection that is not of it, and one attempt of a listed address. */
const ORDINARY_EVERY = 100_000

// Offsets into a frame of Ethernet and IPv4 without options.
const IDENTIFICATION = 18
const SRC_ADDRESS = 26
const DST_ADDRESS = 30
const SRC_PORT = 34
const DST_PORT = 36
const SEQUENCE = 38
const ACKNOWLEDGEMENT = 42

const BUFFER_LENGTH = 2 ** 22
const MOST_AT_ONCE = 1024

/**
 * Writes a flood of SYNs to the Director of bench.yaml from all over the IPv4 address space, no address twice, with a few
 * ordinary connections and attempts of listed clients in between. The same bytes for the same options.
 */
export async function generateFlood({ path, sources, seed, perSecond, answerEvery }: FloodOptions): Promise<void> {
  const random = createRandom(seed)
  const out = createFrames(await openSink(path, 'pcap'))
  // An odd factor takes every 32-bit number to another one, so that no source comes twice.
  const factor = random.uint32() | 1
  const offset = random.uint32()
  for (let number = 0; number < sources; number += 1) {
    const timeUs = Math.floor((number * 1e6) / perSecond)
    const source = (Math.imul(number, factor) + offset) >>> 0
    const port = 1024 + random.below(64_000)
    out.segment(timeUs, source, port, SYN, random.uint32())
    if (answerEvery > 0 && number % answerEvery === 0) out.answer(timeUs + 50, source, port)
    if (number % ORDINARY_EVERY === 0) ordinary(out, timeUs + 60, number / ORDINARY_EVERY, random)
    if (out.isFull) await out.flush()
  }
  await out.close()
}

/** 192.0.2.0/24 connects; a client of 10.16.0.0/13 tries another port of the Director in vain. */
function ordinary(out: Frames, timeUs: number, turn: number, random: Random): void {
  const client = 0xc0000200 + (turn % 250) + 1
  const port = 20_000 + Math.floor(turn / 250)
  const sequence = random.uint32()
  out.segment(timeUs, client, port, SYN, sequence)
  out.answer(timeUs + 1, client, port)
  out.segment(timeUs + 2, client, port, ACK, sequence + 1)
  out.segment(timeUs + 3, client, port, ACK | FIN, sequence + 1)
  out.segment(timeUs + 4, 0x0a100000 + turn + 1, port, SYN, sequence, 444)
}

interface Frames {
  readonly isFull: boolean
  /** To the Director. */
  segment(timeUs: number, source: number, port: number, flags: number, sequence: number, to?: number): void
  /** A SYN-ACK for the SYN that was written last. */
  answer(timeUs: number, client: number, port: number): void
  flush(): Promise<void>
  close(): Promise<void>
}

function createFrames(sink: Sink): Frames {
  const { fileHeader, headerLength, endRecord } = framing('pcap')
  const made = ethernet(ipv4(tcp({ dstPort: TARGET_PORT, flags: SYN }), { dst: TARGET })).slice()
  const frame = new DataView(made.buffer)
  const flagsAt = SEQUENCE + 9
  const target = frame.getUint32(DST_ADDRESS)
  const bytes = new Uint8Array(BUFFER_LENGTH)
  const view = new DataView(bytes.buffer)
  bytes.set(fileHeader)
  let end = fileHeader.length
  let identification = 0
  let latest = 0
  const write = (timeUs: number, flags: number) => {
    identification = (identification % 0xffff) + 1
    frame.setUint16(IDENTIFICATION, identification)
    made[flagsAt] = flags
    bytes.set(made, end + headerLength)
    end = endRecord(view, end + headerLength, made.length, timeUs)
  }
  const flush = async () => {
    await sink.write(bytes.subarray(0, end))
    end = 0
  }
  return {
    get isFull() {
      return end + MOST_AT_ONCE > BUFFER_LENGTH
    },
    segment(timeUs, source, port, flags, sequence, to = TARGET_PORT) {
      frame.setUint32(SRC_ADDRESS, source)
      frame.setUint32(DST_ADDRESS, target)
      frame.setUint16(SRC_PORT, port)
      frame.setUint16(DST_PORT, to)
      frame.setUint32(SEQUENCE, sequence)
      frame.setUint32(ACKNOWLEDGEMENT, flags & ACK ? 1 : 0)
      latest = sequence
      write(timeUs, flags)
    },
    answer(timeUs, client, port) {
      frame.setUint32(SRC_ADDRESS, target)
      frame.setUint32(DST_ADDRESS, client)
      frame.setUint16(SRC_PORT, TARGET_PORT)
      frame.setUint16(DST_PORT, port)
      frame.setUint32(SEQUENCE, 0)
      frame.setUint32(ACKNOWLEDGEMENT, latest + 1)
      write(timeUs, SYN | ACK)
    },
    flush,
    async close() {
      await flush()
      await sink.close()
    },
  }
}

const USAGE = 'usage: node flood.js --path FILE [--sources N] [--seed N] [--per-second N] [--answer-every N]'

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      path: { type: 'string' },
      sources: { type: 'string', default: '20000000' },
      seed: { type: 'string', default: '1' },
      'per-second': { type: 'string', default: '100000' },
      'answer-every': { type: 'string', default: '0' },
    },
  })
  const { path, sources, seed } = values
  if (path === undefined) throw new Error(USAGE)
  await generateFlood({
    path,
    sources: Number(sources),
    seed: Number(seed),
    perSecond: Number(values['per-second']),
    answerEvery: Number(values['answer-every']),
  })
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(resolve(process.argv[1])).href) await main()
