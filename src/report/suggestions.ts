import type { Role } from '../inventory/roles.ts'
import type { LabelKind } from '../judge/labels.ts'
import type { PresentedName } from '../judge/presented-names.ts'
import type { Clue, PortClue } from '../judge/role-scores.ts'
import type { Confidence, Suggestion, Suggestions } from '../judge/suggest.ts'
import { writeHeading, writeSentence } from './blocks.ts'
import type { Column } from './columns.ts'
import { formatCount, formatCounted } from './format.ts'
import { field } from './judged.ts'
import { type Language, roleName } from './language.ts'
import type { Output } from './output.ts'
import { type SuggestedEntry, snippetOf } from './suggested-entries.ts'

/** Suggestions that people are shown, and reasons for each; the rest is counted, and programs get all of it. */
const MOST_SHOWN = 40
const MOST_REASONS = 6
/** Of a scanner there are as many as it tried ports. */
const MOST_EVIDENCE = 50
/** Addresses of which nothing can be told that are named. */
const MOST_UNTOLD = 12

/** What programs get. `evidence` is sentences, the weightiest first. */
export const SUGGESTION_FIELDS: readonly Column<Suggestion>[] = [
  field('addresses', ({ addresses }) => addresses),
  field('name', ({ names }) => names[0]?.name ?? null),
  field('name_from', ({ names }) => names[0]?.kind ?? null),
  field('roles', ({ roles, entry }) => entry?.roles ?? roles),
  field('confidence', ({ confidence }) => confidence ?? null),
  field('alternatives', ({ alternatives }) => alternatives),
  field('entry', ({ entry }) => entry?.name ?? null),
  field('flows', ({ flows }) => flows),
  field('clients', ({ clients }) => clients),
  field('evidence', ({ clues }) => evidenceText(clues)),
]

function evidenceText(clues: readonly Clue[]): string {
  const more = clues.length - MOST_EVIDENCE
  const texts = clues.slice(0, MOST_EVIDENCE).map((clue) => clueText(clue, 'en'))
  return [...texts, ...(more > 0 ? [`and ${formatCount(more)} more`] : [])].join('; ')
}

/** Writes what a capture suggests: each machine with its reasons, what cannot be told, and lines to paste. */
export function writeSuggestions(
  out: Output,
  { list, outside }: Suggestions,
  entries: readonly SuggestedEntry[],
  language: Language,
): void {
  const told = list.filter(isTold)
  const untold = list.filter((each) => !isTold(each))
  for (const suggestion of told.slice(0, MOST_SHOWN)) writeSuggestion(out, suggestion, language)
  if (told.length > MOST_SHOWN) {
    writeSentence(out, `and ${formatCount(told.length - MOST_SHOWN)} more: --format csv lists all`, { tone: 'dim' })
    out.write('\n')
  }
  if (untold.length > 0) writeUntold(out, untold, language)
  if (outside > 0) writeOutside(out, outside)
  if (list.length === 0 && outside === 0) writeSentence(out, 'The inventory knows every address of the capture.')
  if (entries.length > 0) writeSnippet(out, entries)
}

function isTold({ roles, entry }: Suggestion): boolean {
  return roles.length > 0 || entry !== undefined
}

function writeSuggestion(out: Output, suggestion: Suggestion, language: Language): void {
  writeHeading(out, headingOf(suggestion, language))
  for (const reason of reasonsOf(suggestion, language)) writeSentence(out, reason, { indent: 2, hang: 4 })
  out.write('\n')
}

const ADVERBS: Readonly<Record<Confidence, string>> = { clear: 'clearly', likely: 'likely', possible: 'possibly' }

function headingOf(suggestion: Suggestion, language: Language): string {
  const { addresses, roles, confidence = 'possible', alternatives, clients, entry } = suggestion
  const who = `${addresses.join(', ')}${clients > 0 ? ` (${formatCounted(clients, 'client', 'clients')})` : ''}`
  if (entry !== undefined) {
    return `${who}: ${ADVERBS[confidence]} ${entry.name}, without an address at ${entry.file}:${entry.line}`
  }
  const or = alternatives.length > 0 && confidence !== 'clear' ? `, or ${rolesText(alternatives, language)}` : ''
  return `${who}: ${ADVERBS[confidence]} ${rolesText(roles, language)}${or}`
}

