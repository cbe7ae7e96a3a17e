import type { Service } from '../evidence/service.ts'
import type { Transport } from '../rules/rule.ts'
import { type Conversation, keyText } from './conversation.ts'
import { isGroupAddress } from './group-address.ts'

/**
 * What came of it, best first: answered where the bytes prove it, assumed where the direction or the beginning is only
 * inferred; failed where nobody answered, and refused where the address said that it serves nobody there.
 */
export const SUCCESSES = ['answered', 'assumed', 'failed', 'refused'] as const
export type Success = (typeof SUCCESSES)[number]

/** What one address was seen doing with another one on one port of the responder. */
export interface Contact {
  readonly does: 'accepts' | 'opens'
  readonly peer: string
  readonly transport: Transport
  readonly port: number
  readonly service: Service
  readonly success: Success
}

/** All that was seen of an address. */
export interface Sighted {
  readonly contacts: readonly Contact[]
  readonly flows: number
}

/** The conversations of each capture. */
export type Captures = readonly (readonly Conversation[])[]

/** In the order of time, which depends on nothing but what was captured. */
export function inOrder(captures: Captures): Captures {
  return captures.map((conversations) => conversations.toSorted(byTime))
}

function byTime(left: Conversation, right: Conversation): number {
  return left.firstNs - right.firstNs || (keyText(left) < keyText(right) ? -1 : 1)
}

/** Sorts conversations by the addresses that are asked about. */
export function sightingsOf(captures: Captures, isAsked: (address: string) => boolean): ReadonlyMap<string, Sighted> {
  const sighted = new Map<string, { contacts: Contact[]; flows: number }>()
  const add = (address: string, contact: Contact, flows: number): void => {
    if (!isAsked(address)) return
    const known = sighted.get(address) ?? { contacts: [], flows: 0 }
    known.contacts.push(contact)
    known.flows += flows
    sighted.set(address, known)
  }
  for (const conversation of captures.flat()) {
    const { origAddress, respAddress, transport, respPort: port, service, flows } = conversation
    if ((transport !== 'tcp' && transport !== 'udp') || !isBetweenHosts(conversation)) continue
    // Nothing tells who called: not even a port does.
    if (conversation.basis === 'first-packet') continue
    const about = { transport, port, service, success: successOf(conversation) } as const
    add(origAddress, { ...about, does: 'opens', peer: respAddress }, flows)
    add(respAddress, { ...about, does: 'accepts', peer: origAddress }, flows)
  }
  return sighted
}

function isBetweenHosts({ origAddress, respAddress, broadcast, flows }: Conversation): boolean {
  return broadcast < flows && isHost(origAddress) && isHost(respAddress)
}

/** An inventory has no use for addresses that mean another host on every link. */
function isHost(address: string): boolean {
  return !isGroupAddress(address) && !/^(?:0\.|127\.|169\.254\.|::1?$|fe[89ab])/.test(address)
}

function successOf({ outcomes, certain }: Conversation): Success {
  if (outcomes.established + outcomes['handshake-failed'] > 0) return certain ? 'answered' : 'assumed'
  if (outcomes.midstream + outcomes['one-sided'] > 0) return 'assumed'
  return outcomes.refused > 0 ? 'refused' : 'failed'
}

/** Whoever takes part in this much of a capture stands where it was taken. */
const AT_CAPTURE_POINT = 0.8
/** In a shorter capture, what is not seen may only be rare. */
const FEWEST_CONVERSATIONS = 20

/** Prepares the question whether one of the captures was taken at the machine with these addresses. */
export function isWatchedIn(captures: Captures): (addresses: readonly string[]) => boolean {
  const counted = captures.map(countAddresses)
  return (addresses) =>
    counted.some(({ all, counts }) => {
      const own = addresses.reduce((sum, address) => sum + (counts.get(address) ?? 0), 0)
      return all >= FEWEST_CONVERSATIONS && own >= AT_CAPTURE_POINT * all
    })
}

function countAddresses(conversations: readonly Conversation[]) {
  const counts = new Map<string, number>()
  let all = 0
  for (const conversation of conversations) {
    if (!isBetweenHosts(conversation)) continue
    const { origAddress, respAddress } = conversation
    all += 1
    for (const address of [origAddress, respAddress]) counts.set(address, (counts.get(address) ?? 0) + 1)
  }
  return { all, counts }
}
