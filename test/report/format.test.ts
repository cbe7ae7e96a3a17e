import fc from 'fast-check'
import { afterEach, describe, expect, it, vi } from 'vitest'
import {
  formatBytes,
  formatCount,
  formatCounted,
  formatDuration,
  formatPercent,
  formatTimeLocal,
  formatTimeShort,
  formatTimeUtc,
} from '../../src/report/format.ts'

afterEach(() => {
  vi.unstubAllEnvs()
})

it.each([
  [0, '0 B'],
  [999, '999 B'],
  [1000, '1.0 kB'],
  [1234, '1.2 kB'],
  [999_949, '999.9 kB'],
  [999_950, '1.0 MB'],
  [3_400_000, '3.4 MB'],
  [5e18, '5.0 EB'],
  [5e22, '50000.0 EB'],
])('%d bytes are %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text)
})

it.each([
  [0, '0'],
  [999, '999'],
  [12_345, '12,345'],
  [9_007_199_254_740_991, '9,007,199,254,740,991'],
])('the count %d is %s', (count, text) => {
  expect(formatCount(count)).toBe(text)
})

it.each([
  [0, 7, '0.0%'],
  [1, 8, '12.5%'],
  [1, 100_000, '<0.1%'],
  [99_999, 100_000, '>99.9%'],
  [7, 7, '100.0%'],
  [0, 0, '-'],
])('%d of %d is %s', (part, whole, text) => {
  expect(formatPercent(part, whole)).toBe(text)
})

it.each([
  [0, '0 s'],
  [4e-9, '4 ns'],
  [999.6e-9, '1.00 µs'],
  [0.0000123, '12.3 µs'],
  [0.00123, '1.23 ms'],
  [0.9996, '1.00 s'],
  [1.234, '1.23 s'],
  [59.94, '59.9 s'],
  [59.96, '1 min 00 s'],
  [125.4, '2 min 05 s'],
  [3599.6, '1 h 00 min'],
  [7260, '2 h 01 min'],
  [86_399, '1 d 00 h'],
  [100 * 86_400 + 3600, '100 d 01 h'],
  [-1.5, '-1.50 s'],
])('%d seconds are %s', (seconds, text) => {
  expect(formatDuration(seconds)).toBe(text)
})

describe('formatTimeUtc', () => {
  it.each([
    [0n, '1970-01-01T00:00:00.000000000Z'],
    [1_795_350_603_123_456_789n, '2026-11-22T12:30:03.123456789Z'],
    [-1n, '1969-12-31T23:59:59.999999999Z'],
    [253_402_300_799_999_999_999n, '9999-12-31T23:59:59.999999999Z'],
    [253_402_300_800_000_000_000n, '+010000-01-01T00:00:00.000000000Z'],
    [-62_167_219_200_000_000_000n, '0000-01-01T00:00:00.000000000Z'],
    [-62_167_219_200_000_000_001n, '-000001-12-31T23:59:59.999999999Z'],
  ])('of %d is %s', (ns, text) => {
    expect(formatTimeUtc(ns)).toBe(text)
  })

  it('agrees with Date wherever Date reaches', () => {
    fc.assert(
      fc.property(fc.integer({ min: -8.64e15, max: 8.64e15 }), fc.integer({ min: 0, max: 999_999 }), (ms, below) => {
        const expected = new Date(ms).toISOString().replace('Z', `${String(below).padStart(6, '0')}Z`)
        expect(formatTimeUtc(BigInt(ms) * 1_000_000n + BigInt(below))).toBe(expected)
      }),
    )
  })

  it('has a text for every time a capture can claim', () => {
    expect(formatTimeUtc((2n ** 64n - 1n) * 1_000_000_000n)).toBe('+584554051223-11-09T07:00:15.000000000Z')
  })
})

describe('formatTimeLocal', () => {
  const time = 1_795_350_603_123_999_999n

  it.each([
    ['Asia/Seoul', '2026-11-22 21:30:03.123 +09:00'],
    ['America/St_Johns', '2026-11-22 09:00:03.123 -03:30'],
    ['UTC', '2026-11-22 12:30:03.123 +00:00'],
  ])('in %s is %s', (place, text) => {
    vi.stubEnv('TZ', place)
    expect(formatTimeLocal(time)).toBe(text)
  })

  it('names the offset in force at that time', () => {
    vi.stubEnv('TZ', 'Europe/Berlin')
    expect(formatTimeLocal(1_784_700_000_000_000_000n)).toBe('2026-07-22 08:00:00.000 +02:00')
    expect(formatTimeLocal(time)).toBe('2026-11-22 13:30:03.123 +01:00')
  })

  it('crosses the beginning of 1970 and the year 9999', () => {
    vi.stubEnv('TZ', 'America/St_Johns')
    expect(formatTimeLocal(0n)).toBe('1969-12-31 20:30:00.000 -03:30')
    vi.stubEnv('TZ', 'Asia/Seoul')
    expect(formatTimeLocal(253_402_300_799_000_000_000n)).toBe('+010000-01-01 08:59:59.000 +09:00')
  })
})

describe('formatTimeShort', () => {
  it.each([
    ['Asia/Seoul', '11-22 21:30:03+09'],
    ['America/St_Johns', '11-22 09:00:03-03:30'],
    ['UTC', '11-22 12:30:03+00'],
  ])('in %s is %s', (place, text) => {
    vi.stubEnv('TZ', place)
    expect(formatTimeShort(1_795_350_603_123_999_999n)).toBe(text)
  })

  it('shortens whatever year a damaged capture claims', () => {
    vi.stubEnv('TZ', 'UTC')
    expect(formatTimeShort(253_402_300_800_000_000_000n)).toBe('01-01 00:00:00+00')
  })
})

it('counts one thing and many', () => {
  expect([0, 1, 12_345].map((count) => formatCounted(count, 'flow', 'flows'))).toEqual([
    '0 flows',
    '1 flow',
    '12,345 flows',
  ])
})
