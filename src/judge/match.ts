import type { Role } from '../inventory/roles.ts'
import type { RuleInForce, RuleSet } from '../rules/pack.ts'
import type { Rule } from '../rules/rule.ts'
import { admits, coversPort, names } from './party.ts'

/** What rules are asked about: who opened what to whom. */
export interface Question {
  readonly origRoles: readonly Role[]
  readonly respRoles: readonly Role[]
  readonly transport: string
  readonly port: number
}

/** Whether the rule allows it. */
export function allows({ rule, withdrawn }: RuleInForce, asked: Question): boolean {
  return (
    !withdrawn &&
    rule.transport === asked.transport &&
    coversPort(rule, asked.port) &&
    admits(rule.originators, asked.origRoles) &&
    admits(rule.responders, asked.respRoles)
  )
}

/**
 * The best of the rules that allow it: roles named before `any`, then the narrower port range, then pack order.
 * Those whom the page names as usual count as named here: the page's own row is then credited, and not another that
 * repeats it for one kind of partner.
 */
export function bestRule(rules: RuleSet, asked: Question): RuleInForce | undefined {
  let best: RuleInForce | undefined
  for (const candidate of rules.rules) {
    if (!allows(candidate, asked)) continue
    if (best === undefined || isBetter(candidate.rule, best.rule, asked)) best = candidate
  }
  return best
}

function isBetter(left: Rule, right: Rule, asked: Question): boolean {
  const named = namedSides(left, asked) - namedSides(right, asked)
  return named !== 0 ? named > 0 : portsIn(left, asked.port) < portsIn(right, asked.port)
}

function namedSides(rule: Rule, asked: Question): number {
  const origNamed = names([...rule.originators, ...(rule.usualOriginators ?? [])], asked.origRoles)
  const respNamed = names([...rule.responders, ...(rule.usualResponders ?? [])], asked.respRoles)
  return Number(origNamed) + Number(respNamed)
}

/** Size of the range that covers the port. */
function portsIn(rule: Rule, port: number): number {
  const range = rule.ports.find((each) => port >= each.first && port <= each.last)
  return range === undefined ? Number.POSITIVE_INFINITY : range.last - range.first + 1
}
