import { closest, distance } from 'fastest-levenshtein'
import { LYNC_2013_RULES } from './lync-2013/index.ts'
import { fieldsBefore, type Overridden, type Override, overrideRule } from './override.ts'
import { ADMITTED, type Amendment, READINGS, type Reading, type Reference } from './reference.ts'
import type { PortRange, Rule } from './rule.ts'
import { SFB_2015_AMENDMENTS, SFB_2015_RULES } from './sfb-2015.ts'
import { WINDOWS_BASELINE_RULES } from './windows-baseline.ts'

export interface Pack {
  readonly name: string
  readonly title: string
  readonly rules: readonly Rule[]
  /** What it says of rules of other packs. */
  readonly amendments?: readonly Amendment[]
  /** What it makes of rules of other packs. Only a pack of the user does; no rule is overridden twice. */
  readonly overrides?: readonly Override[]
}

/** A rule as the chosen pages and the reading have it. */
export interface RuleInForce {
  readonly pack: string
  readonly rule: Rule
  /** Those references that stand on a chosen page and that the reading admits. */
  readonly references: readonly Reference[]
  /** Listed, and allows nothing. */
  readonly withdrawn: boolean
  /** Where a pack of the user changed or disabled it. */
  readonly overridden?: Overridden
  /** Its ports as they are documented, where the inventory has them elsewhere: those of the rule are then the actual ones. */
  readonly documentedPorts?: readonly PortRange[]
}

/** What flows are judged by. Plain data: the database holds it whole. */
export interface RuleSet {
  readonly names: readonly string[]
  readonly reading: Reading
  /**
   * In the order of the built-in packs, whatever the order of the names, and then of the user's; the earlier of two
   * equally good rules wins.
   */
  readonly rules: readonly RuleInForce[]
  /** Those of the named packs that are the user's own, whole, so that rules can be chosen anew without their files. */
  readonly userPacks?: readonly Pack[]
}

/** Rules were asked for that are not there. The message is one sentence for the user. */
export class RulesError extends Error {
  override readonly name = 'RulesError'
}

export const PACKS: readonly Pack[] = [
  { name: 'lync-2013', title: 'Lync Server 2013', rules: LYNC_2013_RULES },
  {
    name: 'sfb-2015',
    title: 'Skype for Business Server 2015, where it differs from lync-2013',
    rules: SFB_2015_RULES,
    amendments: SFB_2015_AMENDMENTS,
  },
  { name: 'windows-baseline', title: 'Windows host baseline', rules: WINDOWS_BASELINE_RULES },
]

export const DEFAULT_RULES: readonly string[] = ['lync-2013', 'windows-baseline']

/**
 * The rules in force of the named packs (`lync-2013`) and single pages (`lync-2013/single-director`); packs of the user
 * stand in `userPacks` and are named like the others.
 * A rule is in force when the reading admits one of its references on a chosen page.
 */
export function selectRules(names: readonly string[], reading: Reading, userPacks: readonly Pack[] = []): RuleSet {
  const packs = [...PACKS, ...userPacks]
  const known = new Set(selectableNames(packs))
  for (const name of names) if (!known.has(name)) throw unknownName(name, known)
  const rules = rulesOf(packs, names, reading)
  if (rules.length === 0) throw new RulesError(nothingInForce(packs, names, reading))
  const chosen = { names: [...new Set(names)], reading, rules }
  return userPacks.length === 0 ? chosen : { ...chosen, userPacks }
}

/** A rule with the pack it belongs to. */
export interface FoundRule {
  readonly pack: Pack
  readonly rule: Rule
  readonly overridden?: Overridden
}

/** A rule by its id, in force or not, with all that any pack says of it. One that the user states comes first. */
export function findRule(id: string, userPacks: readonly Pack[] = []): FoundRule {
  const packs = [...userPacks, ...PACKS]
  const said = saidBy(packs)
  for (const pack of packs) {
    const rule = pack.rules.find((each) => each.id === id)
    const stated = rule && stateRule(pack, rule, said, () => true)
    if (stated !== undefined) return { ...stated, pack, rule: { ...stated.rule, references: stated.references } }
  }
  const ids = packs.flatMap((pack) => pack.rules.map((rule) => rule.id))
  const nearest = nearestOf(id, ids)
  throw new RulesError(
    `rule '${id}' is not known; ${nearest === undefined ? "'portolan rules' lists them" : `did you mean '${nearest}'?`}`,
  )
}

/** A reference with the pack that gives it. */
interface Said {
  readonly pack: Pack
  readonly reference: Reference
}

/** What packs say of rules of others, by the rule's id. */
interface SaidByOthers {
  readonly amendments: ReadonlyMap<string, readonly Said[]>
  readonly overrides: ReadonlyMap<string, { readonly pack: Pack; readonly override: Override }>
}

