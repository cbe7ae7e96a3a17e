import { formatTimeUtc } from './format.ts'

const DAY_NS = 86_400_000_000_000
const SECOND_NS = 1_000_000_000
/** Two digits of each number below a hundred. */
const TWO = Array.from({ length: 100 }, (_, number) => String(number).padStart(2, '0'))

/**
 * Returns a formatTimeUtc() that keeps the text of the day it was last asked for. Shaped by speed: most rows of a list are of
 * few days, and a date takes 2 microseconds.
 */
export function createTimeUtc(): (ns: bigint) => string {
  let dayStart = 0n
  let day = '1970-01-01T'
  return (ns) => {
    let rest = Number(ns - dayStart)
    if (!(rest >= 0 && rest < DAY_NS)) {
      const inDay = ((ns % BigInt(DAY_NS)) + BigInt(DAY_NS)) % BigInt(DAY_NS)
      dayStart = ns - inDay
      day = formatTimeUtc(dayStart).slice(0, -'00:00:00.000000000Z'.length)
      rest = Number(inDay)
    }
    const seconds = Math.floor(rest / SECOND_NS)
    const nanos = String(rest - seconds * SECOND_NS).padStart(9, '0')
    return `${day}${TWO[Math.floor(seconds / 3600)]}:${TWO[Math.floor(seconds / 60) % 60]}:${TWO[seconds % 60]}.${nanos}Z`
  }
}
