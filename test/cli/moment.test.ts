import { afterEach, describe, expect, it } from 'vitest'
import { parseMoment } from '../../src/cli/moment.ts'
import { formatTimeUtc } from '../../src/report/format.ts'

const zone = process.env['TZ']
afterEach(() => {
  if (zone === undefined) delete process.env['TZ']
  else process.env['TZ'] = zone
})

const since = (text: string) => formatTimeUtc(parseMoment('--since', text))
const until = (text: string) => formatTimeUtc(parseMoment('--until', text))

describe('a time', () => {
  it('is exact to the nanosecond', () => {
    expect(since('2026-11-22T21:30:03.123456789Z')).toBe('2026-11-22T21:30:03.123456789Z')
    expect(since('2026-11-22 21:30:03,5z')).toBe('2026-11-22T21:30:03.500000000Z')
  })

  it('may have an offset', () => {
    expect(since('2026-11-22T21:30+09:00')).toBe('2026-11-22T12:30:00.000000000Z')
    expect(since('2026-11-22T21:30 -0330')).toBe('2026-11-23T01:00:00.000000000Z')
    expect(since('2026-11-22T21:30+09')).toBe('2026-11-22T12:30:00.000000000Z')
  })

  it('without an offset is local', () => {
    process.env['TZ'] = 'Asia/Seoul'
    expect(since('2026-11-22T09:00')).toBe('2026-11-22T00:00:00.000000000Z')
    expect(since('2026-11-22')).toBe('2026-11-21T15:00:00.000000000Z')
    expect(until('2026-11-22')).toBe('2026-11-22T15:00:00.000000000Z')
  })

  it('of a date alone is the whole day', () => {
    process.env['TZ'] = 'UTC'
    expect(since('2024-02-29')).toBe('2024-02-29T00:00:00.000000000Z')
    expect(until('2024-02-29')).toBe('2024-03-01T00:00:00.000000000Z')
    expect(until('2026-12-31')).toBe('2027-01-01T00:00:00.000000000Z')
    expect(until('2026-12-31T00:00')).toBe('2026-12-31T00:00:00.000000000Z')
  })

  it.each([
    '',
    'x',
    '2026',
    '2026-13-01',
    '2026-02-30',
    '2026-11-22T24:00',
    '2026-11-22T10:60',
    '22.11.2026',
    '2026-11-22T10',
  ])('cannot be %j', (text) => {
    expect(() => parseMoment('--since', text)).toThrow(/^--since '.*' is not a time; wanted ISO 8601, such as /)
  })
})
