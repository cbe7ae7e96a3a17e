import type { Role } from '../inventory/roles.ts'
import type { RuleInForce, RuleSet } from '../rules/pack.ts'
import type { Party, Rule } from '../rules/rule.ts'
import { noOutcomes } from './conversation.ts'
import { OUTCOMES, type Outcome } from './outcome.ts'
import { names, sharesAddress } from './party.ts'
import type { Doubt } from './trust.ts'

/** What captures show of a documented rule, in the order in which it is listed: what fails comes first. */
export const COVERAGE_STATUSES = [
  'seen-refused',
  'seen-unanswered',
  'seen-wrong-protocol',
  'seen-unclear',
  'seen-working',
  'not-seen',
  'not-observable',
] as const
export type CoverageStatus = (typeof COVERAGE_STATUSES)[number]

/** Why a status says less than it seems to. */
export const LIMITS = [
  'withdrawn',
  'from-this-host-only',
  'place-unsure',
  'role-unlisted',
  'short-window',
  'one-sided',
  'loss',
  'cut-off',
  'midstream',
] as const
export type Limit = (typeof LIMITS)[number]

/** Doubts about a capture under which flows may be missing from it, or not be known for what they are. */
const HIDING: readonly (Doubt & Limit)[] = ['one-sided', 'loss', 'cut-off', 'midstream']

/** A capture that lasted less does not show what happens at sign-in, at the start of a service, or by the hour. */
const SHORT_NS = 3_600_000_000_000n

/** An address that a capture was taken at. */
export interface CaptureHost {
  readonly address: string
  /** As the inventory has it; null and empty for an address that it does not list. */
  readonly name: string | null
  readonly roles: readonly Role[]
}

/** One capture point, as far as coverage asks. Times are nanoseconds since 1970. */
export interface CoveredCapture {
  readonly point: string
  readonly hosts: readonly CaptureHost[]
  /** It was taken at one of its hosts, and nothing tells at which. */
  readonly isUnsure: boolean
  /** Null where no record had a time. */
  readonly first: bigint | null
  readonly last: bigint | null
  readonly doubts: readonly Doubt[]
}

/** Conversations of one capture point that were judged alike and fare alike, added up. */
export interface RuleSum {
  readonly capture: string
  /** The rule that allows them; where all that do are contradicted by the bytes, the nearest. */
  readonly rule: string
  readonly isContradicted: boolean
  /** What looks refused or unanswered may only be missing from the capture. */
  readonly isDoubtful: boolean
  readonly conversations: number
  readonly broken: number
  readonly flaky: number
  readonly flows: number
  readonly outcomes: Readonly<Record<Outcome, number>>
  /** Nanoseconds since 1970. */
  readonly first: bigint
  readonly last: bigint
}

/** What is added up for a rule. */
interface Seen {
  flows: number
  conversations: number
  broken: number
  flaky: number
  /** How the flows that the rule allows ended. */
  readonly outcomes: Record<Outcome, number>
  /**
   * Flows that look refused or unanswered, but whose answer may be missing from the capture: not among the outcomes.
   */
  doubtful: number
  /** Flows that would be the rule's, were it not for what is spoken in them. */
  wrongProtocol: number
  first: bigint | null
  last: bigint | null
  /** Captures that saw it. */
  readonly points: Set<string>
}

/** A rule in force with what captures show of it. */
export interface RuleCoverage extends Readonly<Omit<Seen, 'points'>> {
  readonly inForce: RuleInForce
  readonly status: CoverageStatus
  readonly limits: readonly Limit[]
  /** The captures that saw it or would have, and from when to when they lasted. */
  readonly captures: readonly string[]
  readonly windowFirst: bigint | null
  readonly windowLast: bigint | null
  /** The hosts that the rule names and a capture was taken at. */
  readonly observedAt: readonly CaptureHost[]
}

/**
 * What the captures show of every rule in force, in the order of the rules. `listed` are the roles of the inventory.
 */
export function coverageOf(
  rules: RuleSet,
  captures: readonly CoveredCapture[],
  sums: readonly RuleSum[],
  listed: ReadonlySet<Role>,
): readonly RuleCoverage[] {
  const byRule = new Map<string, Seen>()
  for (const sum of sums) {
    const seen = byRule.get(sum.rule) ?? nothingSeen()
    byRule.set(sum.rule, seen)
    add(seen, sum)
  }
  // Where a topology moved the ports of one of a rule's roles, the rule stands there once for each; it is one line.
  const ids = new Set<string>()
  const once = rules.rules.filter(({ rule: { id } }) => !ids.has(id) && ids.add(id))
  return once.map((inForce) => {
    const found = byRule.get(inForce.rule.id) ?? nothingSeen()
    return ruleCoverage(inForce, captures, found, isListed(inForce.rule, listed))
  })
}

function ruleCoverage(
  inForce: RuleInForce,
  captures: readonly CoveredCapture[],
  found: Seen,
  isListed: boolean,
): RuleCoverage {
  const { points, ...seen } = found
  const observing = inForce.withdrawn ? [] : captures.filter((capture) => namedHosts(inForce.rule, capture).length > 0)
  const status = statusOf(seen, observing.length > 0)
  const concerned = captures.filter((capture) => observing.includes(capture) || points.has(capture.point))
  const saw = captures.filter(({ point }) => points.has(point))
  const hosts = observing.flatMap((capture) => namedHosts(inForce.rule, capture))
  return {
    inForce,
    ...seen,
    status,
    limits: inForce.withdrawn ? ['withdrawn'] : limitsOf(status, inForce.rule, observing, saw, isListed),
    captures: concerned.map(({ point }) => point),
    windowFirst: least(concerned.map(({ first }) => first)),
    windowLast: greatest(concerned.map(({ last }) => last)),
    observedAt: [...new Map(hosts.map((host) => [host.address, host])).values()],
  }
}

