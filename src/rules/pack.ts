import { closest, distance } from 'fastest-levenshtein'
import { LYNC_2013_RULES } from './lync-2013/index.ts'
import { ADMITTED, type Amendment, READINGS, type Reading, type Reference } from './reference.ts'
import type { Rule } from './rule.ts'
import { SFB_2015_AMENDMENTS, SFB_2015_RULES } from './sfb-2015.ts'
import { WINDOWS_BASELINE_RULES } from './windows-baseline.ts'

export interface Pack {
  readonly name: string
  readonly title: string
  readonly rules: readonly Rule[]
  /** What it says of rules of other packs. */
  readonly amendments?: readonly Amendment[]
}

/** A rule as the chosen pages and the reading have it. */
export interface RuleInForce {
  readonly pack: string
  readonly rule: Rule
  /** Those references that stand on a chosen page and that the reading admits. */
  readonly references: readonly Reference[]
  /** Listed, and allows nothing. */
  readonly withdrawn: boolean
}

/** What flows are judged by. Plain data: the database holds it whole. */
export interface RuleSet {
  readonly names: readonly string[]
  readonly reading: Reading
  /** In pack order, whatever the order of the names; the earlier of two equally good rules wins. */
  readonly rules: readonly RuleInForce[]
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
 * The rules in force of the named packs (`lync-2013`) and single pages (`lync-2013/single-director`).
 * A rule is in force when the reading admits one of its references on a chosen page.
 */
export function selectRules(names: readonly string[], reading: Reading): RuleSet {
  const known = new Set(selectableNames())
  for (const name of names) if (!known.has(name)) throw unknownName(name, known)
  const rules = rulesOf(names, reading)
  if (rules.length === 0) throw new RulesError(nothingInForce(names, reading))
  return { names: [...new Set(names)], reading, rules }
}

/** A rule by its id, in force or not, with the pack it belongs to and all that any pack says of it. */
export function findRule(id: string): { readonly pack: Pack; readonly rule: Rule } {
  for (const pack of PACKS) {
    const rule = pack.rules.find((each) => each.id === id)
    if (rule === undefined) continue
    return { pack, rule: { ...rule, references: saidOf(pack, rule).map(({ reference }) => reference) } }
  }
  const ids = PACKS.flatMap((pack) => pack.rules.map((rule) => rule.id))
  const nearest = nearestOf(id, ids)
  throw new RulesError(`rule '${id}' is not known${nearest === undefined ? '' : `; did you mean '${nearest}'?`}`)
}

/** A reference with the pack whose page it stands on. */
interface Said {
  readonly pack: Pack
  readonly reference: Reference
}

function rulesOf(names: readonly string[], reading: Reading): readonly RuleInForce[] {
  const chosen = new Set(names)
  const isAdmitted = ({ pack, reference }: Said) =>
    ADMITTED[reading].has(reference.kind) && (chosen.has(pack.name) || chosen.has(pageName(pack, reference.page)))
  return PACKS.flatMap((pack) => pack.rules.flatMap((rule) => inForce(pack, rule, isAdmitted)))
}

function inForce(pack: Pack, rule: Rule, isAdmitted: (said: Said) => boolean): readonly RuleInForce[] {
  const references = saidOf(pack, rule)
    .filter(isAdmitted)
    .map(({ reference }) => reference)
  if (references.length === 0) return []
  return [{ pack: pack.name, rule, references, withdrawn: references.some((each) => each.withdraws === true) }]
}

/** What the rule's own pack says of it, then what others do. */
function saidOf(pack: Pack, rule: Rule): readonly Said[] {
  const own = rule.references.map((reference) => ({ pack, reference }))
  return [...own, ...(AMENDED.get(rule.id) ?? [])]
}

/** Amendments by the rule's id. */
const AMENDED: ReadonlyMap<string, readonly Said[]> = amended()

function amended(): ReadonlyMap<string, readonly Said[]> {
  const said = new Map<string, Said[]>()
  for (const pack of PACKS) {
    for (const { rule, reference } of pack.amendments ?? []) {
      said.set(rule, [...(said.get(rule) ?? []), { pack, reference }])
    }
  }
  return said
}

/** Every pack, and every page that one of its rules or amendments cites. */
function selectableNames(): readonly string[] {
  return PACKS.flatMap((pack) => {
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
  const wanted = `wanted is ${PACKS.map((pack) => pack.name).join(', ')} or one page, such as lync-2013/single-director`
  if (/\.ya?ml$/i.test(name)) return new RulesError(`rules '${name}' look like a file; ${wanted}`)
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

function nothingInForce(names: readonly string[], reading: Reading): string {
  const wanted = READINGS.find((each) => rulesOf(names, each).length > 0)
  if (wanted === undefined) return 'no rules are named'
  const named = names.map((name) => `'${name}'`).join(', ')
  return `rules ${named} have nothing in force under the reading '${reading}'; wanted is the reading '${wanted}'`
}
