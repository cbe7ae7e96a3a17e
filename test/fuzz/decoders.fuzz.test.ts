import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { FragmentTable } from '../../src/flow/fragments.ts'
import { decodePacket } from '../../src/wire/decode.ts'
import { DECODED_NAMES, IP_LATER_FRAGMENT, OK, TUNNEL_UNREADABLE } from '../../src/wire/decoded.ts'
import { encapsulationNames } from '../../src/wire/encapsulation.ts'
import { LONGEST_DATAGRAM } from '../../src/wire/fragment.ts'
import { decodeQuoted } from '../../src/wire/icmp.ts'
import { createPacket, type Packet } from '../../src/wire/packet.ts'
import { type WatchedView, watched } from '../evidence/identifying.ts'
import { hex, join } from '../support/octets.ts'
import { executing, FIRST_SEED, keepInput, type Random, randomFrom, runsOr } from './fuzzing.ts'

/*
 * Frames that were right once, changed at random: no decoder throws or reads outside of the frame (the view refuses that),
 * all end after a bounded number of reads, and what they say of a packet is possible. The random numbers are the same in
 * every run, and others with PORTOLAN_FUZZ_SEED; PORTOLAN_FUZZ_RUNS says how many mutants of each seed are decoded.
 */

const RUNS = runsOr(2000)

/** Nine layers of at most 16 extension headers or 63 words of options, all of it twice where a tunnel is the packet. */
const MOST_READS = 5000
/** Every number of encapsulation.ts. */
const ENCAPSULATIONS = 11

interface Seed {
  readonly name: string
  readonly linkType: number
  readonly bytes: Uint8Array
}

function seeds(): readonly Seed[] {
  const lines = readFileSync(new URL('seeds/frames.txt', import.meta.url), 'latin1')
    .trim()
    .split('\n')
  return lines
    .filter((line) => !line.startsWith('#'))
    .map((line) => {
      const [, name = '', linkType, digits = ''] = /^(.*), (\d+): (.*)$/.exec(line) ?? []
      return { name, linkType: Number(linkType), bytes: new Uint8Array(Buffer.from(digits, 'hex')) }
    })
}

const SEEDS = seeds()

/** EtherTypes, protocol numbers, ports, and lengths at their bounds. */
const TELLING = [
  0, 1, 4, 6, 8, 17, 41, 44, 47, 58, 60, 0x45, 0x60, 0xff, 0x2000, 0x0800, 0x86dd, 0x8100, 0x8847, 0x8864, 0x8909,
  0x6558, 0x88be, 0x22eb, 0x0021, 0x0057, 4789, 6081, 2152, 0x1fff, 0x7fff, 0x8000, 0xffff,
] as const

function mutant(bytes: Uint8Array, random: Random): Uint8Array {
  let result: Uint8Array = bytes
  for (let change = random(4); change >= 0 && result.length > 0; change -= 1) result = changed(result, random)
  return result
}

/** With a number or an octet replaced, a part left out or repeated, cut off, or with a part of another frame. */
function changed(bytes: Uint8Array, random: Random): Uint8Array {
  const from = random(bytes.length)
  const to = Math.min(bytes.length, from + 1 + random(24))
  switch (random(9)) {
    case 0:
      return join(bytes.subarray(0, from), bytes.subarray(to))
    case 1:
      return join(bytes.subarray(0, to), bytes.subarray(from))
    case 2:
      return bytes.slice(0, from)
    case 3: {
      const other = SEEDS[random(SEEDS.length)]?.bytes ?? bytes
      return join(bytes.subarray(0, from), other.subarray(random(other.length)))
    }
    case 4:
    case 5:
      return bytes.with(from, TELLING[random(TELLING.length)] ?? 0)
    case 6: {
      const number = TELLING[random(TELLING.length)] ?? 0
      return from + 1 < bytes.length ? bytes.with(from, number >> 8).with(from + 1, number & 0xff) : bytes
    }
    default:
      return bytes.with(from, random(256))
  }
}

const table = new FragmentTable()
const packet = createPacket()
const quoted = createPacket()