/** The hosts of the capture whose role the rule names. `any` names nobody, and neither do usual originators. */
function namedHosts(rule: Rule, { hosts }: CoveredCapture): readonly CaptureHost[] {
  return hosts.filter(
    ({ roles }) => names(rule.originators, roles) || (names(rule.responders, roles) && sharesAddress(rule, roles)),
  )
}

/** Successes and failures are those of health.ts; a failed handshake and a prohibition are somebody's refusal. */
function statusOf({ outcomes, flows, wrongProtocol }: Omit<Seen, 'points'>, isObservable: boolean): CoverageStatus {
  if (flows === 0) return isObservable ? 'not-seen' : 'not-observable'
  if (outcomes.established + outcomes.midstream > 0) return 'seen-working'
  if (wrongProtocol > 0) return 'seen-wrong-protocol'
  if (outcomes.refused + outcomes.prohibited + outcomes['handshake-failed'] > 0) return 'seen-refused'
  return outcomes.unanswered > 0 ? 'seen-unanswered' : 'seen-unclear'
}

function limitsOf(
  status: CoverageStatus,
  rule: Rule,
  observing: readonly CoveredCapture[],
  saw: readonly CoveredCapture[],
  isListed: boolean,
): readonly Limit[] {
  if (status === 'not-observable') return []
  if (status === 'not-seen') return [...(isListed ? [] : UNLISTED), ...fewest(observing.map(whyUnseen))]
  const limits: Limit[] = []
  const isObserved = observing.some(({ isUnsure }) => !isUnsure)
  if (!isObserved && saysAny(rule) && saw.some(({ hosts }) => hosts.length > 0)) {
    limits.push('from-this-host-only')
  }
  if (status === 'seen-unclear') limits.push(...hidingDoubts(saw.flatMap(({ doubts }) => doubts)))
  return limits
}

const UNLISTED: readonly Limit[] = ['role-unlisted']

/**
 * Whether the inventory lists somebody for both ends: else the rule's traffic is there as that of unknown hosts.
 * Unlisted hosts on the Internet count as external clients.
 */
function isListed({ originators, responders }: Rule, listed: ReadonlySet<Role>): boolean {
  return [originators, responders].every((parties) =>
    parties.some((party) => party === 'any' || party === 'client-external' || listed.has(party)),
  )
}

/** Why what a capture does not show may have been there. */
function whyUnseen({ first, last, doubts, isUnsure }: CoveredCapture): readonly Limit[] {
  const isShort = first === null || last === null || last - first < SHORT_NS
  return [
    ...(isUnsure ? (['place-unsure'] as const) : []),
    ...(isShort ? (['short-window'] as const) : []),
    ...hidingDoubts(doubts),
  ]
}

function hidingDoubts(doubts: readonly Doubt[]): readonly Limit[] {
  return HIDING.filter((doubt) => doubts.includes(doubt))
}

/** The capture that shows a rule best decides; of equally good ones the first. */
function fewest(lists: readonly (readonly Limit[])[]): readonly Limit[] {
  return lists.reduce((best, list) => (list.length < best.length ? list : best))
}

function saysAny({ originators, responders }: Rule): boolean {
  const isAny = (party: Party) => party === 'any'
  return originators.some(isAny) || responders.some(isAny)
}

function nothingSeen(): Seen {
  return {
    flows: 0,
    conversations: 0,
    broken: 0,
    flaky: 0,
    outcomes: noOutcomes(),
    doubtful: 0,
    wrongProtocol: 0,
    first: null,
    last: null,
    points: new Set(),
  }
}

function add(seen: Seen, sum: RuleSum): void {
  seen.flows += sum.flows
  seen.conversations += sum.conversations
  seen.broken += sum.broken
  seen.flaky += sum.flaky
  seen.first = least([seen.first, sum.first])
  seen.last = greatest([seen.last, sum.last])
  seen.points.add(sum.capture)
  if (sum.isContradicted) seen.wrongProtocol += sum.flows
  else addOutcomes(seen, sum)
}

function addOutcomes(seen: Seen, { outcomes, isDoubtful }: RuleSum): void {
  for (const outcome of OUTCOMES) {
    const isDoubted = isDoubtful && (outcome === 'refused' || outcome === 'unanswered')
    if (isDoubted) seen.doubtful += outcomes[outcome]
    else seen.outcomes[outcome] += outcomes[outcome]
  }
}

function least(times: readonly (bigint | null)[]): bigint | null {
  return known(times).reduce<bigint | null>((best, time) => (best === null || time < best ? time : best), null)
}

function greatest(times: readonly (bigint | null)[]): bigint | null {
  return known(times).reduce<bigint | null>((best, time) => (best === null || time > best ? time : best), null)
}

function known(times: readonly (bigint | null)[]): readonly bigint[] {
  return times.filter((time) => time !== null)
}
