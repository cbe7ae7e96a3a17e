import type { RuleInForce, RuleSet } from '../rules/pack.ts'
import type { Rule } from '../rules/rule.ts'
import type { Question } from './match.ts'
import { admits, coversPort, names, type Party, sharesAddress } from './party.ts'

/** Why a conversation is unexpected; the first that holds, in this order. */
export const REASONS = [
  'exposed',
  'protocol-mismatch',
  'unknown-source',
  'unknown-destination',
  'wrong-direction',
  'wrong-source',
  'wrong-destination',
  'wrong-port',
  'no-rule',
] as const
export type Reason = (typeof REASONS)[number]

/** A field in which a conversation differs from a rule. */
export type Difference = 'direction' | 'originator' | 'responder' | 'transport' | 'port' | 'protocol'

export interface Explained {
  readonly reason: Reason
  /** The rule that comes nearest, and what would have to be different; undefined when no rule is in force. */
  readonly nearest: RuleInForce | undefined
  readonly differs: readonly Difference[]
}

/** Why no rule allows what was asked. */
export function explain(rules: RuleSet, asked: Question, orig: Party, resp: Party): Explained {
  const inForce = rules.rules.filter((each) => !each.withdrawn)
  const { reason, holds } = reasonFor(inForce, asked, orig, resp)
  const candidates = inForce.filter(({ rule }) => holds(rule, asked))
  return { reason, ...nearest(candidates.length > 0 ? candidates : inForce, asked) }
}

type Condition = (rule: Rule, asked: Question) => boolean

const isNamedReverse: Condition = (rule, asked) => isReverse(rule, asked) && matchesPort(rule, asked)
const namesResponder: Condition = (rule, asked) =>
  names(rule.responders, asked.respRoles) && sharesAddress(rule, asked.respRoles) && matchesPort(rule, asked)
const namesOriginator: Condition = (rule, asked) => names(rule.originators, asked.origRoles) && matchesPort(rule, asked)
const namesBoth: Condition = (rule, asked) =>
  names(rule.originators, asked.origRoles) && names(rule.responders, asked.respRoles)

/** What some rule must be like for a reason to hold; it is then also where the nearest rule is looked for. */
const CONDITIONS: readonly (readonly [Reason, Condition])[] = [
  ['wrong-direction', isNamedReverse],
  ['wrong-source', namesResponder],
  ['wrong-destination', namesOriginator],
  ['wrong-port', namesBoth],
]

function reasonFor(
  rules: readonly RuleInForce[],
  asked: Question,
  orig: Party,
  resp: Party,
): { readonly reason: Reason; readonly holds: Condition } {
  if (!orig.placement && !resp.facesInternet) return { reason: 'unknown-source', holds: namesResponder }
  if (!resp.placement && !orig.facesInternet) return { reason: 'unknown-destination', holds: namesOriginator }
  for (const [reason, holds] of CONDITIONS) {
    if (rules.some(({ rule }) => holds(rule, asked))) return { reason, holds }
  }
  return { reason: 'no-rule', holds: () => true }
}

function matchesPort(rule: Rule, asked: Question): boolean {
  return rule.transport === asked.transport && coversPort(rule, asked.port)
}

function isReverse(rule: Rule, asked: Question): boolean {
  return names(rule.originators, asked.respRoles) && names(rule.responders, asked.origRoles)
}

/** The rule with the fewest and nearest differences; of equals the first. */
function nearest(
  rules: readonly RuleInForce[],
  asked: Question,
): { readonly nearest: RuleInForce | undefined; readonly differs: readonly Difference[] } {
  let best: RuleInForce | undefined
  let leastCost = Number.POSITIVE_INFINITY
  for (const candidate of rules) {
    const candidateCost = cost(candidate.rule, asked)
    if (candidateCost < leastCost) {
      best = candidate
      leastCost = candidateCost
    }
  }
  return { nearest: best, differs: best === undefined ? [] : differences(best.rule, asked) }
}

/** Protocols are compared only where everything else fits. */
export function differences(rule: Rule, asked: Question): readonly Difference[] {
  const differs: Difference[] = []
  const forward = admits(rule.originators, asked.origRoles) && admits(rule.responders, asked.respRoles)
  if (!forward && isReverse(rule, asked)) differs.push('direction')
  else {
    if (!admits(rule.originators, asked.origRoles)) differs.push('originator')
    if (!admits(rule.responders, asked.respRoles) || !sharesAddress(rule, asked.respRoles)) differs.push('responder')
  }
  if (rule.transport !== asked.transport) differs.push('transport')
  if (!coversPort(rule, asked.port)) differs.push('port')
  return differs
}

// A difference costs its weight; a rule that only says `any` where it could name the role is a little further away,
// and so is a port that is further off. The order of magnitude is what matters, not the values.
const WEIGHTS: Readonly<Record<Difference, number>> = {
  direction: 10,
  originator: 20,
  responder: 20,
  transport: 20,
  port: 25,
  protocol: 25,
}
const UNNAMED = 4
const FARTHEST_PORT = 4

function cost(rule: Rule, asked: Question): number {
  const differs = differences(rule, asked)
  const reversed = differs.includes('direction')
  const unnamed =
    Number(!reversed && rule.originators.includes('any')) + Number(!reversed && rule.responders.includes('any'))
  const far = differs.includes('port') ? (FARTHEST_PORT * portDistance(rule, asked.port)) / 65_535 : 0
  return differs.reduce((sum, difference) => sum + WEIGHTS[difference], unnamed * UNNAMED + far)
}

function portDistance(rule: Rule, port: number): number {
  return Math.min(...rule.ports.map(({ first, last }) => (port < first ? first - port : port > last ? port - last : 0)))
}
