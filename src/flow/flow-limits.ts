/** What bounds the flows. Tests set less. */
export interface FlowLimits {
  readonly openFlows: number
  readonly attempts: number
  readonly foldedAttempts: number
}

/**
 * `openFlows`: of a shard at once. One more closes a quarter of them early, attempts first; what comes of a flow that was
 * closed early begins another one.
 *
 * `attempts`: the different originators, responders and ports whose attempts a shard keeps one by one. Beyond, those of
 * unlisted originators are folded by network, and those of listed ones are kept up to twice the limit and then left out.
 *
 * `foldedAttempts`: sums of folded attempts, of all shards together. One more makes the networks of all originators wider.
 */
export const FLOW_LIMITS: FlowLimits = { openFlows: 16_384, attempts: 4096, foldedAttempts: 131_072 }
