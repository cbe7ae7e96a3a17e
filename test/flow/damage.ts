import { readFileSync } from 'node:fs'
import { analyze } from '../../src/analyze.ts'
import type { Inventory } from '../../src/inventory/inventory.ts'
import { emptyDatabase, FULL_RULES, type Row, rowsOf } from '../support/analysis.ts'
import { pcap, type Recorded } from '../support/captures.ts'
import { setOf } from '../support/observing.ts'
import { type ReadCapture, readCapture } from '../support/reading.ts'

/** The records of a capture file, of which some can be left out. */
export interface Opened {
  readonly linkType: number
  readonly records: readonly Recorded[]
}

export async function openedCapture(path: string): Promise<Opened> {
  const { records }: ReadCapture = await readCapture(readFileSync(path))
  const frames = records.map(({ ns, frame, originalLength }) => ({ ns, frame: Buffer.from(frame, 'hex'), originalLength }))
  return { linkType: records[0]?.linkType ?? 0, records: frames }
}

/** The conversations of what is left. */
export async function conversationsOf(
  { linkType }: Opened,
  records: readonly Recorded[],
  inventory: Inventory,
): Promise<readonly Row[]> {
  const db = emptyDatabase()
  const set = setOf(pcap(records, { format: 'pcap-ns', linkType }))
  await analyze(db, set, { inventory, inventoryFile: undefined, rules: FULL_RULES }, 'findings', () => {})
  return rowsOf(db, 'conversation_rows')
}

/** The two ends and the responder's port of a conversation, whichever way round it was taken, and what is wrong with it. */
export interface Wrongs {
  readonly refused: ReadonlySet<string>
  readonly mismatched: ReadonlySet<string>
}

/** The conversations that are called refused or unanswered without being called doubtful, and those that are contradicted. */
export function wrongsOf(rows: readonly Row[]): Wrongs {
  const refused = rows.filter(
    (row) => Number(row['refused']) + Number(row['unanswered']) > 0 && !String(row['remarks']).includes('doubtful-outcome'),
  )
  const mismatched = rows.filter((row) => row['reason'] === 'protocol-mismatch' || row['evidence'] === 'contradicted')
  return { refused: new Set(refused.map(thingOf)), mismatched: new Set(mismatched.map(thingOf)) }
}

function thingOf(row: Row): string {
  const ends = [row['orig_addr'], row['resp_addr']].sort().join(' ')
  return `${row['proto']} ${ends} ${row['resp_port']}`
}
