import { formatCount } from '../report/format.ts'
import { UsageError } from './usage-error.ts'

const DEFAULT_SECONDS = 60
const MOST_SECONDS = 86_400

/** The milliseconds that --interval asks for; undefined where a stream is only stored at its end. */
export function parseInterval(interval: string | undefined, isStream: boolean): number | undefined {
  if (!isStream) {
    if (interval !== undefined)
      throw new UsageError("--interval is for standard input ('-'); files are stored at their end")
    return undefined
  }
  const seconds = interval === undefined ? DEFAULT_SECONDS : /^\d{1,6}$/.test(interval) ? Number(interval) : Number.NaN
  if (!(seconds <= MOST_SECONDS)) {
    throw new UsageError(
      `--interval '${interval}' is not a whole number of seconds from 0 to ${formatCount(MOST_SECONDS)}`,
    )
  }
  return seconds === 0 ? undefined : seconds * 1000
}
