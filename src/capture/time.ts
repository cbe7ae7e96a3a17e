/**
 * Times on the packet path are nanoseconds since an origin, as doubles: exact for 104 days around it, where nanoseconds
 * since 1970 are not, and without a BigInt for each packet. All files of a capture set share one origin: the whole
 * second in which the first record read was taken.
 *
 * Further away than EXACT_NS, as in files merged from different years, a double holds the time to 256 nanoseconds at
 * worst. That tells a whole microsecond exactly: `resolutionNs` says what times are whole multiples of. Of captures
 * with finer times such a record is counted as an anomaly.
 */
export interface TimeOrigin {
  /** Nanoseconds since 1970; undefined until the first record with a time. */
  ns: bigint | undefined
  /** 1000 as long as no file of the set has times finer than microseconds, then 1. */
  resolutionNs: 1 | 1000
}

export function createOrigin(): TimeOrigin {
  return { ns: undefined, resolutionNs: 1000 }
}

/** Nanoseconds since 1970 of the time that is `timeNs` after the origin `originNs` of its set. */
export function absoluteNs(originNs: bigint, resolutionNs: number, timeNs: number): bigint {
  return originNs + BigInt(Math.round(timeNs / resolutionNs)) * BigInt(resolutionNs)
}

/** Whole numbers up to this are exact in a double: 104 days of nanoseconds. */
const EXACT_NS = 2 ** 53

export function isExact(timeNs: number): boolean {
  return timeNs <= EXACT_NS && timeNs >= -EXACT_NS
}

const NS_PER_SECOND = 1_000_000_000n

export function setOrigin(origin: TimeOrigin, ns: bigint): bigint {
  origin.ns = ns - (((ns % NS_PER_SECOND) + NS_PER_SECOND) % NS_PER_SECOND)
  return origin.ns
}

/** What a double far from the origin may be off by, and more. */
const ROUNDING_NS = 1024n

/** Latest time accepted: SQLite's largest integer, in the year 2262. */
const LATEST_NS = 2n ** 63n - 1n - ROUNDING_NS

/**
 * Turns the 64-bit tick counts of one pcapng interface into nanoseconds since the origin, exactly.
 *
 * The upper 32 bits change every 4.3 seconds at the finest usual resolution, so their part is computed with
 * BigInt once and kept; the lower 32 bits are added as a double wherever that is exact.
 */
export class TickClock {
  readonly #origin: TimeOrigin
  readonly #numerator: bigint
  readonly #denominator: bigint
  readonly #offsetNs: bigint
  /** Whole nanoseconds in a tick when the quick way is exact, else 0. */
  readonly #nsPerTick: number
  #high = -1
  #highNs = 0
  /** The quick way is exact, and all times of these upper 32 bits are in range. */
  #isQuick = false

  /** `resolution` is the octet of if_tsresol; `offsetSeconds` the value of if_tsoffset (pcapng, section 4.2). */
  constructor(origin: TimeOrigin, resolution: number, offsetSeconds: bigint) {
    this.#origin = origin
    const exponent = BigInt(resolution & 0x7f)
    const ticksPerSecond = resolution & 0x80 ? 2n ** exponent : 10n ** exponent
    this.#numerator = NS_PER_SECOND
    this.#denominator = ticksPerSecond
    this.#offsetNs = offsetSeconds * NS_PER_SECOND
    const perTick = NS_PER_SECOND / ticksPerSecond
    if (NS_PER_SECOND % ticksPerSecond !== 0n || perTick % 1000n !== 0n) origin.resolutionNs = 1
    const exact = NS_PER_SECOND % ticksPerSecond === 0n && perTick <= 1_000_000n
    this.#nsPerTick = exact ? Number(perTick) : 0
  }

  /** Nanoseconds since the origin, or NaN when the time lies outside 1970 to 2262. */
  toNs(high: number, low: number): number {
    if (high !== this.#high) this.#remember(high, low)
    return this.#isQuick ? this.#highNs + low * this.#nsPerTick : this.#slowly(high, low)
  }

  #remember(high: number, low: number): void {
    this.#high = high
    this.#isQuick =
      this.#nsPerTick > 0 && this.#absolute(high, 0) >= 0n && this.#absolute(high, 0xffffffff) <= LATEST_NS
    if (!this.#isQuick) return
    const origin = this.#origin.ns ?? setOrigin(this.#origin, this.#absolute(high, low))
    this.#highNs = Number(this.#absolute(high, 0) - origin)
  }

  #slowly(high: number, low: number): number {
    const absolute = this.#absolute(high, low)
    if (absolute < 0n || absolute > LATEST_NS) return Number.NaN
    return Number(absolute - (this.#origin.ns ?? setOrigin(this.#origin, absolute)))
  }

  #absolute(high: number, low: number): bigint {
    const ticks = (BigInt(high) << 32n) | BigInt(low)
    return (ticks * this.#numerator) / this.#denominator + this.#offsetNs
  }
}
