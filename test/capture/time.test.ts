import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createOrigin, setOrigin, TickClock, type TimeOrigin } from '../../src/capture/time.ts'
import { blocks, pcap } from '../support/captures.ts'
import { filler, join } from '../support/octets.ts'
import { readCapture } from '../support/reading.ts'
import { BEGIN_NS } from './samples.ts'

const NS_PER_SECOND = 1_000_000_000n
const LATEST_NS = 2n ** 63n - 1n
/** Times this far from the origin are exact in a double. */
const EXACT_NS = 2n ** 53n

/** Nanoseconds since 1970 by the definition of if_tsresol and if_tsoffset, rounded down. */
function exactNs(ticks: bigint, resolution: number, offsetSeconds: bigint): bigint {
  const exponent = BigInt(resolution & 0x7f)
  const perSecond = resolution & 0x80 ? 2n ** exponent : 10n ** exponent
  return (ticks * NS_PER_SECOND) / perSecond + offsetSeconds * NS_PER_SECOND
}

function toNs(clock: TickClock, ticks: bigint): number {
  return clock.toNs(Number(ticks >> 32n), Number(ticks & 0xffffffffn))
}

/** What is wrong with the clock's answer, if anything is. */
function error(answer: number, origin: bigint, exact: bigint): string | undefined {
  if (exact < 0n || exact > LATEST_NS) return Number.isNaN(answer) ? undefined : `${exact} is no time, but ${answer} is`
  const expected = exact - origin
  if (expected > -EXACT_NS && expected < EXACT_NS)
    return BigInt(answer) === expected ? undefined : `${answer} is not ${expected}`
  return answer === Number(expected) || Math.abs(answer - Number(expected)) <= 2048
    ? undefined
    : `${answer} is not about ${expected}`
}

const resolutions = fc.oneof(
  fc.constantFrom(6, 9, 3, 0, 12, 0x80, 0x80 | 10, 0x80 | 20, 0x80 | 30),
  fc.integer({ min: 0, max: 255 }),
)

describe('the time of a pcapng packet', () => {
  it('is exact for ticks around now, of any resolution and offset', () => {
    const offsets = fc.bigInt({ min: -2_000_000_000n, max: 2_000_000_000n })
    const spans = fc.array(fc.bigInt({ min: -(4n * 10n ** 15n), max: 4n * 10n ** 15n }), { minLength: 1, maxLength: 8 })
    fc.assert(
      fc.property(
        resolutions,
        offsets,
        fc.bigInt({ min: 0n, max: 4n * 10n ** 18n }),
        spans,
        (resolution, offset, first, later) => {
          const origin = createOrigin()
          const clock = new TickClock(origin, resolution, offset)
          const exponent = BigInt(resolution & 0x7f)
          const perSecond = resolution & 0x80 ? 2n ** exponent : 10n ** exponent
          for (const span of [0n, ...later]) {
            const ticks = ((first + span - offset * NS_PER_SECOND) * perSecond) / NS_PER_SECOND
            if (ticks < 0n || ticks >= 2n ** 64n) continue
            const answer = toNs(clock, ticks)
            const exact = exactNs(ticks, resolution, offset)
            expect(
              error(answer, origin.ns ?? 0n, exact),
              `${ticks} ticks of 0x${resolution.toString(16)} from ${offset}`,
            ).toBeUndefined()
          }
        },
      ),
      { numRuns: 2000 },
    )
  })

  it('is exact or refused for any ticks at all', () => {
    const ticks = fc.array(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), { minLength: 1, maxLength: 5 })
    const offsets = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
    fc.assert(
      fc.property(resolutions, fc.oneof(fc.constant(0n), offsets), ticks, (resolution, offset, many) => {
        const origin = createOrigin()
        const clock = new TickClock(origin, resolution, offset)
        for (const one of many) {
          expect(error(toNs(clock, one), origin.ns ?? 0n, exactNs(one, resolution, offset))).toBeUndefined()
        }
      }),
      { numRuns: 2000 },
    )
  })

  it.each([
    [
      '1970, which an offset reaches into',
      6,
      -1000n,
      [0n, 999_999_999n, 1_000_000_000n, 1_000_000_001n, 5n, 2_000_000_000n],
    ],
    [
      'the year 2262, two microseconds before 64 bits of nanoseconds end',
      6,
      0n,
      [LATEST_NS / 1000n - 3n, LATEST_NS / 1000n - 2n, LATEST_NS / 1000n + 1n, LATEST_NS / 1000n - 2n],
    ],
  ] as const)('is known up to %s, whatever came before', (_name, resolution, offset, ticks) => {
    const origin = createOrigin()
    const clock = new TickClock(origin, resolution, offset)
    const errors = ticks.map((one) => error(toNs(clock, one), origin.ns ?? 0n, exactNs(one, resolution, offset)))
    expect(errors).toEqual(ticks.map(() => undefined))
  })

  it('counts from the origin of the set, which may be later', () => {
    const origin: TimeOrigin = { ns: BEGIN_NS, resolutionNs: 1000 }
    expect(toNs(new TickClock(origin, 9, 0n), BEGIN_NS - 1n)).toBe(-1)
    expect(origin.ns).toBe(BEGIN_NS)
  })

  it('that cannot be is counted, and the packet has the time of the one before', async () => {
    const { section, interface: describeInterface, enhanced } = blocks(true)
    const bytes = join(
      section(),
      describeInterface({ resolution: 9 }),
      enhanced({ frame: filler(4), ticks: BEGIN_NS }),
      enhanced({ frame: filler(4), ticks: 2n ** 64n - 1n }),
      enhanced({ frame: filler(4), ticks: BEGIN_NS + 9n }),
    )
    const { records, anomalies } = await readCapture(bytes)
    expect(records.map(({ ns }) => ns - BEGIN_NS)).toEqual([0n, 0n, 9n])
    expect(anomalies).toEqual(['time-out-of-range'])
  })
})

