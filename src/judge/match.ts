import type { Service } from '../evidence/service.ts'
import type { Role } from '../inventory/roles.ts'
import type { RuleInForce, RuleSet } from '../rules/pack.ts'
import type { Rule } from '../rules/rule.ts'
import { EVIDENCE, type Evidence, evidenceOf } from './evidence.ts'
import { admits, coversPort, names, sharesAddress } from './party.ts'

/** What rules are asked about: who opened what to whom. */
export interface Question {
  readonly origRoles: readonly Role[]
  readonly respRoles: readonly Role[]
  readonly transport: string
  readonly port: number
  /** What the bytes prove. */
  readonly service: Service
}

/** Whether the rule allows it. */
export function allows({ rule, withdrawn }: RuleInForce, asked: Omit<Question, 'service'>): boolean {
  return (
    !withdrawn &&
    rule.transport === asked.transport &&
    coversPort(rule, asked.port) &&
    admits(rule.originators, asked.origRoles) &&
    admits(rule.responders, asked.respRoles) &&
    sharesAddress(rule, asked.respRoles)
  )
}

/** The best rule that allows something, and whether the bytes fit it. */
export interface BestRule {
  readonly best: RuleInForce
  readonly evidence: Evidence
}

/**
 * The best of the rules that allow it by roles and port: by evidence, then roles named before `any`, then the narrower
 * port range, then pack order. When even the best is contradicted, all are.
 *
 * Those whom the page names as usual count as named here: the page's own row is then credited, and not another that
 * repeats it for one kind of partner.
 */
export function bestRule(rules: RuleSet, asked: Question): BestRule | undefined {
  let found: BestRule | undefined
  for (const candidate of rules.rules) {
    if (!allows(candidate, asked)) continue
    const evidence = evidenceOf(candidate.rule.protocol, asked.service)
    if (found === undefined || isBetter(candidate.rule, evidence, found, asked)) found = { best: candidate, evidence }
  }
  return found
}

function isBetter(left: Rule, evidence: Evidence, found: BestRule, asked: Question): boolean {
  const right = found.best.rule
  const weaker = EVIDENCE.indexOf(evidence) - EVIDENCE.indexOf(found.evidence)
  if (weaker !== 0) return weaker < 0
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