/** Decodes a frame of which `cut` bytes were not captured, and everything that follows from it. */
function decodeAll(bytes: Uint8Array, linkType: number, cut: number, clock: number): void {
  const view = watched(bytes)
  packet.clock = clock
  const decoded = decodePacket(view, linkType, view.from, view.to, bytes.length + cut, packet)
  check(DECODED_NAMES[decoded] !== undefined, `result ${decoded}`)
  check(view.reads <= MOST_READS, `${view.reads} reads`)
  if (decoded !== OK && decoded !== TUNNEL_UNREADABLE && decoded !== IP_LATER_FRAGMENT) return
  checkPacket(packet, view, bytes.length + cut)
  decodeQuoted(view, packet, quoted)
  if (decoded === IP_LATER_FRAGMENT) {
    if (table.take(packet)) checkPacket(packet, view, bytes.length + cut)
  } else if (packet.fragment !== 0) {
    table.begin(packet)
    while (table.nextWaiting(packet)) check(packet.payloadLength <= LONGEST_DATAGRAM, 'a waiting fragment’s length')
  }
}

function checkPacket(it: Packet, view: WatchedView, length: number): void {
  const { payload, payloadEnd, payloadLength, ipLength } = it
  check(it.family === 4 || it.family === 6, `family ${it.family}`)
  check(it.protocol >= 0 && it.protocol <= 255, `protocol ${it.protocol}`)
  check(it.srcPort >= 0 && it.srcPort <= 0xffff && it.dstPort >= 0 && it.dstPort <= 0xffff, 'ports')
  check(payload >= view.from && payloadEnd <= view.to, `payload ${payload} to ${payloadEnd}`)
  check(payloadLength >= 0 && payloadLength < ipLength, `payload ${payloadLength} of ${ipLength}`)
  check(payloadEnd - payload <= payloadLength, `captured ${payloadEnd - payload} of ${payloadLength}`)
  check(ipLength <= Math.max(length, LONGEST_DATAGRAM + 40), `length ${ipLength}`)
  check(it.encapsulation >> ENCAPSULATIONS === 0, `encapsulation ${it.encapsulation}`)
  check(it.fragment >= 0 && it.fragment <= 0x7fff, `fragment ${it.fragment}`)
}

/** expect() would take most of the time. */
function check(condition: boolean, what: string): void {
  if (!condition) throw new Error(what)
}

/** The frame is shown where something is wrong with it: it then becomes a seed. */
function decodeShown(bytes: Uint8Array, linkType: number, cut: number, clock: number): void {
  executing(bytes)
  try {
    decodeAll(bytes, linkType, cut, clock)
  } catch (error) {
    keepInput(bytes)
    const message = (error as Error).message
    throw new Error(`${message}; link type ${linkType}, ${cut} bytes cut off: ${hex(bytes)}`, { cause: error })
  }
}

describe('changed frames', () => {
  it.each(SEEDS)('$name', ({ name, linkType, bytes }) => {
    const random = randomFrom(FIRST_SEED + name.length)
    for (let length = 0; length <= bytes.length; length += 1) {
      decodeShown(bytes.subarray(0, length), linkType, bytes.length - length, 0)
    }
    for (let run = 0; run < RUNS; run += 1) {
      // Now and then under another link type, or cut off by a short snap length.
      const type = random(20) === 0 ? (SEEDS[random(SEEDS.length)]?.linkType ?? linkType) : linkType
      decodeShown(mutant(bytes, random), type, random(4) === 0 ? random(2000) : 0, run)
    }
  })

  it('begin with frames that are all read, and show every encapsulation', () => {
    const names = SEEDS.flatMap(({ linkType, bytes }) => {
      const view = watched(bytes)
      const decoded = decodePacket(view, linkType, view.from, view.to, bytes.length, packet)
      expect([OK, IP_LATER_FRAGMENT]).toContain(decoded)
      return encapsulationNames(packet.encapsulation)
    })
    expect(new Set(names).size).toBe(ENCAPSULATIONS)
  })
})
