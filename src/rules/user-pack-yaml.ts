import { isSeq, type ParsedNode } from 'yaml'
import type { Word } from '../inventory/entry.ts'
import { didYouMean, nearestWords, oneOf } from '../inventory/nearest-word.ts'
import { type Problems, quoted } from '../inventory/problems.ts'
import type { Source } from '../inventory/source.ts'
import { type Field, type Fields, fieldsOf, isBlank, refuseKind, wordOf } from '../inventory/yaml-node.ts'
import { parseYaml } from '../inventory/yaml-syntax.ts'
import { type Override, overrideRule } from './override.ts'
import { PACKS, type Pack } from './pack.ts'
import type { Amendment, Reference } from './reference.ts'
import type { Rule } from './rule.ts'
import { readId, readReferences, SOURCE_KEYS } from './user-pack-reference.ts'
import { checkRule, readRuleItem, wholeRule } from './user-pack-rule.ts'

const SECTIONS = ['rules', 'override', 'disable', 'amend'] as const
type Section = (typeof SECTIONS)[number]
const TOP_KEYS = ['title', ...SECTIONS] as const

const WANTED = `wanted a mapping with the key ${oneOf(SECTIONS)}`

const ITEM_KEYS = ['id', ...SOURCE_KEYS] as const

const ITEM_EXAMPLE = 'a mapping such as { id: director-rp-8080, source: Change 4711 }'

const UNTITLED = 'own rules'

/** A pack of the user, and where in its file it states or changes rules. */
export interface PackText {
  readonly pack: Pack
  /** By the rule's id. */
  readonly offsets: ReadonlyMap<string, number>
}

/** The file that is read, and where in it rules have been met so far. */
interface PackFile {
  readonly name: string
  readonly source: Source
  readonly problems: Problems
  readonly offsets: Map<string, number>
}

/** Reads a pack of the user; after a syntax error the rest is anybody's guess, and is not read. */
export function readPackYaml(name: string, source: Source, problems: Problems): PackText {
  const { root, readableTo } = parseYaml(source, problems)
  const file: PackFile = { name, source, problems, offsets: new Map() }
  const fields = readableTo === Number.POSITIVE_INFINITY ? topFields(root, problems) : undefined
  const rules = readRules(fields, file)
  // Both change a rule, which only one line may do.
  const overrides = [...readOverrides(fields, file), ...readDisabled(fields, file)]
  const amendments = readAmendments(fields, file)
  const pack: Pack = {
    name,
    title: titleOf(fields?.get('title'), problems),
    rules,
    ...(overrides.length === 0 ? {} : { overrides }),
    ...(amendments.length === 0 ? {} : { amendments }),
  }
  return { pack, offsets: file.offsets }
}

type TopFields = Fields<(typeof TOP_KEYS)[number]>

function topFields(root: ParsedNode | null, problems: Problems): TopFields | undefined {
  if (root === null || isBlank(root)) {
    problems.add(0, (place) => `the pack at ${place} is empty; ${WANTED}`)
    return undefined
  }
  const fields = fieldsOf(root, TOP_KEYS, `a mapping with the key ${oneOf(SECTIONS)}`, problems)
  if (fields !== undefined && SECTIONS.every((key) => fields.missing.includes(key))) {
    problems.add(root.range[0], (place) => `the pack at ${place} has no rules; ${WANTED}`)
  }
  return fields
}

function titleOf(field: Field | undefined, problems: Problems): string {
  return (field && wordOf(field, 'a title', problems)?.text) || UNTITLED
}

function itemsOf(fields: TopFields | undefined, key: Section, problems: Problems): readonly ParsedNode[] {
  const field = fields?.get(key)
  if (field === undefined) return []
  const { value, offset } = field
  if (isSeq(value) && value.items.length > 0) return value.items
  if (value === null || isSeq(value) || isBlank(value)) {
    problems.add(offset, (place) => `'${key}' at ${place} is empty; wanted a list, or leave the key out`)
  } else {
    refuseKind(value, 'a list', problems)
  }
  return []
}