describe('the origin', () => {
  it('is the whole second at or before the first time', () => {
    const originOf = (ns: bigint) => setOrigin(createOrigin(), ns)
    expect([BEGIN_NS, BEGIN_NS + 1n, BEGIN_NS - 1n].map(originOf)).toEqual([
      BEGIN_NS,
      BEGIN_NS,
      BEGIN_NS - NS_PER_SECOND,
    ])
    expect(originOf(-1n)).toBe(-NS_PER_SECOND)
  })
})

it('the time of a pcap record is exact to the nanosecond', async () => {
  const times = fc.array(fc.bigInt({ min: 0n, max: (2n ** 32n - 1n) * NS_PER_SECOND }), { minLength: 1, maxLength: 1 })
  const spans = fc.array(fc.bigInt({ min: 0n, max: 4n * 10n ** 15n }), { maxLength: 5 })
  await fc.assert(
    fc.asyncProperty(times, spans, fc.constantFrom('pcap', 'pcap-ns'), async ([first = 0n], later, format) => {
      const ns = [0n, ...later].map((span) => first + span).filter((time) => time < 2n ** 32n * NS_PER_SECOND)
      const kept = ns.map((time) => (format === 'pcap' ? time - (time % 1000n) : time))
      const records = kept.map((time) => ({ ns: time, frame: filler(1) }))
      const read = await readCapture(pcap(records, { format: format === 'pcap' ? 'pcap' : 'pcap-ns' }))
      expect(read.records.map((record) => record.ns)).toEqual(kept)
    }),
    { numRuns: 200 },
  )
})

it('times of whole microseconds are exact however far apart they are', async () => {
  const year = 365n * 86_400n * NS_PER_SECOND
  const records = [0n, 1n, -30n, 44n].map((years) => ({ ns: BEGIN_NS + years * year + 212_125_000n, frame: filler(1) }))
  const { section, interface: describeInterface, enhanced } = blocks(true)
  const packets = records.map(({ ns, frame }) => enhanced({ ticks: ns / 1000n, frame }))
  for (const bytes of [
    pcap(records, { format: 'pcap' }),
    join(section(), describeInterface({ resolution: 6 }), ...packets),
  ]) {
    const read = await readCapture(bytes)
    expect(read.records.map(({ ns }) => ns)).toEqual(records.map(({ ns }) => ns))
    expect(read.anomalies).toEqual([])
  }
})

it('finer times further from the first than 104 days are rounded by less than 256 nanoseconds, and counted', async () => {
  const year = 365n * 86_400n * NS_PER_SECOND
  const records = [0n, 1n, 10n].map((years) => ({ ns: BEGIN_NS + years * year + 212_125_001n, frame: filler(1) }))
  const { section, interface: describeInterface, enhanced } = blocks(true)
  const packets = records.map(({ ns, frame }) => enhanced({ ticks: ns, frame }))
  const captures = [
    pcap(records, { format: 'pcap-ns' }),
    join(section(), describeInterface({ resolution: 9 }), ...packets),
  ]
  for (const bytes of captures) {
    const read = await readCapture(bytes)
    for (const [index, { ns }] of records.entries()) {
      const off = (read.records[index]?.ns ?? 0n) - ns
      expect(off < 256n && off > -256n).toBe(true)
    }
    expect(read.anomalies).toContain('time-rounded')
  }
})
