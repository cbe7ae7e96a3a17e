import { readFileSync } from 'node:fs'
import { analyze } from '../../src/analyze.ts'
import type { Inventory } from '../../src/inventory/inventory.ts'
import { openToWrite } from '../../src/store/open.ts'
import { addressText } from '../../src/wire/address.ts'
import { decodePacket } from '../../src/wire/decode.ts'
import { createPacket } from '../../src/wire/packet.ts'
import { FULL_RULES, type Row, rowsOf } from './analysis.ts'
import { pcap, type Recorded } from './captures.ts'
import { setOf } from './observing.ts'
import { type ReadCapture, readCapture } from './reading.ts'

/** The records of a capture file, of which some can be left out. */
export interface Opened {
  readonly linkType: number
  readonly records: readonly SentRecord[]
}

export interface SentRecord extends Recorded {
  /** Address and port that sent it, and the port that it went to; empty and 0 where there are none. */
  readonly from: string
  readonly fromPort: number
  readonly toPort: number
  /** Of TCP; 0 of others. */
  readonly flags: number
}

export async function openedCapture(path: string): Promise<Opened> {
  const { records }: ReadCapture = await readCapture(readFileSync(path))
  const sent = records.map((record) =>
    sentRecord({ ...record, frame: Buffer.from(record.frame, 'hex') }, record.linkType),
  )
  return { linkType: records[0]?.linkType ?? 0, records: sent }
}

function sentRecord({ ns, frame, originalLength }: Recorded, linkType: number): SentRecord {
  const packet = createPacket()
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength)
  decodePacket(view, linkType, 0, frame.length, originalLength ?? frame.length, packet)
  const { family, src0, src1, src2, src3, srcPort: fromPort, dstPort: toPort, tcpFlags: flags } = packet
  const from = family === 0 ? '' : addressText(family, src0, src1, src2, src3)
  return { ns, frame, originalLength: originalLength ?? frame.length, from, fromPort, toPort, flags }
}

/** The conversations of what is left. */
export async function conversationsOf(
  { linkType }: Opened,
  records: readonly Recorded[],
  inventory: Inventory,
): Promise<readonly Row[]> {
  const db = openToWrite(':memory:')
  try {
    const set = setOf(pcap(records, { format: 'pcap-ns', linkType }))
    await analyze(db, set, { inventory, inventoryFile: undefined, rules: FULL_RULES }, 'findings')
    return rowsOf(db, 'conversation_rows')
  } finally {
    db.close()
  }
}

/** Conversations, each as its two ends and the responder's port, whichever way round it was taken. */
export interface Wrongs {
  /** Called refused or unanswered, and not called doubtful. */
  readonly refused: readonly string[]
  readonly mismatched: readonly string[]
}

/** What is said against conversations of transports with ports; the others are out of scope, and never judged. */
export function wrongsOf(all: readonly Row[]): Wrongs {
  const rows = all.filter(({ proto }) => proto === 'tcp' || proto === 'udp')
  const failed = rows.filter((row) => Number(row['refused']) + Number(row['unanswered']) > 0)
  const refused = failed.filter((row) => !String(row['remarks']).includes('doubtful-outcome'))
  const mismatched = rows.filter((row) => row['reason'] === 'protocol-mismatch' || row['evidence'] === 'contradicted')
  return { refused: refused.map(thingOf), mismatched: mismatched.map(thingOf) }
}

function thingOf(row: Row): string {
  const ends = [row['orig_addr'], row['resp_addr']].sort().join(' ')
  return `${row['proto']} ${ends} ${row['resp_port']}`
}
