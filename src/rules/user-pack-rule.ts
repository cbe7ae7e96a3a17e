import type { ParsedNode } from 'yaml'
import type { Word } from '../inventory/entry.ts'
import { oneOf } from '../inventory/nearest-word.ts'
import { MAX_PORT } from '../inventory/ports.ts'
import type { Problems } from '../inventory/problems.ts'
import type { Source } from '../inventory/source.ts'
import { fieldsOf } from '../inventory/yaml-node.ts'
import type { RuleFields } from './override.ts'
import type { Reference } from './reference.ts'
import { APPLICATION_PROTOCOLS, type MediaRange, type Rule } from './rule.ts'
import { readId, readReferences, SOURCE_KEYS } from './user-pack-reference.ts'
import {
  type Mapping,
  readCount,
  readParties,
  readPorts,
  readRoles,
  readText,
  readWord,
  refuseEmpty,
} from './user-pack-words.ts'

const REQUIRED = ['id', 'originators', 'responders', 'transport', 'ports', 'protocol', 'purpose'] as const

/** The fields of a rule as a file writes them. */
const RULE_KEYS = [
  ...REQUIRED,
  'usual_originators',
  'usual_responders',
  'shared_with',
  'media_range',
  'originator_ports',
  ...SOURCE_KEYS,
] as const
type RuleKey = (typeof RULE_KEYS)[number]
const NO_CHANGES: readonly RuleKey[] = ['id', ...SOURCE_KEYS]

const RULE_EXAMPLE = 'a rule with id, originators, responders, transport, ports, protocol, purpose and source'

const TRANSPORTS = ['tcp', 'udp'] as const

const PROTOCOL_LISTING = `The protocols are ${APPLICATION_PROTOCOLS.join(', ')}.`

/** One item of a pack as it stands in the file; what is undefined was missing or wrong, and has been reported. */
export interface RuleItem {
  readonly offset: number
  readonly id: Word | undefined
  readonly fields: RuleFields
  readonly references: readonly Reference[] | undefined
  /** Where a key of it stands, or the item where it has no such key. */
  readonly offsetOf: (key: RuleKey) => number
  /** Which of the fields that every rule has are not there. */
  readonly missing: readonly (typeof REQUIRED)[number][]
  /** Whether it has more than an id and its references. */
  readonly changes: boolean
}

/** Reads a rule or a part of one; `subject` says what it is. */
export function readRuleItem(
  node: ParsedNode,
  subject: string,
  pack: string,
  source: Source,
  problems: Problems,
): RuleItem | undefined {
  const known = fieldsOf(node, RULE_KEYS, RULE_EXAMPLE, problems)
  if (known === undefined) return undefined
  const mapping: Mapping<RuleKey> = { get: known.get, source, problems }
  const [offset] = node.range
  const hasMediaRange = !known.missing.includes('media_range')
  return {
    offset,
    id: readId(mapping),
    fields: readFields(mapping),
    references: readReferences(mapping, pack, { subject, offset }),
    offsetOf: (key) => known.get(key)?.offset ?? offset,
    missing: REQUIRED.filter((key) => known.missing.includes(key) && !(key === 'ports' && hasMediaRange)),
    changes: RULE_KEYS.some((key) => !NO_CHANGES.includes(key) && !known.missing.includes(key)),
  }
}

function readFields(mapping: Mapping<RuleKey>): RuleFields {
  const mediaRange = readMediaRange(mapping)
  const ports = mapping.get('ports') === undefined ? mediaRange && [portsOf(mediaRange)] : readPorts(mapping, 'ports')
  return withoutUndefined({
    originators: readParties(mapping, 'originators'),
    usualOriginators: readRoles(mapping, 'usual_originators'),
    responders: readParties(mapping, 'responders'),
    usualResponders: readRoles(mapping, 'usual_responders'),
    sharedWith: readRoles(mapping, 'shared_with'),
    transport: readWord(mapping, 'transport', TRANSPORTS, 'tcp or udp, and a rule for each'),
    ports,
    mediaRange,
    originatorPorts: readPorts(mapping, 'originator_ports'),
    protocol: readWord(mapping, 'protocol', APPLICATION_PROTOCOLS, 'a protocol', PROTOCOL_LISTING),
    purpose: readText(mapping, 'purpose')?.text,
  })
}