function readRules(fields: TopFields | undefined, file: PackFile): readonly Rule[] {
  const { name, source, problems } = file
  return itemsOf(fields, 'rules', problems).flatMap((node) => {
    const item = readRuleItem(node, 'the rule', name, source, problems)
    if (item === undefined) return []
    if (item.id !== undefined) refuseTwice(item.id, file)
    return wholeRule(item, 'the rule', problems) ?? []
  })
}

function readOverrides(fields: TopFields | undefined, file: PackFile): readonly Override[] {
  const { name, source, problems } = file
  return itemsOf(fields, 'override', problems).flatMap((node): readonly Override[] => {
    const item = readRuleItem(node, 'the override', name, source, problems)
    if (item === undefined) return []
    const { id, references, missing, changes } = item
    if (missing.includes('id')) refuseWithoutId('override', node, problems)
    const rule = id && builtInRule(id, file)
    if (id === undefined || rule === undefined || references === undefined) return []
    refuseTwice(id, file)
    if (!changes) {
      const sentence = `changes nothing; wanted fields of a rule, or 'disable'`
      problems.add(id.offset, (place) => `the override of ${quoted(id.text)} at ${place} ${sentence}`)
    }
    checkRule(overrideRule(rule, item.fields), item, problems)
    return [{ rule: id.text, fields: item.fields, references }]
  })
}

function readDisabled(fields: TopFields | undefined, file: PackFile): readonly Override[] {
  return itemsOf(fields, 'disable', file.problems).flatMap((node): readonly Override[] => {
    const said = readSaid(node, 'disable', file)
    if (said === undefined) return []
    refuseTwice(said.id, file)
    const references = said.references.map((each) => ({ ...each, withdraws: true as const }))
    return [{ rule: said.id.text, fields: {}, references }]
  })
}

function readAmendments(fields: TopFields | undefined, file: PackFile): readonly Amendment[] {
  return itemsOf(fields, 'amend', file.problems).flatMap((node): readonly Amendment[] => {
    const said = readSaid(node, 'amend', file)
    return said?.references.map((reference) => ({ rule: said.id.text, reference })) ?? []
  })
}

interface Said {
  readonly id: Word
  readonly references: readonly Reference[]
}

/** What an item says of a built-in rule without changing its fields. */
function readSaid(node: ParsedNode, section: Section, file: PackFile): Said | undefined {
  const { name, source, problems } = file
  const fields = fieldsOf(node, ITEM_KEYS, ITEM_EXAMPLE, problems)
  if (fields === undefined) return undefined
  if (fields.missing.includes('id')) refuseWithoutId(section, node, problems)
  const mapping = { get: fields.get, source, problems }
  const id = readId(mapping)
  const where = { subject: `the item of '${section}'`, offset: node.range[0] }
  const references = readReferences(mapping, name, where)
  if (id === undefined || builtInRule(id, file) === undefined || references === undefined) return undefined
  return { id, references }
}

function refuseWithoutId(section: Section, node: ParsedNode, problems: Problems): void {
  problems.add(node.range[0], (place) => `the item of '${section}' at ${place} has no id; wanted that of a rule`)
}

const BUILT_IN: ReadonlyMap<string, Rule> = new Map(
  PACKS.flatMap((pack) => pack.rules.map((rule): [string, Rule] => [rule.id, rule])),
)

/** More suggestions than this are a list, for which there is a command. */
const MOST_SUGGESTED = 3

function builtInRule({ text, offset }: Word, { problems }: PackFile): Rule | undefined {
  const rule = BUILT_IN.get(text)
  if (rule !== undefined) return rule
  const nearest = nearestWords(text, [...BUILT_IN.keys()])
  const remedy = nearest.length > MOST_SUGGESTED ? '' : didYouMean(nearest)
  if (remedy === '') problems.explain("'portolan rules list' lists the rules that can be changed.")
  problems.add(offset, (place) => `rule ${quoted(text)} at ${place} is no rule of a built-in pack${remedy}`)
  return undefined
}

/** A rule is stated once, and changed once. */
function refuseTwice({ text, offset }: Word, { offsets, source, problems }: PackFile): void {
  const before = offsets.get(text)
  if (before === undefined) offsets.set(text, offset)
  else {
    problems.add(
      offset,
      (place) => `rule ${quoted(text)} at ${place} stands at ${source.place(before)} already; say it in one place`,
    )
  }
}
