import { absoluteNs } from '../capture/time.ts'
import type { Flow } from '../flow/flow.ts'
import type { Direction } from '../judge/direction.ts'
import { connStateOf, outcomeOf } from '../judge/outcome.ts'
import type { CaptureRef } from './capture-record.ts'
import { idNumber } from './ids.ts'
import { bound, createInsert, fixed, time, unitsOf } from './insert.ts'
import type { Database } from './open.ts'
import type { CertificateNumbers } from './shared-rows.ts'
import type { ConversationSum } from './sums.ts'

/** A flow that is kept one by one. */
export interface KeptFlow {
  readonly flow: Flow
  readonly direction: Direction
  /** In upper case for the originator. */
  readonly history: string
  /** Id of its conversation. */
  readonly conversation: number
  /** The id it already has, when it is written again. */
  readonly id?: number
}

/** Returns what writes flows of the capture, each judged as its conversation is, whose sum `sumOf` gives. */
export function createFlowWriter(
  db: Database,
  capture: CaptureRef,
  certificateOf: CertificateNumbers,
  sumOf: (conversation: number) => ConversationSum | undefined,
): (rows: Iterable<KeptFlow>) => void {
  const columns = [
    ...COLUMNS.split(',').map((name) => bound(name.trim())),
    time('start', capture),
    time('"end"', capture),
    fixed('capture', capture.number),
  ]
  const insert = createInsert(db, 'flows', columns)
  return (rows) => {
    for (const { flow, direction, history, conversation, id } of rows) {
      const sum = sumOf(conversation)
      const [orig, resp] = direction.originator === 'low' ? [flow.low, flow.high] : [flow.high, flow.low]
      insert.add([
        id ?? idNumber(flowText(flow, capture)),
        conversation,
        flow.transport,
        orig.address,
        orig.port,
        resp.address,
        resp.port,
        orig.packets,
        resp.packets,
        orig.bytes,
        resp.bytes,
        orig.ipBytes,
        resp.ipBytes,
        connStateOf(flow, direction.originator),
        history,
        outcomeOf(flow, direction.originator),
        flow.service,
        direction.basis,
        flow.first === direction.originator ? 1 : 0,
        orig.state,
        resp.state,
        orig.copies,
        resp.copies,
        flow.proof,
        flow.alert ?? null,
        flow.claim ?? null,
        flow.pathFamily,
        certificateOf(orig.certificate),
        certificateOf(resp.certificate),
        flow.icmpError ?? null,
        flow.icmpSender ?? null,
        flow.fragments,
        encapsulationText(flow.encapsulation),
        flow.processId ?? null,
        sum?.judgement ?? null,
        sum?.health ?? null,
        sum?.finding ?? 0,
        sum?.origPlace ?? null,
        sum?.respPlace ?? null,
        unitsOf(flow.startNs, capture),
        unitsOf(flow.lastNs, capture),
      ])
    }
    insert.flush()
  }
}

const COLUMNS = `id, conversation, proto, orig_addr, orig_port, resp_addr, resp_port, orig_packets, resp_packets, orig_bytes,
  resp_bytes, orig_ip_bytes, resp_ip_bytes, conn_state, history, outcome, service, direction_basis, orig_first,
  orig_tcp_state, resp_tcp_state, orig_copies, resp_copies, proof, alert, claim, path_family, orig_certificate,
  resp_certificate, icmp_error, icmp_sender, fragments, encapsulation, process_id, judgement, health, finding,
  orig_place, resp_place`

/** Judges the flows of the capture that stand in the database as their conversations are judged by now. */
export function judgeStoredFlows(db: Database, { number }: CaptureRef): void {
  db.prepare(
    `UPDATE flows NOT INDEXED
     SET (judgement, health, finding, orig_place, resp_place) =
       (c.judgement, c.health, c.finding, c.orig_place, c.resp_place)
     FROM conversations c WHERE c.id = flows.conversation AND flows.capture = ?`,
  ).run(number)
}

/** What a flow is, whichever way round it is taken, and where it was seen. */
function flowText(
  { transport, low, high, startNs, lastNs }: Flow,
  { point, originNs, resolutionNs }: CaptureRef,
): string {
  const at = (ns: number) => absoluteNs(originNs, resolutionNs, ns)
  const ends = `${low.address} ${low.port} ${high.address} ${high.port}`
  return `${point}\n${transport} ${ends} ${at(startNs)} ${at(lastNs)}`
}

/** Few flows have any. */
function encapsulationText(encapsulation: readonly string[]): string {
  return encapsulation.length === 0 ? '[]' : JSON.stringify(encapsulation)
}
