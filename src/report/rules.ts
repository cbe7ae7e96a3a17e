import type { Overridden } from '../rules/override.ts'
import type { FoundRule, Pack, RuleInForce } from '../rules/pack.ts'
import { PAGES } from '../rules/pages.ts'
import type { Reference } from '../rules/reference.ts'
import type { MediaRange, Party, PortRange, Rule } from '../rules/rule.ts'
import { type Fact, writeFacts, writeHeading, writeSentence } from './blocks.ts'
import type { Column } from './columns.ts'
import { formatCounted } from './format.ts'
import type { Format } from './formats.ts'
import { field } from './judged.ts'
import { fullPartyName, type Language, partyName, purposeOf } from './language.ts'
import type { Output } from './output.ts'

/** The columns of rules in force. */
export function ruleColumns(
  format: Format,
  { language = 'en' }: Pick<Output, 'language'> = {},
): readonly Column<RuleInForce>[] {
  return format === 'table' ? tableColumns(language) : FIELDS
}

function tableColumns(language: Language): readonly Column<RuleInForce>[] {
  const names = (parties: readonly Party[]) => parties.map((party) => partyName(party, language))
  return [
    { key: 'id', title: 'id', value: idText, tone: withdrawnTone },
    { key: 'originators', title: 'originators', value: ({ rule }) => names(rule.originators), shrink: 10 },
    { key: 'responders', title: 'responders', value: ({ rule }) => names(rule.responders), shrink: 10 },
    { key: 'port', title: 'port', value: portText, shrink: 9 },
    { key: 'protocol', title: 'protocol', value: ({ rule }) => rule.protocol, shrink: 8, drop: 1 },
    { key: 'kinds', title: 'said by', value: kindsOf, shrink: 10, drop: 2 },
    { key: 'pack', title: 'pack', value: ({ pack }) => pack, drop: 4 },
    { key: 'purpose', title: 'purpose', value: ({ rule }) => purposeOf(rule, language), shrink: 20, drop: 3 },
  ]
}

function idText({ rule, withdrawn, overridden }: RuleInForce): string {
  if (withdrawn) return `${rule.id} (withdrawn)`
  return rule.id + (overridden === undefined ? '' : ' (overridden)')
}

function portText({ rule, documentedPorts }: RuleInForce): string {
  return rulePortText(rule) + (documentedPorts === undefined ? '' : ` (documented: ${rangesText(documentedPorts)})`)
}

function withdrawnTone({ withdrawn }: RuleInForce) {
  return withdrawn ? 'dim' : undefined
}

const FIELDS: readonly Column<RuleInForce>[] = [
  field('id', ({ rule }) => rule.id),
  field('pack', ({ pack }) => pack),
  field('originators', ({ rule }) => rule.originators),
  field('usual_originators', ({ rule }) => rule.usualOriginators ?? []),
  field('responders', ({ rule }) => rule.responders),
  field('usual_responders', ({ rule }) => rule.usualResponders ?? []),
  field('shared_with', ({ rule }) => rule.sharedWith ?? []),
  field('transport', ({ rule }) => rule.transport),
  field('ports', ({ rule }) => rule.ports.map(rangeText)),
  field('documented_ports', ({ rule, documentedPorts }) => (documentedPorts ?? rule.ports).map(rangeText)),
  field('media_start', ({ rule }) => rule.mediaRange?.start ?? null),
  field('media_count', ({ rule }) => rule.mediaRange?.count ?? null),
  field('originator_ports', ({ rule }) => (rule.originatorPorts ?? []).map(rangeText)),
  field('protocol', ({ rule }) => rule.protocol),
  field('purpose', ({ rule }) => rule.purpose),
  field('withdrawn', ({ withdrawn }) => withdrawn),
  field('overridden_by', ({ overridden }) => overridden?.by ?? null),
  field('kinds', kindsOf),
  field('references', ({ references }) => references.map(({ page, where }) => `${page}: ${where}`)),
]

/** The kinds of references that put it in force. */
function kindsOf({ references }: RuleInForce): readonly string[] {
  return [...new Set(references.map(({ kind }) => kind))]
}

function rangeText({ first, last }: PortRange): string {
  return first === last ? String(first) : `${first}-${last}`
}

function rangesText(ranges: readonly PortRange[]): string {
  return ranges.map(rangeText).join(', ')
}

function rulePortText({ transport, ports }: Pick<Rule, 'transport' | 'ports'>): string {
  return `${transport} ${rangesText(ports)}`
}

/** Writes all that is known of a rule: its fields, then its references page by page. */
export function writeRule(out: Output, { pack, rule, overridden }: FoundRule): void {
  writeHeading(out, rule.id)
  const { language = 'en' } = out
  writeSentence(out, `${purposeOf(rule, language)}.`)
  out.write('\n')
  writeFacts(out, ruleFacts(pack, rule, overridden, language))
  for (const [page, references] of byPage(rule.references)) {
    out.write('\n')
    writeHeading(out, pageText(page))
    writeFacts(out, references.map(referenceFact), 2)
  }
}