function saidBy(packs: readonly Pack[]): SaidByOthers {
  const amendments = new Map<string, Said[]>()
  for (const pack of packs) {
    for (const { rule, reference } of pack.amendments ?? []) {
      amendments.set(rule, [...(amendments.get(rule) ?? []), { pack, reference }])
    }
  }
  const overrides = packs.flatMap((pack) => (pack.overrides ?? []).map((override) => ({ pack, override })))
  return { amendments, overrides: new Map(overrides.map((each) => [each.override.rule, each])) }
}

function rulesOf(packs: readonly Pack[], names: readonly string[], reading: Reading): readonly RuleInForce[] {
  const chosen = new Set(names)
  const isAdmitted = ({ pack, reference }: Said) =>
    ADMITTED[reading].has(reference.kind) && (chosen.has(pack.name) || chosen.has(pageName(pack, reference.page)))
  const said = saidBy(packs)
  return packs.flatMap((pack) => pack.rules.flatMap((rule) => inForce(pack, rule, said, isAdmitted)))
}

function inForce(
  pack: Pack,
  rule: Rule,
  said: SaidByOthers,
  isAdmitted: (said: Said) => boolean,
): readonly RuleInForce[] {
  const stated = stateRule(pack, rule, said, isAdmitted)
  if (stated === undefined) return []
  const withdrawn = stated.references.some((each) => each.withdraws === true)
  return [{ pack: pack.name, ...stated, withdrawn }]
}

type Stated = Pick<RuleInForce, 'rule' | 'references' | 'overridden'>

/**
 * The rule with what is admitted of its references: what its own pack says of it, then what others do. Undefined where
 * nothing is. An override puts no rule in force, and changes it where one of its own references is admitted.
 */
function stateRule(
  pack: Pack,
  rule: Rule,
  { amendments, overrides }: SaidByOthers,
  isAdmitted: (said: Said) => boolean,
): Stated | undefined {
  const own = rule.references.map((reference) => ({ pack, reference }))
  const references = admittedOf([...own, ...(amendments.get(rule.id) ?? [])], isAdmitted)
  if (references.length === 0) return undefined
  const change = overrides.get(rule.id)
  const reasons = (change?.override.references ?? []).map((reference) => ({ pack: change?.pack ?? pack, reference }))
  const admitted = admittedOf(reasons, isAdmitted)
  if (change === undefined || admitted.length === 0) return { rule, references }
  const after = overrideRule(rule, change.override.fields)
  const overridden = { by: change.pack.name, before: fieldsBefore(rule, after) }
  return { rule: after, references: [...references, ...admitted], overridden }
}

function admittedOf(said: readonly Said[], isAdmitted: (said: Said) => boolean): readonly Reference[] {
  return said.filter(isAdmitted).map(({ reference }) => reference)
}

/** Every pack, and every page that one of its rules or amendments cites. */
function selectableNames(packs: readonly Pack[]): readonly string[] {
  return packs.flatMap((pack) => {
    const amending = (pack.amendments ?? []).map((each) => each.reference)
    const references = [...pack.rules.flatMap((rule) => rule.references), ...amending]
    return [pack.name, ...new Set(references.map((each) => pageName(pack, each.page)))]
  })
}

/** What users type for one page of a pack. */
function pageName(pack: Pack, page: string): string {
  return `${pack.name}/${page}`
}

function unknownName(name: string, known: ReadonlySet<string>): RulesError {
  const packs = PACKS.map((pack) => pack.name).join(', ')
  const wanted = `wanted: one of ${packs}, one page, such as lync-2013/single-director, or a YAML file`
  // A page typed without its pack is near in meaning and far in letters.
  const candidates = [...known]
  const nearest = candidates.find((each) => each.endsWith(`/${name}`)) ?? nearestOf(name, candidates)
  return new RulesError(
    `rules '${name}' are not known; ${nearest === undefined ? wanted : `did you mean '${nearest}'?`}`,
  )
}

/** The word that differs in the fewest letters, unless that is more than a third of them. */
function nearestOf(text: string, words: readonly string[]): string | undefined {
  const nearest = closest(text, words)
  return distance(text, nearest) <= Math.max(text.length, nearest.length) / 3 ? nearest : undefined
}

function nothingInForce(packs: readonly Pack[], names: readonly string[], reading: Reading): string {
  if (names.length === 0) return 'no rules are named'
  const named = names.map((name) => `'${name}'`).join(', ')
  const wanted = READINGS.find((each) => rulesOf(packs, names, each).length > 0)
  if (wanted === undefined) {
    return `rules ${named} put no rule in force; an override changes rules of packs that are chosen beside, such as lync-2013`
  }
  return `rules ${named} have nothing in force under the reading '${reading}'; wanted: the reading '${wanted}'`
}
