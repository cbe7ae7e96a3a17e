import type { Command } from 'commander'
import { pointIn } from '../inventory/address.ts'
import { parseRange } from '../inventory/address-range.ts'
import { didYouMean } from '../inventory/nearest-word.ts'
import { ROLES } from '../inventory/roles.ts'
import { HEALTHS } from '../judge/health.ts'
import { VERDICTS } from '../judge/judge.ts'
import { OUTCOMES } from '../judge/outcome.ts'
import { REASONS } from '../judge/reason.ts'
import { readJudgedBy } from '../store/judged-by.ts'
import type { Database } from '../store/open.ts'
import type { AddressSpan, PortSpan, RowFilter } from '../store/read-filter.ts'
import { readCaptureRefs } from '../store/read-observed.ts'
import { parseMoment } from './moment.ts'
import { chooseAll, gather, listed, notKnown } from './options.ts'
import { UsageError } from './usage-error.ts'

/** The filters as they were typed. */
export interface FilterOptions {
  readonly verdict?: readonly string[]
  readonly reason?: readonly string[]
  readonly rule?: readonly string[]
  readonly role?: readonly string[]
  readonly host?: readonly string[]
  readonly port?: readonly string[]
  readonly outcome?: readonly string[]
  readonly health?: readonly string[]
  readonly since?: string
  readonly until?: string
  readonly capture?: readonly string[]
  readonly findings?: boolean
}

/** Adds the filters that flows and conversations share. One given several times lets through what meets any of them. */
export function addFilterOptions(command: Command): void {
  command
    .option('--verdict <verdict>', listed('of this verdict', VERDICTS), gather)
    .option('--reason <reason>', listed('unexpected for this reason', REASONS), gather)
    .option('--rule <id>', 'allowed by this rule', gather)
    .option('--role <role>', 'one of the two hosts has this role', gather)
    .option('--host <host>', 'one of the two hosts: an address, a network, a range, or a name of the inventory', gather)
    .option('--port <port>', 'to this port of the responder, or to a range such as 50000-59999', gather)
    .option('--outcome <outcome>', listed('ended this way', OUTCOMES), gather)
    .option('--health <health>', listed('expected, and faring so over all its flows', HEALTHS), gather)
    .option('--since <time>', 'seen at or after this time (ISO 8601; local time where it names no zone)')
    .option('--until <time>', 'begun before this time; a date alone includes that day')
    .option('--capture <point>', 'of this capture point', gather)
    .option('--findings', 'only what a person should look at: unexpected, or expected and broken')
}

/** A filter, once the database can tell which rules, hosts and capture points there are. */
export type FilterFor = (db: Database) => RowFilter

/** Checks the filters; a word that is not known is refused with the nearest one. */
export function parseFilter(options: FilterOptions): FilterFor {
  const verdicts = chooseAll('--verdict', options.verdict, VERDICTS)
  const reasons = chooseAll('--reason', options.reason, REASONS)
  const roles = chooseAll('--role', options.role, ROLES, "'portolan inventory --help' lists the roles")
  const outcomes = chooseAll('--outcome', options.outcome, OUTCOMES)
  const healths = chooseAll('--health', options.health, HEALTHS)
  const ports = (options.port ?? []).map(parsePorts)
  const since = options.since === undefined ? undefined : parseMoment('--since', options.since)
  const until = options.until === undefined ? undefined : parseMoment('--until', options.until)
  return (db) => {
    const judgedBy = readJudgedBy(db)
    const ruleIds = judgedBy?.rules.rules.map(({ rule }) => rule.id) ?? []
    const names = [...new Set(judgedBy?.inventory.entries.map(({ name }) => name) ?? [])]
    const hosts = (options.host ?? []).map((text) => parseHost(text, names))
    return {
      verdicts,
      reasons,
      roles,
      outcomes,
      healths,
      ports,
      since,
      until,
      rules: chooseAll('--rule', options.rule, ruleIds, "'portolan rules' lists the rules"),
      captures: parseCaptures(db, options.capture),
      hostNames: hosts.flatMap((host) => ('names' in host ? host.names : [])),
      hostSpans: hosts.flatMap((host) => ('names' in host ? [] : [host])),
      findingsOnly: options.findings === true,
    }
  }
}

/** Capture points of the database. */
export function parseCaptures(db: Database, points: readonly string[] | undefined): readonly string[] {
  if (points === undefined) return []
  const known = readCaptureRefs(db).map(({ point }) => point)
  return chooseAll('--capture', points, known, "'portolan captures' lists what the database holds")
}

function parsePorts(text: string): PortSpan {
  const [, firstText, lastText = firstText] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text) ?? []
  const first = Number(firstText)
  const last = Number(lastText)
  if (firstText !== undefined && first <= last && last <= 65_535) return { first, last }
  throw new UsageError(`--port '${text}' is not a port from 0 to 65535 or a range such as 50000-59999`)
}

type AskedHost = AddressSpan | { readonly names: readonly string[] }

/** A name as it stands in the inventory, or its part before a dot or blank; else an address, a network or a range. */
function parseHost(text: string, names: readonly string[]): AskedHost {
  const wanted = text.normalize().toLowerCase()
  const meant = names.filter((name) => {
    const known = name.normalize().toLowerCase()
    return known === wanted || known.startsWith(`${wanted}.`) || known.startsWith(`${wanted} `)
  })
  if (meant.length > 0) return { names: meant }
  const range = parseRange(text)
  if (!('fault' in range)) {
    return { first: pointIn(range.family, range.first), last: pointIn(range.family, range.last) }
  }
  const isAddress = /^[\da-f.:/%-]*[\d:][\da-f.:/%-]*$/i.test(text) && /[.:]/.test(text)
  if (isAddress) throw new UsageError(`--host '${text}' ${range.fault}${didYouMean(range.suggestions)}`)
  throw notKnown(
    '--host',
    text,
    names,
    'it is no address, and no name of the inventory that the database was judged by',
  )
}
