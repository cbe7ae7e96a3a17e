import type { Statement } from 'better-sqlite3'

/** A row's fields by name, as programs want them: times are big integers, other numbers plain ones, JSON arrays lists. */
export type Fields = Record<string, unknown>

const TIMES: ReadonlySet<string> = new Set(['start', 'end', 'first', 'last'])
const LISTS: ReadonlySet<string> = new Set([
  'roles',
  'orig_roles',
  'resp_roles',
  'remarks',
  'differs',
  'encapsulation',
  'orig_certificate',
  'resp_certificate',
])

/**
 * The rows of a statement as they come. The driver's own objects take half as long again, and without its big integers
 * times would lose their last digits.
 */
export function* fieldsOf(statement: Statement, values: readonly unknown[]): Generator<Fields> {
  const columns = statement.columns().map(({ name }) => ({ name, convert: converterOf(name) }))
  for (const row of statement
    .safeIntegers()
    .raw()
    .iterate(...values)) {
    const fields: Fields = {}
    for (const [index, { name, convert }] of columns.entries()) fields[name] = convert((row as unknown[])[index])
    yield fields
  }
}

/** Returns what makes of a column's value what programs want; of times and other numbers see above. */
export function valueReader(name: string): (value: unknown) => unknown {
  return LISTS.has(name) ? listReader() : (value) => value
}

function converterOf(name: string): (value: unknown) => unknown {
  if (LISTS.has(name)) return listReader()
  return TIMES.has(name) ? (value) => value : (value) => (typeof value === 'bigint' ? Number(value) : value)
}

/** Many rows have the same few lists; null is an empty one. */
function listReader(): (value: unknown) => unknown {
  const known = new Map<unknown, unknown>()
  return (value) => {
    let list = known.get(value)
    if (list === undefined) {
      list = value === null ? [] : JSON.parse(value as string)
      known.set(value, list)
    }
    return list
  }
}
