const BYTE_UNITS = ['kB', 'MB', 'GB', 'TB', 'PB', 'EB'] as const
const countFormat = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 })

/** Bytes in decimal units, as networks count: whole below 1,000 ('999 B'), else with one decimal ('1.2 kB', '3.4 MB'). */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`
  let amount = bytes / 1000
  let unit = 0
  // 999.95 would be rounded to 1000.0 of its unit.
  while (amount >= 999.95 && unit < BYTE_UNITS.length - 1) {
    amount /= 1000
    unit++
  }
  return `${amount.toFixed(1)} ${BYTE_UNITS[unit]}`
}

/** A count with its thousands apart: '12,345'. The same in every locale, for scripts and golden files. */
export function formatCount(count: number): string {
  return countFormat.format(count)
}

/** A count with what is counted: '1 flow', '12,345 flows'. */
export function formatCounted(count: number, one: string, many: string): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`
}

/** A share of a whole with one decimal. What is not quite nothing or all does not read as 0.0% or 100.0%. */
export function formatPercent(part: number, whole: number): string {
  if (whole === 0) return '-'
  const percent = (part / whole) * 100
  if (percent > 0 && percent < 0.05) return '<0.1%'
  if (percent < 100 && percent >= 99.95) return '>99.9%'
  return `${percent.toFixed(1)}%`
}

/** A duration given in seconds: three digits below a minute ('12.3 ms', '1.23 s'), else its two largest units. */
export function formatDuration(seconds: number): string {
  if (seconds < 0) return `-${formatDuration(-seconds)}`
  const rounded = Number(seconds.toPrecision(3))
  if (rounded === 0) return '0 s'
  if (rounded < 1e-6) return `${Math.round(rounded * 1e9)} ns`
  if (rounded < 1e-3) return `${(rounded * 1e6).toPrecision(3)} µs`
  if (rounded < 1) return `${(rounded * 1e3).toPrecision(3)} ms`
  return rounded < 60 ? `${rounded.toPrecision(3)} s` : longDuration(Math.round(seconds))
}

/** Rounds to the smaller unit shown before it splits, so that no '60 s' or '24 h' appears. */
function longDuration(seconds: number): string {
  if (seconds < 3600) return twoUnits(seconds, 60, 'min', 's')
  const minutes = Math.round(seconds / 60)
  if (minutes < 24 * 60) return twoUnits(minutes, 60, 'h', 'min')
  return twoUnits(Math.round(seconds / 3600), 24, 'd', 'h')
}

function twoUnits(amount: number, each: number, large: string, small: string): string {
  return `${Math.floor(amount / each)} ${large} ${String(amount % each).padStart(2, '0')} ${small}`
}

const NS_PER_MS = 1_000_000n
/** The Gregorian calendar repeats itself after 400 years of 146,097 days. */
const CYCLE_YEARS = 400n
const CYCLE_NS = 146_097n * 86_400_000n * NS_PER_MS

/** A moment split so that Date can hold it, whatever year a damaged capture claims. */
interface Moment {
  /** Whole 400-year cycles since 1970; negative before. */
  readonly cycles: bigint
  /** Milliseconds into the cycle, rounded down. */
  readonly ms: number
  /** Nanoseconds into the second. */
  readonly nanos: number
}

function splitMoment(ns: bigint): Moment {
  const inCycle = ((ns % CYCLE_NS) + CYCLE_NS) % CYCLE_NS
  return {
    cycles: (ns - inCycle) / CYCLE_NS,
    ms: Number(inCycle / NS_PER_MS),
    nanos: Number(inCycle % 1_000_000_000n),
  }
}

/** ISO 8601 in UTC with nine digits, from nanoseconds since 1970. Years outside 0000 to 9999 get a sign and six digits or more. */
export function formatTimeUtc(ns: bigint): string {
  const { cycles, ms, nanos } = splitMoment(ns)
  const { date, time } = calendar(cycles, ms)
  return `${date}T${time}.${String(nanos).padStart(9, '0')}Z`
}

/** Local time with milliseconds and its offset, from nanoseconds since 1970: '2026-11-22 21:30:03.123 +09:00'. */
export function formatTimeLocal(ns: bigint): string {
  const { cycles, ms, nanos } = splitMoment(ns)
  const offset = -Math.round(new Date(ms).getTimezoneOffset())
  const { date, time } = calendar(cycles, ms + offset * 60_000)
  const millis = String(Math.floor(nanos / 1e6)).padStart(3, '0')
  return `${date} ${time}.${millis} ${offset < 0 ? '-' : '+'}${clock(Math.abs(offset))}`
}

/** Local time for narrow tables, without year and fraction, of the offset the hours alone where they do: '11-22 21:30:03+09'. */
export function formatTimeShort(ns: bigint): string {
  return formatTimeLocal(ns).replace(
    /^[+-]?\d+-(\d\d-\d\d \d\d:\d\d:\d\d)\.\d+ ([+-]\d\d)(:\d\d)$/,
    (_whole, time: string, hours: string, minutes: string) => time + hours + (minutes === ':00' ? '' : minutes),
  )
}

function calendar(cycles: bigint, ms: number): { date: string; time: string } {
  const [date = '', time = ''] = new Date(ms).toISOString().split('T')
  const year = BigInt(date.slice(0, 4)) + cycles * CYCLE_YEARS
  return { date: yearText(year) + date.slice(4), time: time.slice(0, 8) }
}

function yearText(year: bigint): string {
  if (year >= 0n && year <= 9999n) return String(year).padStart(4, '0')
  return (year < 0n ? '-' : '+') + String(year < 0n ? -year : year).padStart(6, '0')
}

function clock(minutes: number): string {
  const two = (part: number) => String(part).padStart(2, '0')
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`
}
