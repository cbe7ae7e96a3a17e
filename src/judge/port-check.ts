import type { IcmpError } from '../flow/flow.ts'
import type { Role } from '../inventory/roles.ts'
import type { Outcome } from './outcome.ts'

/** What a capture says of a port, in the words of PortQry as far as that has one. */
export type PortAnswer =
  | 'HANDSHAKE FAILED'
  | 'NOT LISTENING'
  | 'PROHIBITED'
  | 'FILTERED'
  | 'LISTENING or FILTERED'
  | 'LISTENING'
  | 'WITHHELD'

/** How the attempts between the same ends fared, what a person should look at first. */
export const PORT_STANDINGS = ['broken', 'flaky', 'wrong-protocol', 'withheld', 'working'] as const
export type PortStanding = (typeof PORT_STANDINGS)[number]

/** Flows to a port by what came of them. A SYN that is sent again is the same attempt. */
export interface Attempts {
  /** Accepted: established, met midstream, or answered by a SYN-ACK of which nothing more was captured. */
  readonly listening: number
  /** Answered by a reset, or by an ICMP error that says that nobody listens. */
  readonly notListening: number
  readonly filtered: number
  readonly prohibited: number
  readonly handshakeFailed: number
  /** What the capture cannot carry: only one direction, or no answer where answers are missing from it. */
  readonly withheld: number
}

/** One end: an address, and what the inventory says of it. */
export interface PortEnd {
  readonly address: string
  readonly name: string | null
  readonly roles: readonly Role[]
}

/** A conversation that some rule is about. Times are nanoseconds since 1970. */
export interface Asked {
  readonly capture: string
  readonly rule: string
  /** The rule allows it, but what is spoken is something else. */
  readonly isContradicted: boolean
  readonly isDoubtful: boolean
  readonly transport: string
  readonly orig: PortEnd
  readonly resp: PortEnd
  readonly port: number
  readonly outcomes: Readonly<Record<Outcome, number>>
  readonly accepted: number
  readonly alert: number | null
  readonly icmpError: IcmpError | null
  readonly icmpSender: string | null
  readonly first: bigint
  readonly last: bigint
}

/** Several ends as one: the address where there is only one, name and roles where all have the same. */
export interface PortEnds {
  readonly address: string | null
  readonly hosts: number
  readonly name: string | null
  readonly roles: readonly Role[]
}

/** What a capture says of a documented port between these ends. */
export interface PortCheck extends Attempts {
  readonly capture: string
  readonly rule: string
  readonly transport: string
  /** Null where they are several. */
  readonly port: number | null
  readonly orig: PortEnds
  readonly resp: PortEnds
  readonly standing: PortStanding
  readonly answer: PortAnswer
  readonly alert: number | null
  readonly icmpError: IcmpError | null
  readonly icmpSender: string | null
  readonly first: bigint
  readonly last: bigint
}

/** A SYN-ACK proves that the port listens, even where the other direction is missing. */
export function attemptsOf({
  outcomes,
  accepted,
  isDoubtful,
}: Pick<Asked, 'outcomes' | 'accepted' | 'isDoubtful'>): Attempts {
  const beyond = accepted - outcomes.established - outcomes['handshake-failed']
  const half = Math.max(0, Math.min(outcomes['one-sided'], beyond))
  const unsaid = isDoubtful ? outcomes.refused + outcomes.unanswered : 0
  return {
    listening: outcomes.established + outcomes.midstream + half,
    notListening: isDoubtful ? 0 : outcomes.refused,
    filtered: isDoubtful ? 0 : outcomes.unanswered,
    prohibited: outcomes.prohibited,
    handshakeFailed: outcomes['handshake-failed'],
    withheld: outcomes['one-sided'] - half + unsaid,
  }
}

