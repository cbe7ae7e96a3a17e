import type { Pack, RuleInForce } from '../rules/pack.ts'
import { PAGES } from '../rules/pages.ts'
import type { Reference } from '../rules/reference.ts'
import type { PortRange, Rule } from '../rules/rule.ts'
import { type Fact, writeFacts, writeHeading, writeSentence } from './blocks.ts'
import type { Column } from './columns.ts'
import type { Format } from './formats.ts'
import { field } from './judged.ts'
import type { Output } from './output.ts'

/** The columns of rules in force. */
export function ruleColumns(format: Format): readonly Column<RuleInForce>[] {
  return format === 'table' ? TABLE_COLUMNS : FIELDS
}

const TABLE_COLUMNS: readonly Column<RuleInForce>[] = [
  { key: 'id', title: 'id', value: idText, tone: withdrawnTone, shrink: 24 },
  { key: 'originators', title: 'originators', value: ({ rule }) => rule.originators, shrink: 12 },
  { key: 'responders', title: 'responders', value: ({ rule }) => rule.responders, shrink: 12 },
  { key: 'port', title: 'port', value: ({ rule }) => rulePortText(rule), shrink: 9 },
  { key: 'protocol', title: 'protocol', value: ({ rule }) => rule.protocol, shrink: 9, drop: 1 },
  { key: 'kinds', title: 'said by', value: kindsOf, shrink: 10, drop: 2 },
  { key: 'pack', title: 'pack', value: ({ pack }) => pack, drop: 4 },
  { key: 'purpose', title: 'purpose', value: ({ rule }) => rule.purpose, shrink: 20, drop: 3 },
]

function idText({ rule, withdrawn }: RuleInForce): string {
  return rule.id + (withdrawn ? ' (withdrawn)' : '')
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
  field('transport', ({ rule }) => rule.transport),
  field('ports', ({ rule }) => rule.ports.map(rangeText)),
  field('originator_ports', ({ rule }) => (rule.originatorPorts ?? []).map(rangeText)),
  field('protocol', ({ rule }) => rule.protocol),
  field('purpose', ({ rule }) => rule.purpose),
  field('withdrawn', ({ withdrawn }) => withdrawn),
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

function rulePortText({ transport, ports }: Rule): string {
  return `${transport} ${ports.map(rangeText).join(', ')}`
}

/** Writes all that is known of a rule: its fields, then its references page by page. */
export function writeRule(out: Output, pack: Pack, rule: Rule): void {
  writeHeading(out, rule.id)
  writeSentence(out, `${rule.purpose}.`)
  out.write('\n')
  writeFacts(out, ruleFacts(pack, rule))
  for (const [page, references] of byPage(rule.references)) {
    out.write('\n')
    writeHeading(out, pageText(page))
    writeFacts(out, references.map(referenceFact), 2)
  }
}

function ruleFacts(pack: Pack, rule: Rule): readonly Fact[] {
  const originatorPorts = rule.originatorPorts?.map(rangeText).join(', ')
  return [
    { label: 'originators', value: partiesText(rule.originators, rule.usualOriginators) },
    { label: 'responders', value: partiesText(rule.responders, rule.usualResponders) },
    { label: 'port', value: rulePortText(rule) },
    ...(originatorPorts === undefined ? [] : [{ label: 'originator port', value: originatorPorts }]),
    { label: 'protocol', value: rule.protocol },
    { label: 'pack', value: `${pack.name} (${pack.title})` },
  ]
}

function partiesText(parties: readonly string[], usual: readonly string[] | undefined): string {
  return parties.join(', ') + (usual === undefined ? '' : ` (usually ${usual.join(', ')})`)
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
export function ruleDocument(pack: Pack, rule: Rule): object {
  return {
    id: rule.id,
    pack: pack.name,
    originators: rule.originators,
    usual_originators: rule.usualOriginators ?? [],
    responders: rule.responders,
    usual_responders: rule.usualResponders ?? [],
    transport: rule.transport,
    ports: rule.ports.map(rangeText),
    originator_ports: (rule.originatorPorts ?? []).map(rangeText),
    protocol: rule.protocol,
    purpose: rule.purpose,
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