function rolesText(roles: Iterable<Role>, language: Language): string {
  return [...roles].map((role) => roleName(role, language)).join(', ')
}

function reasonsOf({ names, clues }: Suggestion, language: Language): readonly string[] {
  const [best] = names
  const isSaid = clues.some(({ kind }) => kind === 'name')
  const reasons = clues.slice(0, MOST_REASONS).map((clue) => clueText(clue, language))
  return best === undefined || isSaid ? reasons : [nameText(best), ...reasons]
}

const NAME_WORDS: Readonly<Record<LabelKind, string>> = {
  certificate: 'presents the name',
  dns: 'DNS answers name it',
  capture: 'the capture names it',
  'asked-for': 'is asked for as',
}

function nameText({ kind, name }: PresentedName): string {
  return `${NAME_WORDS[kind]} ${name}`
}

/** One reason, as the end of a sentence about the address. */
export function clueText(clue: Clue, language: Language): string {
  switch (clue.kind) {
    case 'name':
      return `${nameText(clue.name)}, as machines of this role are often called`
    case 'no-conferencing':
      return 'serves no conference and no call, as Front End Servers do, though the capture was taken at it'
    case 'port':
      return portText(clue, language)
  }
}

function portText(clue: PortClue, language: Language): string {
  const { does, transport, port, isDynamic, success, services } = clue
  const spoken = services.size > 0 ? ` (${[...services].join(', ')})` : ''
  const where = `${transport} ${port}${isDynamic ? ' or thereabouts' : ''}${spoken}`
  const peers = peersText(clue, language)
  if (does === 'accepts') {
    if (success === 'answered') return `accepts ${where} from ${peers}`
    if (success === 'assumed') return `seems to accept ${where} from ${peers}`
    return `${success === 'failed' ? 'does not answer' : 'refuses'} ${where} to ${peers}`
  }
  if (success === 'answered') return `opens ${where} to ${peers}`
  if (success === 'assumed') return `seems to open ${where} to ${peers}`
  return `tries ${where} at ${peers}, and is ${success === 'failed' ? 'not answered' : 'refused'}`
}

/** Roles that are suggestions as well have a question mark. */
function peersText({ peers, listedRoles, suggestedRoles }: PortClue, language: Language): string {
  const [only] = peers
  const suggested = [...suggestedRoles].filter((role) => !listedRoles.has(role))
  const words = [
    ...[...listedRoles].map((role) => roleName(role, language)),
    ...suggested.map((role) => `${roleName(role, language)}?`),
  ]
  const roles = words.length > 0 ? ` (${words.join(', ')})` : ''
  return peers.size === 1 && only !== undefined ? `${only}${roles}` : `${formatCount(peers.size)} hosts${roles}`
}

function writeUntold(out: Output, untold: readonly Suggestion[], language: Language): void {
  writeHeading(out, `Nothing can be told of ${formatCounted(untold.length, 'address', 'addresses')}`)
  for (const { addresses, names, clues } of untold.slice(0, MOST_UNTOLD)) {
    const [best] = names
    const said = [...(best ? [nameText(best)] : []), ...clues.slice(0, 2).map((clue) => clueText(clue, language))]
    writeSentence(out, `${addresses.join(', ')}: ${said.join('; ')}`, { indent: 2, hang: 4 })
  }
  const more = untold.length - MOST_UNTOLD
  if (more > 0) writeSentence(out, `and ${formatCount(more)} more: --format csv lists all`, { indent: 2, tone: 'dim' })
  out.write('\n')
}

function writeOutside(out: Output, outside: number): void {
  const who = outside === 1 ? '1 address speaks' : `${formatCount(outside)} addresses speak`
  writeSentence(out, `${who} with the Internet side only, and count as external clients without an entry.`)
  out.write('\n')
}

/** Lines of a file are not wrapped. */
function writeSnippet(out: Output, entries: readonly SuggestedEntry[]): void {
  writeHeading(out, 'For the inventory, once you have seen that it is so')
  out.write(`${snippetOf(entries)}`)
}
