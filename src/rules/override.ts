import type { Reference } from './reference.ts'
import type { Rule } from './rule.ts'

/** What of a rule can be stated anew. */
export type RuleFields = Partial<Omit<Rule, 'id' | 'references'>>

/** What a pack of the user makes of a rule of another pack, wherever that rule is in force. */
export interface Override {
  /** The rule's id. */
  readonly rule: string
  /** Take the place of what the rule has; none where it is only disabled. */
  readonly fields: RuleFields
  /** Stand beside those of the rule. One that withdraws disables it. */
  readonly references: readonly Reference[]
}

/** Who changed a rule, and what its own pack has instead. */
export interface Overridden {
  /** The pack that changed it. */
  readonly by: string
  /** Those fields of the rule's own pack that are now others, or gone. */
  readonly before: RuleFields
}

/** Usual parties go with the parties that they stand beside, and a media range with its ports. */
export function overrideRule(
  { usualOriginators, usualResponders, mediaRange, ...rule }: Rule,
  fields: RuleFields,
): Rule {
  return {
    ...rule,
    ...(usualOriginators && !fields.originators ? { usualOriginators } : {}),
    ...(usualResponders && !fields.responders ? { usualResponders } : {}),
    ...(mediaRange && !fields.ports ? { mediaRange } : {}),
    ...fields,
  }
}

/** The fields of a rule that another statement of it does not have, or has otherwise. */
export function fieldsBefore({ id, references, ...before }: Rule, after: Rule): RuleFields {
  const now: RuleFields = after
  const changed = Object.entries(before).filter(
    ([key, value]) => JSON.stringify(value) !== JSON.stringify(now[key as keyof RuleFields]),
  )
  return Object.fromEntries(changed)
}
