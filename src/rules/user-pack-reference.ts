import { isMap, isSeq, type ParsedNode } from 'yaml'
import type { Word } from '../inventory/entry.ts'
import { oneOf } from '../inventory/nearest-word.ts'
import { quoted } from '../inventory/problems.ts'
import { fieldsOf, isBlank, refuseKind } from '../inventory/yaml-node.ts'
import { PAGES } from './pages.ts'
import { REFERENCE_KINDS, type Reference } from './reference.ts'
import { type Mapping, readText, readTexts, readWord, refuseEmpty } from './user-pack-words.ts'

/** The keys under which a pack of the user says where something is written down. */
export const SOURCE_KEYS = ['references', 'source'] as const
type SourceKey = (typeof SOURCE_KEYS)[number]

const REFERENCE_KEYS = ['page', 'kind', 'where', 'says', 'withdraws'] as const
const REQUIRED = ['page', 'kind', 'where'] as const
type ReferenceKey = (typeof REFERENCE_KEYS)[number]

const EXAMPLE = 'a reference such as { page: single-director, kind: table, where: dir1-rp-8080 }'

/** Where something is written down in the words of the user: admitted by every reading, as a table is. */
function ownReference(pack: string, where: string): Reference {
  return { page: pack, kind: 'table', where }
}

/**
 * What `references` cites of the documentation, then what `source` says in the user's words. There must be one of the
 * two: `subject` begins the sentence where there is none, and where in the file that is.
 */
export function readReferences(
  mapping: Mapping<SourceKey>,
  pack: string,
  { subject, offset }: { readonly subject: string; readonly offset: number },
): readonly Reference[] | undefined {
  const field = mapping.get('references')
  const hasSource = mapping.get('source') !== undefined
  if (field === undefined && !hasSource) {
    mapping.problems.add(
      offset,
      (place) => `${subject} at ${place} has no source; wanted 'source' with a text, or 'references' to pages`,
    )
    return undefined
  }
  const cited = field === undefined ? [] : readList(field.value, field.offset, mapping)
  const said = hasSource ? readTexts(mapping, 'source', 'a text or a list of texts') : []
  return cited && said && [...cited, ...said.map(({ text }) => ownReference(pack, text))]
}

function readList(
  value: ParsedNode | null,
  offset: number,
  mapping: Mapping<SourceKey>,
): readonly Reference[] | undefined {
  if (value === null || isBlank(value) || (isSeq(value) && value.items.length === 0)) {
    return refuseEmpty('references', offset, mapping.problems)
  }
  if (!isSeq(value) && !isMap(value)) {
    refuseKind(value, 'a list of references', mapping.problems)
    return undefined
  }
  const nodes = isSeq(value) ? value.items : [value]
  const references = nodes.map((node) => readReference(node, mapping)).filter((each) => each !== undefined)
  return references.length === nodes.length ? references : undefined
}

function readReference(node: ParsedNode, { source, problems }: Mapping<SourceKey>): Reference | undefined {
  const fields = fieldsOf(node, REFERENCE_KEYS, EXAMPLE, problems)
  if (fields === undefined) return undefined
  const missing = REQUIRED.filter((key) => fields.missing.includes(key))
  if (missing.length > 0) {
    problems.add(
      node.range[0],
      (place) => `the reference at ${place} has no ${oneOf(missing)}; wanted page, kind and where`,
    )
  }
  const mapping: Mapping<ReferenceKey> = { get: fields.get, source, problems }
  const page = readPage(mapping)
  const kind = readWord(mapping, 'kind', REFERENCE_KINDS, 'a kind of reference')
  const where = readText(mapping, 'where')
  const says = readText(mapping, 'says')
  const withdraws = readWord(mapping, 'withdraws', ['true', 'false'], 'true or false')
  if (page === undefined || kind === undefined || where === undefined) return undefined
  return {
    page,
    kind,
    where: where.text,
    ...(says === undefined ? {} : { says: says.text }),
    ...(withdraws === 'true' ? { withdraws: true } : {}),
  }
}

function readPage(mapping: Mapping<ReferenceKey>): string | undefined {
  const pages = Object.keys(PAGES)
  const listing = `The pages are ${pages.join(', ')}; other documents are named with 'source'.`
  return readWord(mapping, 'page', pages, 'the name of a page', listing)
}

/** The id of a rule, in the manner in which the built-in packs write theirs. */
export function readId(mapping: Mapping<'id'>): Word | undefined {
  const word = readText(mapping, 'id', 'the id of a rule')
  if (word === undefined || /^[a-z0-9]+(-[a-z0-9]+)*$/.test(word.text)) return word
  const meant = word.text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
  const remedy = meant === '' ? '' : `; did you mean ${quoted(meant)}?`
  mapping.problems.add(
    word.offset,
    (place) => `id ${quoted(word.text)} at ${place} is not written in small letters, digits and hyphens${remedy}`,
  )
  return undefined
}
