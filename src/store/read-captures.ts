import type { CaptureSet } from '../capture/capture-set.ts'
import type { Trust } from '../judge/trust.ts'
import type { Database } from './open.ts'
import { StoreError } from './store-error.ts'

/** A capture point as `captures list` shows it. Times are nanoseconds since 1970. */
export interface CaptureRow {
  readonly point: string
  readonly formats: readonly string[]
  readonly linkTypes: readonly string[]
  readonly records: number
  readonly packets: number
  readonly bytes: number
  readonly flows: number
  readonly conversations: number
  readonly findings: number
  readonly first: bigint | null
  readonly last: bigint | null
  readonly keep: string
  readonly files: readonly string[]
  /** One sentence for each file that ended in damage. */
  readonly marks: readonly string[]
  readonly anomalies: readonly { readonly name: string; readonly count: number }[]
  /** Null for what an earlier version analysed. */
  readonly trust: Trust | null
}

export function readCaptures(db: Database): readonly CaptureRow[] {
  const rows = db
    .prepare(
      `SELECT captures.*, ifnull(conversations, 0) AS conversations, ifnull(findings, 0) AS findings
       FROM captures LEFT JOIN (
         SELECT capture, sum(conversations) AS conversations, sum(finding * conversations) AS findings
         FROM sum_rows GROUP BY capture
       ) counts ON counts.capture = captures.point
       ORDER BY point`,
    )
    .safeIntegers()
    .all() as Record<string, unknown>[]
  return rows.map((row) => captureRow(db, row))
}

function captureRow(db: Database, row: Record<string, unknown>): CaptureRow {
  const capture = Number(row['id'])
  const files = db
    .prepare('SELECT path, damage_offset, damage FROM capture_files WHERE capture = ? ORDER BY position')
    .all(capture) as { path: string; damage_offset: number | null; damage: string | null }[]
  const anomalies = db
    .prepare('SELECT name, count FROM capture_anomalies WHERE capture = ? ORDER BY name')
    .all(capture) as { name: string; count: number }[]
  return {
    point: row['point'] as string,
    formats: JSON.parse(row['formats'] as string) as string[],
    linkTypes: JSON.parse(row['link_types'] as string) as string[],
    records: Number(row['records']),
    packets: Number(row['packets']),
    bytes: Number(row['bytes']),
    flows: Number(row['flows']),
    conversations: Number(row['conversations']),
    findings: Number(row['findings']),
    first: row['first'] as bigint | null,
    last: row['last'] as bigint | null,
    keep: row['keep'] as string,
    files: files.map((file) => file.path),
    marks: files.flatMap(({ path, damage, damage_offset }) =>
      damage === null ? [] : [`${path}: judged up to byte ${damage_offset}, where ${damage}`],
    ),
    anomalies,
    trust: row['trust'] === null ? null : (JSON.parse(row['trust'] as string) as Trust),
  }
}

/**
 * Refuses a set whose point, or one of whose files, stands in the database under another place: replacing it would lose
 * what somebody else recorded.
 */
export function refuseKnownFiles(db: Database, set: CaptureSet): void {
  const standing = db.prepare('SELECT folder FROM captures WHERE point = ?').pluck().get(set.point) as
    | string
    | null
    | undefined
  if (standing && set.folder !== undefined && standing !== set.folder) {
    throw new StoreError(
      `capture point ${set.point} was analysed from ${standing}, and this is ${set.folder}; name this one with --point`,
    )
  }
  const find = db.prepare(
    `SELECT p.point, f.path FROM capture_files f JOIN captures p ON p.id = f.capture
     WHERE f.identity = ? AND p.point <> ?`,
  )
  for (const { path, identity } of set.inputs) {
    const known = identity && (find.get(identity, set.point) as { point: string; path: string } | undefined)
    if (known) {
      const remedy = `remove it first with: portolan captures remove ${known.point}`
      throw new StoreError(`${path} stands in the database already, under capture point ${known.point}; ${remedy}`)
    }
  }
}

/** Takes a capture point out with all that hangs on it. */
export function removeCapture(db: Database, point: string): void {
  const { changes } = db.prepare('DELETE FROM captures WHERE point = ?').run(point)
  if (changes > 0) return
  const known = db.prepare('SELECT point FROM captures ORDER BY point').pluck().all() as string[]
  const wanted = known.length === 0 ? 'the database holds none' : `it holds ${known.join(', ')}`
  throw new StoreError(`capture point ${point} is not in the database; ${wanted}`)
}