/** The answer that most attempts met; one that was accepted shows that the port listens. */
export function answerOf(attempts: Attempts, transport: string): PortAnswer {
  if (attempts.listening > 0) return 'LISTENING'
  const failures: readonly (readonly [PortAnswer, number])[] = [
    ['HANDSHAKE FAILED', attempts.handshakeFailed],
    ['NOT LISTENING', attempts.notListening],
    ['PROHIBITED', attempts.prohibited],
    [transport === 'udp' ? 'LISTENING or FILTERED' : 'FILTERED', attempts.filtered],
  ]
  const [answer, count] = failures.reduce((most, each) => (each[1] > most[1] ? each : most))
  return count > 0 ? answer : 'WITHHELD'
}

export function failuresOf({ notListening, filtered, prohibited, handshakeFailed }: Attempts): number {
  return notListening + filtered + prohibited + handshakeFailed
}

function standingOf(attempts: Attempts, isContradicted: boolean): PortStanding {
  const failed = failuresOf(attempts) > 0
  if (attempts.listening > 0 && isContradicted) return 'wrong-protocol'
  if (attempts.listening > 0) return failed ? 'flaky' : 'working'
  return failed ? 'broken' : 'withheld'
}

/**
 * Conversations as lines: those between the same ends to the same port are one thing, whatever was proven of them, and
 * things of one originating place that met the same answer at the same responder are one line.
 */
export function checkPorts(asked: Iterable<Asked>): readonly PortCheck[] {
  const things = new Map<string, PortCheck>()
  for (const each of asked) {
    const { capture, isContradicted, transport, orig, resp, port } = each
    const key = JSON.stringify([capture, isContradicted, transport, orig.address, resp.address, port])
    const known = things.get(key)
    const one = single(each)
    things.set(key, known === undefined ? one : together(known, one, isContradicted))
  }
  const lines = new Map<string, PortCheck>()
  for (const thing of things.values()) {
    const { capture, rule, standing, answer, transport, orig, resp, port, alert, icmpError, icmpSender } = thing
    const met = [standing, answer, alert, icmpError, icmpSender]
    const key = JSON.stringify([capture, rule, transport, orig.name, orig.roles, resp.address, port, ...met])
    const known = lines.get(key)
    lines.set(key, known === undefined ? thing : twoHosts(known, thing))
  }
  return [...lines.values()]
}

function single(asked: Asked): PortCheck {
  const { capture, rule, transport, port, orig, resp, alert, icmpError, icmpSender, first, last } = asked
  const attempts = attemptsOf(asked)
  return {
    ...attempts,
    capture,
    rule,
    transport,
    port,
    orig: { ...orig, hosts: 1 },
    resp: { ...resp, hosts: 1 },
    standing: standingOf(attempts, asked.isContradicted),
    answer: answerOf(attempts, transport),
    alert,
    icmpError,
    icmpSender,
    first,
    last,
  }
}

/** What is known of one thing from two of its conversations; the rule is that of the one that was accepted. */
function together(left: PortCheck, right: PortCheck, isContradicted: boolean): PortCheck {
  const sums = added(left, right)
  return {
    ...sums,
    rule: left.listening === 0 && right.listening > 0 ? right.rule : left.rule,
    standing: standingOf(sums, isContradicted),
    answer: answerOf(sums, left.transport),
    alert: left.alert ?? right.alert,
    icmpError: left.icmpError ?? right.icmpError,
    icmpSender: left.icmpSender ?? right.icmpSender,
  }
}

/** Two originators of one place. */
function twoHosts(left: PortCheck, right: PortCheck): PortCheck {
  const orig = { ...left.orig, address: null, hosts: left.orig.hosts + right.orig.hosts }
  return { ...added(left, right), orig }
}

function added(left: PortCheck, right: PortCheck): PortCheck {
  return {
    ...left,
    listening: left.listening + right.listening,
    notListening: left.notListening + right.notListening,
    filtered: left.filtered + right.filtered,
    prohibited: left.prohibited + right.prohibited,
    handshakeFailed: left.handshakeFailed + right.handshakeFailed,
    withheld: left.withheld + right.withheld,
    first: left.first < right.first ? left.first : right.first,
    last: left.last > right.last ? left.last : right.last,
  }
}
