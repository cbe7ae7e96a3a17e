import type { Inspection } from '../evidence/inspection.ts'
import { BEGINNING_MISSING } from '../evidence/proof.ts'
import { NONE, UNIDENTIFIED } from '../evidence/service.ts'
import { withOriginator, withServiceReadOn } from './evidence-word.ts'
import { coldRow, type FlowTable, hotRow } from './flow-table.ts'
import type { Presented } from './presented.ts'
import {
  CERTIFICATES,
  CLAIM,
  EVIDENCE,
  EVIDENCE_ALERT,
  EVIDENCE_ALERT_SHIFT,
  EVIDENCE_PATH_SHIFT,
  PROOF,
  STATE,
  STATE_SETTLED,
} from './row.ts'

/* What an inspection found goes into the flow's row. */

/** Nothing more is learned from the flow's payload; these bits of proof.ts are. */
export function settle({ hot, cold }: FlowTable, flow: number, proof: number): void {
  const at = coldRow(flow) + PROOF
  hot[hotRow(flow) + STATE] = hot[hotRow(flow) + STATE]! | STATE_SETTLED
  cold[at] = cold[at]! | proof
}

/** Where first bytes are all there is. */
export function writeFirst({ cold }: FlowTable, flow: number, service: number, originator: number): void {
  const at = coldRow(flow) + EVIDENCE
  cold[at] = withServiceReadOn(withOriginator(cold[at]!, originator), service)
}

export function writeInspection(
  { cold }: FlowTable,
  flow: number,
  inspection: Inspection,
  presented: Presented,
  shard: number,
): void {
  const row = coldRow(flow)
  const missing = (cold[row + PROOF]! & BEGINNING_MISSING) !== 0
  const service = missing && inspection.service === UNIDENTIFIED ? NONE : inspection.service
  let evidence = withServiceReadOn(withOriginator(cold[row + EVIDENCE]!, inspection.originator), service)
  if (inspection.alert >= 0) evidence |= EVIDENCE_ALERT | (inspection.alert << EVIDENCE_ALERT_SHIFT)
  cold[row + EVIDENCE] = evidence | (inspection.pathFamily << EVIDENCE_PATH_SHIFT)
  cold[row + PROOF] = cold[row + PROOF]! | inspection.proof
  writeNames(cold, row, inspection, presented, shard)
}

function writeNames(cold: Int32Array, row: number, inspection: Inspection, presented: Presented, shard: number): void {
  const low = inspection.tlsOf(0)
  const high = inspection.tlsOf(1)
  const client = low.serverNameLength > 0 ? low : high
  cold[row + CLAIM] =
    client.serverNameLength > 0
      ? presented.text(shard, client.serverName, client.serverNameLength)
      : presented.text(shard, inspection.claim, inspection.claimLength)
  cold[row + CERTIFICATES] = presented.certificate(shard, low.body, low.leafLength)
  cold[row + CERTIFICATES + 1] = presented.certificate(shard, high.body, high.leafLength)
}