function ruleFacts(pack: Pack, rule: Rule, overridden: Overridden | undefined, language: Language): readonly Fact[] {
  const packFact = { label: 'pack', value: `${pack.name} (${pack.title})` }
  const before = overridden === undefined ? [] : [overriddenFact(rule, overridden, language)]
  return [...fieldFacts(rule, language), packFact, ...before]
}

function fieldFacts(rule: Rule, language: Language): readonly TextFact[] {
  const { sharedWith, mediaRange, originatorPorts } = rule
  const names = (parties: readonly Party[]) => parties.map((party) => fullPartyName(party, language))
  const partiesText = (parties: readonly Party[], usual: readonly Party[] | undefined) =>
    names(parties).join(', ') + (usual === undefined ? '' : ` (usually ${names(usual).join(', ')})`)
  return [
    { label: 'originators', value: partiesText(rule.originators, rule.usualOriginators) },
    { label: 'responders', value: partiesText(rule.responders, rule.usualResponders) },
    ...(sharedWith === undefined ? [] : [{ label: 'same address', value: `also ${names(sharedWith).join(' or ')}` }]),
    { label: 'port', value: rulePortText(rule) },
    ...(mediaRange === undefined ? [] : [{ label: 'media range', value: mediaRangeText(mediaRange) }]),
    ...(originatorPorts === undefined ? [] : [{ label: 'originator port', value: rangesText(originatorPorts) }]),
    { label: 'protocol', value: rule.protocol },
  ]
}

type TextFact = Fact & { readonly value: string }

/** Who overrode it, and what the rule's own pack has in the place of each field that was changed. */
function overriddenFact(rule: Rule, { by, before: { purpose: was, ...before } }: Overridden, language: Language): Fact {
  const now = new Set(fieldFacts(rule, language).map(factText))
  const changed = fieldFacts({ ...rule, ...before }, language).filter((fact) => !now.has(factText(fact)))
  const purpose = was === undefined ? [] : [{ label: 'purpose', value: purposeOf({ purpose: was }, language) }]
  return {
    label: 'overridden',
    value: [`by ${by}`, ...[...changed, ...purpose].map((fact) => `instead of ${factText(fact)}`)],
  }
}

function factText({ label, value }: TextFact): string {
  return `${label} ${value}`
}

function mediaRangeText({ start, count }: MediaRange): string {
  return `${count} ports from ${start}`
}

function byPage(references: readonly Reference[]): ReadonlyMap<string, readonly Reference[]> {
  const pages = new Map<string, Reference[]>()
  for (const reference of references) {
    const known = pages.get(reference.page) ?? []
    known.push(reference)
    pages.set(reference.page, known)
  }
  return pages
}

/** The page's name as it is typed after the pack's, its title and its date. */
function pageText(id: string): string {
  const page = PAGES[id]
  if (page === undefined) return id
  return `${id}: ${page.title}${page.date === undefined ? '' : `, ${page.date}`}`
}

function referenceFact({ kind, where, says, withdraws }: Reference): Fact {
  const effect = withdraws === true ? 'withdraws the rule. ' : ''
  return { label: kind, value: says === undefined ? where : [where, `${effect}${says}`] }
}

/** A rule as one JSON document, its references whole. */
export function ruleDocument({ pack, rule, overridden }: FoundRule): object {
  return {
    id: rule.id,
    pack: pack.name,
    originators: rule.originators,
    usual_originators: rule.usualOriginators ?? [],
    responders: rule.responders,
    usual_responders: rule.usualResponders ?? [],
    shared_with: rule.sharedWith ?? [],
    transport: rule.transport,
    ports: rule.ports.map(rangeText),
    media_range: rule.mediaRange ?? null,
    originator_ports: (rule.originatorPorts ?? []).map(rangeText),
    protocol: rule.protocol,
    purpose: rule.purpose,
    overridden_by: overridden?.by ?? null,
    references: rule.references.map(({ page, kind, where, says, withdraws }) => ({
      page,
      title: PAGES[page]?.title ?? null,
      date: PAGES[page]?.date ?? null,
      kind,
      where,
      says: says ?? null,
      withdraws: withdraws === true,
    })),
  }
}

/** What was understood of a user's pack; `copied` are the names of built-in packs that state some of its rules too. */
export function packSentence(
  file: string,
  { rules, overrides = [], amendments = [] }: Pack,
  copied: readonly string[],
): string {
  const disabled = overrides.filter(({ references }) => references.some((each) => each.withdraws === true)).length
  const counts = [
    [rules.length, 'rule'],
    [overrides.length - disabled, 'override'],
    [disabled, 'disabled rule'],
    [new Set(amendments.map(({ rule }) => rule)).size, 'amended rule'],
  ] as const
  const parts = counts.filter(([count]) => count > 0).map(([count, what]) => formatCounted(count, what, `${what}s`))
  const copies = copied.length === 0 ? '' : ` It has rules of ${copied.join(' and ')}, and cannot be chosen beside.`
  return `${file} is in order: ${parts.join(', ')}.${copies}`
}
