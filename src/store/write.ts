import { absoluteNs } from '../capture/time.ts'
import type { Conversation } from '../judge/conversation.ts'
import type { Health } from '../judge/health.ts'
import type { Judgement } from '../judge/judge.ts'
import type { Label } from '../judge/labels.ts'
import type { Observation } from '../judge/observation.ts'
import type { CaptureRecord, CaptureRef } from './capture-record.ts'
import type { Database } from './open.ts'
import { certificateNumbers } from './shared-rows.ts'
import { createConversationWriter } from './write-conversations.ts'
import { createFlowWriter, judgeStoredFlows, type KeptFlow } from './write-flows.ts'
import { createObservationWriter } from './write-observations.ts'

export type { CaptureRef } from './capture-record.ts'
export { inIdOrder, wantedId, wantedIdsOf } from './conversation-ids.ts'
export { removeOrphans } from './shared-rows.ts'
export type { KeptFlow } from './write-flows.ts'

/** Writes the capture's own row, in the place of what stood under its point. */
export function writeCapture(db: Database, record: CaptureRecord): CaptureRef {
  db.prepare('DELETE FROM captures WHERE point = ?').run(record.point)
  const at = (ns: number | undefined) =>
    ns === undefined ? null : absoluteNs(record.originNs, record.resolutionNs, ns)
  const { lastInsertRowid } = db
    .prepare(
      `INSERT INTO captures (point, folder, formats, link_types, records, packets, bytes, flows, origin, resolution,
         first, last, keep, trust, interface_addresses)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    )
    .run(
      record.point,
      record.folder ?? null,
      JSON.stringify(record.formats),
      JSON.stringify(record.linkTypes),
      record.records,
      record.packets,
      record.bytes,
      record.flows,
      record.originNs,
      record.resolutionNs,
      at(record.firstNs),
      at(record.lastNs),
      record.keep,
      JSON.stringify(record.trust),
      JSON.stringify(record.interfaceAddresses),
    )
  const number = Number(lastInsertRowid)
  writeFiles(db, number, record)
  return { number, point: record.point, originNs: record.originNs, resolutionNs: record.resolutionNs }
}

function writeFiles(db: Database, capture: number, record: CaptureRecord): void {
  const file = db.prepare('INSERT INTO capture_files VALUES (?, ?, ?, ?, ?, ?)')
  for (const [position, { path, identity, damage }] of record.files.entries()) {
    file.run(capture, position, path, identity ?? null, damage?.offset ?? null, damage?.problem ?? null)
  }
  const anomaly = db.prepare('INSERT INTO capture_anomalies VALUES (?, ?, ?)')
  for (const [name, count] of record.anomalies) anomaly.run(capture, name, count)
}

export function writeLabels(db: Database, capture: CaptureRef, labels: ReadonlyMap<string, Label>): void {
  const insert = db.prepare('INSERT INTO labels VALUES (?, ?, ?, ?)')
  for (const [address, { kind, name }] of labels) insert.run(capture.number, address, kind, name)
}

/** Writes the rows of one capture. */
export interface RowWriter {
  /** Returns the row's id; `wanted` is wantedId(), where that is known. The row may wait until finish(). */
  conversation(conversation: Conversation, judgement: Judgement, health: Health | null, wanted?: number): number
  /**
   * To be called when all conversations are written, and before flows are: writes what they add up to, and judges the
   * capture's flows that stand there already.
   */
  finish(): void
  observation(seen: Observation): void
  observations(seen: Iterable<Observation>): void
  flow(kept: KeptFlow): void
  flows(kept: Iterable<KeptFlow>): void
}

export function createRowWriter(db: Database, capture: CaptureRef): RowWriter {
  const certificateOf = certificateNumbers(db, capture)
  const conversations = createConversationWriter(db, capture, certificateOf)
  const observations = createObservationWriter(db, capture, certificateOf)
  const flows = createFlowWriter(db, capture, certificateOf, conversations.sumOf)
  return {
    conversation: conversations.add,
    finish() {
      conversations.finish()
      judgeStoredFlows(db, capture)
    },
    observation: (seen) => observations([seen]),
    observations,
    flow: (kept) => flows([kept]),
    flows,
  }
}
