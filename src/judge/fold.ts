import { contentOriginator, type End, flowOf } from '../flow/flow.ts'
import { FLOW_LIMITS } from '../flow/flow-limits.ts'
import type { FlowLog } from '../flow/flow-log.ts'
import type { HostTable } from '../flow/host-table.ts'
import { type Names, readNames } from '../flow/names.ts'
import { EVIDENCE, HIGH_HOST, LOW_HOST, PORTS, PROTOCOL, STATE, STATE_SYN_ACK } from '../flow/row.ts'
import { originatorOf } from '../flow/tcp-state.ts'
import { CertainConversations } from './certain-conversations.ts'
import type { Conversation } from './conversation.ts'
import type { Direction } from './direction.ts'
import { foldedAttempts } from './folded-attempts.ts'
import { isGroupAddress } from './group-address.ts'
import { type Observation, ObservationTable } from './observation.ts'
import { type FlowTrust, TrustSums } from './trust.ts'
import { createValidity } from './validity.ts'

/** What the flows of one capture point add up to, before anybody judges. */
export interface Folded {
  readonly certain: CertainConversations
  readonly observations: readonly Observation[]
  /** Attempts that are not among the rows of the log; those of unproven direction are among the observations. */
  readonly foldedAttempts: readonly Conversation[]
  readonly names: Names
  readonly flowTrust: FlowTrust
  /** The direction of a row of the log, where the bytes prove it. */
  provenDirection(rows: Int32Array, row: number): Direction | undefined
}

const FROM_LOW: Direction = { originator: 'low', basis: 'handshake' }
const FROM_HIGH: Direction = { originator: 'high', basis: 'handshake' }
const CONTENT_LOW: Direction = { originator: 'low', basis: 'content' }
const CONTENT_HIGH: Direction = { originator: 'high', basis: 'content' }
const LISTENER_HIGH: Direction = { originator: 'low', basis: 'listener' }
const LISTENER_LOW: Direction = { originator: 'high', basis: 'listener' }

/**
 * Adds the flows up. Who listens is known only when all handshakes have been seen, so the other flows wait for that.
 * `originNs` is what the log's times count from, in nanoseconds since 1970.
 */
export function foldFlows(
  log: FlowLog,
  originNs: bigint | undefined,
  foldedLimit = FLOW_LIMITS.foldedAttempts,
): Folded {
  const names = readNames(log)
  const validity = createValidity(names, originNs)
  const certain = new CertainConversations(log.hosts, names, validity)
  const observations = new ObservationTable()
  const listeners = new Listeners()
  const trust = new TrustSums()
  log.forEach((rows, doubles, row) => {
    trust.add(rows, doubles, row)
    const direction = byItself(rows, row, log.hosts)
    if (direction === undefined) return
    certain.add(rows, doubles, row, direction.originator, direction.basis)
    if (rows[row + STATE]! & STATE_SYN_ACK) listeners.add(rows, row, direction.originator === 'low' ? 'high' : 'low')
  })
  log.forEach((rows, doubles, row) => {
    if (byItself(rows, row, log.hosts) !== undefined) return
    const direction = listeners.direction(rows, row)
    if (direction === undefined) {
      const flow = flowOf(rows, doubles, row, log.hosts, names)
      observations.addFlow(flow, validity.isFlowValid(flow))
    } else certain.add(rows, doubles, row, direction.originator, direction.basis)
  })
  const folded = foldedAttempts(log.folded, foldedLimit)
  return {
    certain,
    observations: [...observations.observations(), ...folded.observations],
    foldedAttempts: folded.conversations,
    names,
    flowTrust: trust.figures(),
    provenDirection: (rows, row) => byItself(rows, row, log.hosts) ?? listeners.direction(rows, row),
  }
}

/** What the flow's own packets prove: its handshake, or its content. */
function byItself(rows: Int32Array, row: number, hosts: HostTable): Direction | undefined {
  const originator = originatorOf(rows[row + STATE]!)
  if (originator !== 0) return originator === 1 ? FROM_LOW : FROM_HIGH
  const byContent = contentOriginator(rows[row + EVIDENCE]!)
  if (byContent === 0) return undefined
  // An answer that is sent to a group does not mean that the group asked.
  const asked = hosts.text(rows[row + (byContent === 1 ? LOW_HOST : HIGH_HOST)]!)
  if (isGroupAddress(asked)) return undefined
  return byContent === 1 ? CONTENT_LOW : CONTENT_HIGH
}

/** The ends that were seen to accept connections. */
class Listeners {
  readonly #known = new Set<number>()

  add(rows: Int32Array, row: number, end: End): void {
    this.#known.add(listener(rows, row, end))
  }

  /** The end that is known to listen, when the other one is not, is the responder. */
  direction(rows: Int32Array, row: number): Direction | undefined {
    const low = this.#known.has(listener(rows, row, 'low'))
    const high = this.#known.has(listener(rows, row, 'high'))
    if (low === high) return undefined
    return low ? LISTENER_LOW : LISTENER_HIGH
  }
}

/** Host, transport and port in one whole number. */
function listener(rows: Int32Array, row: number, end: End): number {
  const ports = rows[row + PORTS]!
  const port = end === 'low' ? ports >>> 16 : ports & 0xffff
  const host = rows[row + (end === 'low' ? LOW_HOST : HIGH_HOST)]!
  return (host * 256 + (rows[row + PROTOCOL]! & 0xff)) * 65_536 + port
}
