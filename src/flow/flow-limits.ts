/** What bounds the flows. Tests set less. */
export interface FlowLimits {
  readonly openFlows: number
  readonly attempts: number
  readonly listedAttempts: number
  readonly foldedAttempts: number
}

/**
 * `openFlows`: of a shard at once. One more closes a quarter of them early, attempts first; what comes of a flow that
 * was closed early begins another one.
 *
 * `attempts`: the different senders, receivers and ports whose attempts a shard keeps one by one. Beyond, those of
 * unlisted senders are folded by network, and those of listed ones are kept until there are `listedAttempts` in all,
 * and then left out.
 *
 * `foldedAttempts`: sums of folded attempts, of all shards together. One more makes the networks of all senders wider.
 */
export const FLOW_LIMITS: FlowLimits = {
  openFlows: 8192,
  attempts: 2048,
  listedAttempts: 16_384,
  foldedAttempts: 131_072,
}
