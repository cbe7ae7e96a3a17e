export interface Random {
  /** A whole number from 0 to 2^32 - 1. */
  readonly uint32: () => number
  /** A whole number from 0 to `limit` - 1; `limit` is at most 2^32. */
  readonly below: (limit: number) => number
  /** At least 0, with this mean: the time to the next of many independent events. */
  readonly exponential: (mean: number) => number
}

/**
 * Xorshift with 128 bits of state (Marsaglia, Journal of Statistical Software 8(14), 2003): small, fast and, unlike
 * Math.random, the same on every machine for the same seed.
 */
export function createRandom(seed: number): Random {
  const state = Int32Array.of(seed | 0, 0x1f83d9ab, 0x5be0cd19, 0x3c6ef372)
  const uint32 = (): number => {
    const old = state[0]!
    const recent = state[3]!
    const mixed = old ^ (old << 11)
    state[0] = state[1]!
    state[1] = state[2]!
    state[2] = recent
    state[3] = recent ^ (recent >>> 19) ^ mixed ^ (mixed >>> 8)
    return state[3]! >>> 0
  }
  // Neighbouring seeds differ in a few bits only; these rounds spread them over the state.
  for (let round = 0; round < 32; round++) uint32()
  return {
    uint32,
    below: (limit) => Math.floor((uint32() / 0x1_0000_0000) * limit),
    exponential: (mean) => -Math.log1p(-uint32() / 0x1_0000_0000) * mean,
  }
}