function withoutUndefined(fields: { readonly [Key in keyof RuleFields]: RuleFields[Key] | undefined }): RuleFields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
}

function portsOf({ start, count }: MediaRange) {
  return { first: start, last: start + count - 1 }
}

const MEDIA_KEYS = ['start', 'count'] as const

function readMediaRange({ get, source, problems }: Mapping<RuleKey>): MediaRange | undefined {
  const field = get('media_range')
  if (field === undefined) return undefined
  if (field.value === null) return refuseEmpty('media_range', field.offset, problems)
  const fields = fieldsOf(field.value, MEDIA_KEYS, 'a range such as { start: 50000, count: 10000 }', problems)
  if (fields === undefined) return undefined
  const { missing } = fields
  if (missing.length > 0) {
    problems.add(field.offset, (place) => `media_range at ${place} has no ${oneOf(missing)}; wanted start and count`)
  }
  const mapping: Mapping<(typeof MEDIA_KEYS)[number]> = { get: fields.get, source, problems }
  const start = readCount(mapping, 'start')
  const count = readCount(mapping, 'count')
  if (start === undefined || count === undefined) return undefined
  const { last } = portsOf({ start, count })
  if (last <= MAX_PORT) return { start, count }
  problems.add(field.offset, (place) => `media_range at ${place} ends at port ${last}; the last port is ${MAX_PORT}`)
  return undefined
}

/** The rule that an item states in full; what it lacks is reported. */
export function wholeRule(item: RuleItem, subject: string, problems: Problems): Rule | undefined {
  const { id, fields, references, missing } = item
  if (missing.length > 0) {
    const wanted = 'wanted id, originators, responders, transport, ports, protocol and purpose'
    problems.add(item.offset, (place) => `${subject} at ${place} has no ${oneOf(missing)}; ${wanted}`)
  }
  if (id === undefined || references === undefined || !isWhole(fields)) return undefined
  const rule = { id: id.text, ...fields, references }
  checkRule(rule, item, problems)
  return rule
}

type WholeFields = Omit<Rule, 'id' | 'references'>

function isWhole(fields: RuleFields): fields is WholeFields {
  const { originators, responders, transport, ports, protocol, purpose } = fields
  return ![originators, responders, transport, ports, protocol, purpose].includes(undefined)
}

/** Reports what fields that are right by themselves make wrong together. */
export function checkRule(rule: Rule, { offsetOf }: RuleItem, problems: Problems): void {
  const refuse = (key: RuleKey, sentence: (place: string) => string): void => problems.add(offsetOf(key), sentence)
  const { originators, responders, usualOriginators, usualResponders, sharedWith, ports, mediaRange } = rule
  if (originators.includes('any') && responders.includes('any')) {
    refuse('responders', (place) => `responders at ${place} are 'any' as originators are; name roles on one side`)
  }
  if (usualOriginators !== undefined && !originators.includes('any')) {
    refuse('usual_originators', (place) => usualSentence('originators', place))
  }
  if (usualResponders !== undefined && !responders.includes('any')) {
    refuse('usual_responders', (place) => usualSentence('responders', place))
  }
  const shared = sharedWith?.find((role) => responders.includes(role))
  if (shared !== undefined) {
    refuse('shared_with', (place) => `shared_with at ${place} names '${shared}', which is a responder already`)
  }
  if (mediaRange !== undefined && !isRounded(ports, mediaRange)) {
    const { first, last } = portsOf(mediaRange)
    refuse('ports', (place) => `ports at ${place} are not the media range ${first}-${last}; leave one of the two out`)
  }
}

function usualSentence(side: string, place: string): string {
  return `usual_${side} at ${place} say who comes where ${side} are 'any', and they are not`
}

/** Pages round the end of a media range up by one port. */
function isRounded([range, more]: Rule['ports'], mediaRange: MediaRange): boolean {
  const { first, last } = portsOf(mediaRange)
  return more === undefined && range?.first === first && (range.last === last || range.last === last + 1)
}
