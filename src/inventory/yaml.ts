import { isSeq, type ParsedNode } from 'yaml'
import { ENTRY_KEYS, type EntryKey, type EntryWords, readEntry } from './entry.ts'
import type { Inventory, InventoryEntry } from './inventory.ts'
import { oneOf } from './nearest-word.ts'
import { readPorts } from './ports.ts'
import type { Problems } from './problems.ts'
import type { Source } from './source.ts'
import { type Field, type Fields, fieldsOf, isBlank, refuseKind, wordOf, wordsOf } from './yaml-node.ts'
import { parseYaml, type YamlTree } from './yaml-syntax.ts'

const TOP_KEYS = ['endpoints', 'ports'] as const
type TopKey = (typeof TOP_KEYS)[number]

const ENTRY_EXAMPLE = 'an entry such as { name: dir01, address: 10.0.0.16, role: director }'

/**
 * Reads the YAML form: a mapping whose key `endpoints` holds the list of entries, and whose key `ports`, if it is there,
 * holds the list of moved ports.
 *
 * The nodes are walked by hand and not through a schema library: every message needs the place of its node, and
 * aliases, which can stand for far more than the file holds, are refused where they stand.
 */
export function readYaml(source: Source, problems: Problems): Inventory {
  const tree = parseYaml(source, problems)
  const readable = problemsBefore(tree.readableTo, problems)
  const fields = topFields(tree, readable)
  const entries = readEntries(fields?.get('endpoints'), tree, source, readable)
  const ports = fields?.get('ports')
  return ports === undefined ? { entries } : { entries, ports: readPorts(ports, source, readable) }
}

function readEntries(
  endpoints: Field | undefined,
  tree: YamlTree,
  source: Source,
  problems: Problems,
): readonly InventoryEntry[] {
  if (endpoints === undefined) return []
  return entryNodes(endpoints, problems)
    .filter((node, index, nodes) => isReadable(node, nodes[index + 1], tree))
    .map((node) => entryWords(node, problems))
    .map((words) => words && readEntry(words, source, problems))
    .filter((entry) => entry !== undefined)
}

/** What is wrong after a syntax error may only be its echo, and is not reported. */
function problemsBefore(end: number, problems: Problems): Problems {
  return {
    ...problems,
    add: (offset, sentence) => {
      if (offset < end) problems.add(offset, sentence)
    },
  }
}

/** After a syntax error, an entry is only complete if another one follows it. */
function isReadable(node: ParsedNode, next: ParsedNode | undefined, tree: YamlTree): boolean {
  return isWhole(tree) || (next !== undefined && node.range[2] <= tree.readableTo)
}

function isWhole({ readableTo }: YamlTree): boolean {
  return readableTo === Number.POSITIVE_INFINITY
}

/** The fields of the whole; what is missing has been reported. */
function topFields(tree: YamlTree, problems: Problems): Fields<TopKey> | undefined {
  const { root } = tree
  if (root === null || isBlank(root)) {
    if (isWhole(tree)) {
      problems.add(
        0,
        (place) => `the inventory at ${place} is empty; wanted the key 'endpoints' with a list of entries`,
      )
    }
    return undefined
  }
  const fields = fieldsOf(root, TOP_KEYS, "a mapping whose key 'endpoints' holds the list of entries", problems)
  if (isWhole(tree) && fields?.missing.includes('endpoints')) {
    problems.add(
      root.range[0],
      (place) => `the mapping at ${place} has no key 'endpoints'; wanted a list of entries under it`,
    )
  }
  return fields
}

function entryNodes({ value, offset }: Field, problems: Problems): readonly ParsedNode[] {
  if (isSeq(value) && value.items.length > 0) return value.items
  if (value === null || isSeq(value) || isBlank(value)) {
    problems.add(offset, (place) => `'endpoints' at ${place} is empty; wanted a list of entries`)
  } else {
    refuseKind(value, 'a list of entries', problems)
  }
  return []
}

function entryWords(node: ParsedNode, problems: Problems): EntryWords | undefined {
  const fields = fieldsOf(node, ENTRY_KEYS, ENTRY_EXAMPLE, problems)
  if (fields === undefined) return undefined
  const [offset] = node.range
  if (fields.missing.length > 0) {
    problems.add(
      offset,
      (place) => `the entry at ${place} has no ${oneOf(fields.missing)}; wanted name, address and role`,
    )
  }
  const read = <Value>(key: EntryKey, words: (field: Field) => Value): Value | undefined => {
    const field = fields.get(key)
    return field && words(field)
  }
  return {
    offset,
    name: read('name', (field) => wordOf(field, 'a name', problems)),
    address: read('address', (field) => wordsOf(field, 'an address or a list of addresses', problems)),
    role: read('role', (field) => wordsOf(field, 'a role or a list of roles', problems)),
  }
}
