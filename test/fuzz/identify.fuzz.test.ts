import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { DnsAnswers, readAnswers } from '../../src/evidence/dns.ts'
import { type Identified, UNDECIDED } from '../../src/evidence/identified.ts'
import { identifyDatagram, identifyStream, MOST_BYTES, tlsOffset, writeClaim } from '../../src/evidence/identify.ts'
import { HTTP, NET_FRAMING, XMPP } from '../../src/evidence/service.ts'
import { datagram, stream, type WatchedView, watched } from '../evidence/identifying.ts'
import { executing, FIRST_SEED, keepInput, type Random, randomFrom, runsOr } from './fuzzing.ts'

/*
 * Bytes that were right once, changed at random: nothing throws or reads outside of its range (the view refuses that), an
 * answer stays the same when more bytes come, and no more bytes are read than a number of times those that are there.
 * The random numbers are the same in every run, and others with PORTOLAN_FUZZ_SEED; PORTOLAN_FUZZ_RUNS says how many mutants
 * of each seed are tried.
 */

const MUTANTS_A_SEED = runsOr(60)
const PREFIXES_A_MUTANT = 12
/** Bytes that may be read for each byte there, and for none at all. */
const READS_A_BYTE = 12
const READS_ANYWAY = 400

interface Seed {
  readonly answer: string
  readonly bytes: Uint8Array
}

function seeds(name: string): readonly Seed[] {
  const lines = readFileSync(new URL(`seeds/${name}.txt`, import.meta.url), 'latin1')
    .trim()
    .split('\n')
  return lines
    .filter((line) => !line.startsWith('#'))
    .map((line) => {
      const [answer = '', hex = ''] = line.split(': ')
      return { answer, bytes: new Uint8Array(Buffer.from(hex, 'hex')) }
    })
}

const INTERESTING = [0, 1, 0x0a, 0x0d, 0x20, 0x22, 0x3c, 0x3e, 0x7f, 0x80, 0xc0, 0xff] as const

function mutate(bytes: Uint8Array, random: Random): Uint8Array {
  let mutant: Uint8Array = bytes.slice()
  for (let change = random(4); change >= 0; change -= 1) mutant = changed(mutant, random)
  return mutant
}

/** With one byte changed, a part left out, a part repeated, or a long run of it appended. */
function changed(bytes: Uint8Array, random: Random): Uint8Array {
  if (bytes.length === 0) return bytes
  const from = random(bytes.length)
  const to = from + random(bytes.length + 1 - from)
  const part = bytes.subarray(from, to)
  switch (random(6)) {
    case 0:
      return Uint8Array.from([...bytes.subarray(0, from), ...bytes.subarray(to)])
    case 1:
      return Uint8Array.from([...bytes.subarray(0, to), ...part, ...bytes.subarray(to)])
    case 2: {
      const run = part.length === 0 ? [random(256)] : [...part]
      return Uint8Array.from([...bytes, ...Array.from({ length: random(6000) }, (_, at) => run[at % run.length]!)])
    }
    case 3:
      return bytes.with(from, INTERESTING[random(INTERESTING.length)]!)
    default:
      return bytes.with(from, random(256))
  }
}

/** Bytes of every length up to more than what is looked at, most of them few. */
function prefixLengths(length: number, random: Random): readonly number[] {
  const some = Array.from({ length: PREFIXES_A_MUTANT }, (_, index) => random(Math.min(length, 8 << index) + 1))
  return [...some.sort((one, other) => one - other), length]
}

/** Calls `read` and checks how many bytes that took. */
function bounded<T>(view: WatchedView, read: () => T): T {
  view.reads = 0
  const result = read()
  expect(view.reads).toBeLessThanOrEqual(READS_A_BYTE * (view.to - view.from) + READS_ANYWAY)
  return result
}

/** Tries a mutant; it is kept where something is wrong with it. */
function tryMutant(seed: Uint8Array, random: Random, attempt: (view: WatchedView) => void): void {
  const bytes = mutate(seed, random)
  executing(bytes)
  try {
    attempt(watched(bytes))
  } catch (error) {
    keepInput(bytes)
    throw error
  }
}

/** Asks with ever more bytes: -1 until an answer comes, which then stays. */
function expectSteady(view: WatchedView, random: Random, ask: (view: WatchedView) => number): void {
  let answer = UNDECIDED
  for (const length of prefixLengths(view.to - view.from, random)) {
    view.to = view.from + length
    const next = bounded(view, () => ask(view))
    if (answer !== UNDECIDED) expect([length, next]).toEqual([length, answer])
    if (length >= MOST_BYTES) expect(next).not.toBe(UNDECIDED)
    answer = next
  }
}

const streams = seeds('streams')
const datagrams = seeds('datagrams')

describe('the seeds', () => {
  it('are what they say', () => {
    for (const { answer, bytes } of streams) expect(stream(bytes)).toBe(answer)
    for (const { answer, bytes } of datagrams) expect(datagram(bytes)).toBe(answer)
  })
})

describe('changed streams', () => {
  it.each([
    ['are identified', (view: WatchedView): Identified => identifyStream(view, view.from, view.to)],
    ['have TLS behind XMPP', (view: WatchedView): number => tlsOffset(XMPP, view, view.from, view.to)],
    ['have TLS behind a preamble', (view: WatchedView): number => tlsOffset(NET_FRAMING, view, view.from, view.to)],
  ])('%s, with answers that stay', (_name, ask) => {
    const random = randomFrom(FIRST_SEED)
    for (const { bytes } of streams) {
      for (let mutant = 0; mutant < MUTANTS_A_SEED; mutant += 1) {
        tryMutant(bytes, random, (view) => expectSteady(view, random, ask))
      }
    }
  })

  it('claim names within them', () => {
    const random = randomFrom(FIRST_SEED + 1)
    const claim = new Int32Array(3)
    for (const { bytes } of streams) {
      for (let mutant = 0; mutant < MUTANTS_A_SEED; mutant += 1) {
        tryMutant(bytes, random, (view) => {
          for (const service of [HTTP, NET_FRAMING, XMPP]) {
            bounded(view, () => writeClaim(service, view, view.from, view.to, claim))
            const [from = 0, to = 0] = claim
            expect([view.from <= from, from <= to, to <= view.to]).toEqual([true, true, true])
          }
        })
      }
    }
  })
})

describe('changed datagrams', () => {
  it('are identified or not', () => {
    const random = randomFrom(FIRST_SEED + 2)
    for (const { bytes } of [...datagrams, ...streams]) {
      for (let mutant = 0; mutant < MUTANTS_A_SEED; mutant += 1) {
        tryMutant(bytes, random, (view) => bounded(view, () => identifyDatagram(view, view.from, view.to)))
      }
    }
  })

  it('have their answers read', () => {
    const random = randomFrom(FIRST_SEED + 3)
    const answers = new DnsAnswers()
    let named = 0
    for (const { bytes } of datagrams) {
      for (let mutant = 0; mutant < MUTANTS_A_SEED; mutant += 1) {
        tryMutant(bytes, random, (view) => {
          bounded(view, () => readAnswers(view, view.from, view.to, answers))
          if (answers.nameLength > 0) named += 1
          expect(answers.nameLength).toBeLessThan(254)
          expect(answers.nameLength === 0 && answers.count > 0).toBe(false)
        })
      }
    }
    expect(named).toBeGreaterThan(0)
  })
})
