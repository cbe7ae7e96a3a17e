import { contentOriginator, type End } from '../flow/flow.ts'
import { FLOW_LIMITS } from '../flow/flow-limits.ts'
import type { FlowLog } from '../flow/flow-log.ts'
import type { HostTable } from '../flow/host-table.ts'
import { type Names, readNames } from '../flow/names.ts'
import { MOST_SUMS } from '../flow/parted-sums.ts'
import { EVIDENCE, HIGH_HOST, LOW_HOST, PORTS, PROTOCOL, STATE, STATE_SYN_ACK } from '../flow/row.ts'
import { originatorOf } from '../flow/state-word.ts'
import { Sums } from '../flow/sums.ts'
import { CertainConversations } from './certain-conversations.ts'
import type { ConversationTable } from './conversation-table.ts'
import type { Direction } from './direction.ts'
import { Ends } from './ends.ts'
import { foldedAttempts } from './folded-attempts.ts'
import { isGroupAddress } from './group-address.ts'
import type { ObservationTable } from './observation-table.ts'
import { type FlowTrust, TrustSums } from './trust.ts'
import { UnprovenFlows } from './unproven-flows.ts'
import { createValidity } from './validity.ts'

/** What the flows of one capture point add up to, before anybody judges. */
export interface Folded {
  readonly certain: CertainConversations
  readonly observations: ObservationTable
  /** Attempts that are not among the rows of the log; those of unproven direction are among the observations. */
  readonly foldedAttempts: ConversationTable
  readonly names: Names
  readonly flowTrust: FlowTrust
  /** The direction of a row of the log, where the bytes prove it. */
  provenDirection(rows: Int32Array, row: number): Direction | undefined
  /** Removes the temporary files of what does not fit in memory. */
  close(): void
}

const FROM_LOW: Direction = { originator: 'low', basis: 'handshake' }
const FROM_HIGH: Direction = { originator: 'high', basis: 'handshake' }
const CONTENT_LOW: Direction = { originator: 'low', basis: 'content' }
const CONTENT_HIGH: Direction = { originator: 'high', basis: 'content' }
const LISTENER_HIGH: Direction = { originator: 'low', basis: 'listener' }
const LISTENER_LOW: Direction = { originator: 'high', basis: 'listener' }

/**
 * Adds the flows up. Who listens is known only when all handshakes have been seen, so that is gathered first.
 * `originNs` is what the log's times count from, in nanoseconds since 1970; `mostInMemory` conversations and as many
 * observations are in memory at once.
 */
export function foldFlows(
  log: FlowLog,
  originNs: bigint | undefined,
  foldedLimit = FLOW_LIMITS.foldedAttempts,
  mostInMemory = MOST_SUMS,
): Folded {
  const names = readNames(log)
  const validity = createValidity(names, originNs)
  const ends = new Ends(log.hosts)
  const certain = new CertainConversations(ends, names, validity, mostInMemory)
  const observations = new UnprovenFlows(ends, names, validity, mostInMemory)
  const folded = foldedAttempts(log.folded, foldedLimit, ends)
  const { directionOf, flowTrust } = gather(log)
  const offerAll = () => {
    log.forEach((rows, doubles, row) => {
      const direction = directionOf(rows, row)
      if (direction === undefined) observations.addRow(rows, doubles, row)
      else certain.addRow(rows, doubles, row, direction)
    })
    for (const seen of folded.observations) observations.add(seen)
  }
  offerAll()
  while ([certain.sums.nextPart(), observations.sums.nextPart()].includes(true)) offerAll()
  return {
    certain,
    observations,
    foldedAttempts: folded.conversations,
    names,
    flowTrust,
    provenDirection: directionOf,
    close: () => {
      certain.close()
      observations.close()
    },
  }
}

type DirectionOfRow = (rows: Int32Array, row: number) => Direction | undefined

/** What has to be known of all flows before one of them is added up. */
function gather(log: FlowLog): { readonly directionOf: DirectionOfRow; readonly flowTrust: FlowTrust } {
  const trust = new TrustSums()
  const listeners = new Listeners()
  const byItself = selfProven(log.hosts)
  log.forEach((rows, doubles, row) => {
    trust.add(rows, doubles, row)
    if (!(rows[row + STATE]! & STATE_SYN_ACK)) return
    const direction = byItself(rows, row)
    if (direction !== undefined) listeners.add(rows, row, direction.originator === 'low' ? 'high' : 'low')
  })
  return {
    directionOf: (rows, row) => byItself(rows, row) ?? listeners.direction(rows, row),
    flowTrust: trust.figures(),
  }
}

/** What the flow's own packets prove: its handshake, or its content. */
function selfProven(hosts: HostTable): DirectionOfRow {
  /** By host: 1 for a group address, 2 for another one, 0 where nobody has asked. */
  let known = new Uint8Array(1024)

  function isGroup(host: number): boolean {
    if (host >= known.length) {
      const longer = new Uint8Array(2 * host)
      longer.set(known)
      known = longer
    }
    if (known[host] === 0) known[host] = isGroupAddress(hosts.text(host)) ? 1 : 2
    return known[host] === 1
  }

  return (rows, row) => {
    const originator = originatorOf(rows[row + STATE]!)
    if (originator !== 0) return originator === 1 ? FROM_LOW : FROM_HIGH
    const byContent = contentOriginator(rows[row + EVIDENCE]!)
    if (byContent === 0) return undefined
    // An answer that is sent to a group does not mean that the group asked.
    if (isGroup(rows[row + (byContent === 1 ? LOW_HOST : HIGH_HOST)]!)) return undefined
    return byContent === 1 ? CONTENT_LOW : CONTENT_HIGH
  }
}

/** The ends that were seen to accept connections. */
class Listeners {
  readonly #known = new Sums(2, 0)

  add(rows: Int32Array, row: number, end: End): void {
    this.#ask(rows, row, end)
    this.#known.findOrAdd()
  }

  /** The end that is known to listen, when the other one is not, is the responder. */
  direction(rows: Int32Array, row: number): Direction | undefined {
    const low = this.#isKnown(rows, row, 'low')
    const high = this.#isKnown(rows, row, 'high')
    if (low === high) return undefined
    return low ? LISTENER_LOW : LISTENER_HIGH
  }

  #isKnown(rows: Int32Array, row: number, end: End): boolean {
    this.#ask(rows, row, end)
    return this.#known.find() >= 0
  }

  #ask(rows: Int32Array, row: number, end: End): void {
    const ports = rows[row + PORTS]!
    const port = end === 'low' ? ports >>> 16 : ports & 0xffff
    this.#known.asked[0] = rows[row + (end === 'low' ? LOW_HOST : HIGH_HOST)]!
    this.#known.asked[1] = (port << 8) | (rows[row + PROTOCOL]! & 0xff)
  }
}
