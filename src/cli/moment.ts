import { UsageError } from './usage-error.ts'

const MOMENT =
  /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?(?: ?(Z|[+-]\d\d(?::?\d\d)?))?)?$/i

/**
 * Nanoseconds since 1970 of a time in ISO 8601, local where it names no zone. A date alone is the whole day: its
 * beginning for `since`, the beginning of the next day for `until`.
 */
export function parseMoment(option: '--since' | '--until', text: string): bigint {
  const fields = MOMENT.exec(text.trim())
  if (fields === null) throw notAMoment(option, text)
  const [, year, month, day, hour, minute, second = '0', fraction = '', zone] = fields
  const date = [Number(year), Number(month) - 1, Number(day)] as const
  const time = [Number(hour ?? 0), Number(minute ?? 0), Number(second)] as const
  if (!exists(date, time)) throw notAMoment(option, text)
  const isWholeDay = hour === undefined
  const [y, m, d] = date
  const start = isWholeDay && option === '--until' ? ([y, m, d + 1] as const) : date
  const ms = zone === undefined ? new Date(...start, ...time).getTime() : Date.UTC(...start, ...time) - offsetMs(zone)
  return BigInt(ms) * 1_000_000n + BigInt(fraction.padEnd(9, '0'))
}

function exists(date: readonly [number, number, number], time: readonly [number, number, number]): boolean {
  const [, month, day] = date
  const [hour, minute, second] = time
  const there = new Date(Date.UTC(...date))
  return there.getUTCMonth() === month && there.getUTCDate() === day && hour < 24 && minute < 60 && second < 60
}

function offsetMs(zone: string): number {
  if (zone.toUpperCase() === 'Z') return 0
  const sign = zone.startsWith('-') ? -1 : 1
  const hours = Number(zone.slice(1, 3))
  const minutes = Number(zone.slice(3).replace(':', ''))
  return sign * (hours * 60 + minutes) * 60_000
}

function notAMoment(option: string, text: string): UsageError {
  const wanted = '2026-11-22, 2026-11-22T21:30 or 2026-11-22T21:30:03.5+09:00'
  return new UsageError(`${option} '${text}' is not a time; wanted ISO 8601, such as ${wanted}`)
}
