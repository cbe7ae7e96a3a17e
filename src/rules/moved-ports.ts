import type { MovedPort } from '../inventory/inventory.ts'
import { actualPorts, isSameSpans, mergeSpans } from '../inventory/ports.ts'
import type { RuleInForce, RuleSet } from './pack.ts'
import type { MediaRange, Party, PortRange, Rule } from './rule.ts'

/**
 * The rules with the ports that this deployment has: where the inventory says that a port of a responder role was moved,
 * rules allow the actual port in the place of the documented one. A rule whose responder roles have it at different
 * ports becomes one rule for each, under the same id. Whoever is `any` keeps the documented port. Done twice, it changes
 * nothing more.
 */
export function withMovedPorts(set: RuleSet, moved: readonly MovedPort[] | undefined): RuleSet {
  if (moved === undefined || moved.length === 0) return set
  return { ...set, rules: set.rules.flatMap((each) => movedRules(each, moved)) }
}

function movedRules(inForce: RuleInForce, moved: readonly MovedPort[]): readonly RuleInForce[] {
  const { rule, documentedPorts } = inForce
  if (documentedPorts !== undefined) return [inForce]
  const parts: { readonly responders: Party[]; readonly ports: readonly PortRange[] }[] = []
  for (const party of rule.responders) {
    const ports = portsOf(party, rule, moved)
    const part = parts.find((each) => isSameSpans(each.ports, ports))
    if (part === undefined) parts.push({ responders: [party], ports })
    else part.responders.push(party)
  }
  return parts.map(({ responders, ports }) => {
    if (ports === rule.ports) return parts.length === 1 ? inForce : { ...inForce, rule: { ...rule, responders } }
    return { ...inForce, rule: { ...atPorts(rule, ports), responders }, documentedPorts: rule.ports }
  })
}

/** The rule's own ports where none of them was moved. */
function portsOf(party: Party, { transport, ports }: Rule, moved: readonly MovedPort[]): readonly PortRange[] {
  if (party === 'any') return ports
  const actual = ports.flatMap((documented) => actualPorts(moved, party, transport, documented))
  return isSameSpans(actual, ports) ? ports : mergeSpans(actual)
}

/** Where media has a range of its own again, it is what the servers are configured with. */
function atPorts({ mediaRange, ...rule }: Rule, ports: readonly PortRange[]): Rule {
  const [range, more] = ports
  if (mediaRange === undefined || range === undefined || more !== undefined) return { ...rule, ports }
  return { ...rule, ports, mediaRange: mediaRangeOf(range) }
}

function mediaRangeOf({ first, last }: PortRange): MediaRange {
  return { start: first, count: last - first + 1 }
}
