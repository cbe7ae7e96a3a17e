import type { Conversation, ConversationKey } from './conversation.ts'
import { ConversationTable } from './conversation-table.ts'
import { type Allows, type Direction, inferDirection } from './direction.ts'
import { collected } from './glossary.ts'
import type { Observation, ObservationList } from './observation.ts'

/** Gives each observation the direction that the rules and the ports suggest, and adds them up. */
export function assumedConversations(observations: ObservationList, allows: Allows, limit?: number): ConversationTable {
  const table = new ConversationTable(observations.ends, collected(), false, limit)
  const { sums } = table
  const turns = new Uint16Array(observations.count)
  const offer = (number: number) => {
    const seen = observations.at(number)
    table.add(conversationOf(seen, inferDirection(seen, allows)))
  }
  for (let number = 0; number < observations.count; number += 1) {
    offer(number)
    turns[number] = sums.turnOfAsked()
  }
  while (sums.nextPart()) {
    for (let number = 0; number < observations.count; number += 1) if (sums.isTurn(turns[number]!)) offer(number)
  }
  return table
}

/** What one observation says of the conversation that it belongs to, taken in this direction. */
function conversationOf(seen: Observation, direction: Direction): Conversation {
  const fromLow = direction.originator === 'low'
  const key = keyOfObservation(seen, direction)
  return {
    transport: key.transport,
    origAddress: key.origAddress,
    respAddress: key.respAddress,
    respPort: key.respPort,
    service: key.service,
    certain: false,
    basis: direction.basis,
    flows: seen.flows,
    outcomes: {
      established: seen.established,
      'handshake-failed': seen.handshakeFailed,
      refused: fromLow ? seen.lowRefused : seen.highRefused,
      unanswered: fromLow ? seen.onlyLow : seen.onlyHigh,
      prohibited: fromLow ? seen.lowProhibited : seen.highProhibited,
      // Only the responder spoke: an error that quotes it says nothing of who opened the flow.
      'one-sided': fromLow
        ? seen.onlyHigh + seen.highRefused + seen.highProhibited
        : seen.onlyLow + seen.lowRefused + seen.lowProhibited,
      midstream: seen.midstream,
    },
    accepted: 0,
    broadcast: seen.broadcast,
    origPackets: fromLow ? seen.lowPackets : seen.highPackets,
    respPackets: fromLow ? seen.highPackets : seen.lowPackets,
    origBytes: fromLow ? seen.lowBytes : seen.highBytes,
    respBytes: fromLow ? seen.highBytes : seen.lowBytes,
    origIpBytes: fromLow ? seen.lowIpBytes : seen.highIpBytes,
    respIpBytes: fromLow ? seen.highIpBytes : seen.lowIpBytes,
    origCopies: fromLow ? seen.lowCopies : seen.highCopies,
    respCopies: fromLow ? seen.highCopies : seen.lowCopies,
    proof: seen.proof,
    alert: seen.alert,
    claim: seen.claim,
    origCertificate: fromLow ? seen.lowCertificate : seen.highCertificate,
    respCertificate: fromLow ? seen.highCertificate : seen.lowCertificate,
    expired: seen.expired,
    icmpError: seen.icmpError,
    icmpSender: seen.icmpSender,
    firstNs: seen.firstNs,
    lastNs: seen.lastNs,
  }
}

/** The conversation that an observation belongs to, taken in this direction. */
export function keyOfObservation(seen: Observation, { originator }: Direction): ConversationKey {
  const fromLow = originator === 'low'
  return {
    transport: seen.transport,
    origAddress: fromLow ? seen.lowAddress : seen.highAddress,
    respAddress: fromLow ? seen.highAddress : seen.lowAddress,
    respPort: fromLow ? seen.highPort : seen.lowPort,
    service: seen.service,
    certain: false,
  }
}
