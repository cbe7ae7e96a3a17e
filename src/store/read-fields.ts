/** A row as the driver gives it, its whole numbers as big integers. */
export type RawRow = Readonly<Record<string, unknown>>

const TIMES: ReadonlySet<string> = new Set(['start', 'end', 'first', 'last'])
const LISTS: ReadonlySet<string> = new Set(['roles', 'orig_roles', 'resp_roles', 'remarks', 'differs'])

/** A row's fields as programs want them: times stay big integers, other numbers become plain ones, JSON arrays lists. */
export function plainFields(raw: RawRow): Record<string, unknown> {
  const fields: Record<string, unknown> = {}
  for (const name in raw) {
    const value = raw[name]
    if (LISTS.has(name)) fields[name] = value === null ? [] : JSON.parse(value as string)
    else fields[name] = typeof value === 'bigint' && !TIMES.has(name) ? Number(value) : value
  }
  return fields
}
