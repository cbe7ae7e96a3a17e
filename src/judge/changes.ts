import { keyOfObservation } from './assumed-conversations.ts'
import { type ConversationKey, keyText } from './conversation.ts'
import { type Allows, inferDirection } from './direction.ts'
import type { Health } from './health.ts'
import type { Verdict } from './judge.ts'
import type { Observation } from './observation.ts'
import type { Reason } from './reason.ts'

/** What was found of a conversation, as far as a change of it is worth telling. */
export interface Finding {
  readonly verdict: Verdict
  readonly reason: Reason | null
  readonly rule: string | null
  readonly nearestRule: string | null
  readonly health: Health | null
}

/** A finding with what tells its conversation from others. */
export interface Found extends Finding {
  /** The conversation's key as text. */
  readonly key: string
  readonly certain: boolean
  readonly flows: number
}

/** Whether it is judged otherwise. The nearest rule of an unexpected one only explains. */
function differs(former: Finding, present: Finding): boolean {
  return (
    former.verdict !== present.verdict ||
    former.reason !== present.reason ||
    former.rule !== present.rule ||
    former.health !== present.health
  )
}

/** Where flows of unproven direction belonged before, and where they belong now. */
export interface Move {
  readonly formerKey: string
  readonly presentKey: string
  /** Originator and responder have changed places. */
  readonly turned: boolean
  readonly flows: number
}

/**
 * From which conversation to which the observations go. Several of one conversation can part, and come together with
 * others, when only some of them turn round. `isKnown` tells whether a conversation was there before.
 */
export function movesOf(
  observations: Iterable<Observation>,
  former: Allows,
  present: Allows,
  isKnown: (key: string) => boolean,
): readonly Move[] {
  const moves = new Map<string, Move>()
  for (const seen of observations) {
    const from = formerKeyOf(seen, former, isKnown)
    const to = keyOfObservation(seen, inferDirection(seen, present))
    const [formerKey, presentKey] = [keyText(from), keyText(to)]
    const pair = `${formerKey}\n${presentKey}`
    const flows = (moves.get(pair)?.flows ?? 0) + seen.flows
    moves.set(pair, { formerKey, presentKey, turned: isTurned(from, to), flows })
  }
  return [...moves.values()]
}

/** As the former rules have it; an earlier version of the program may have taken it the other way round. */
function formerKeyOf(seen: Observation, allows: Allows, isKnown: (key: string) => boolean): ConversationKey {
  const direction = inferDirection(seen, allows)
  const key = keyOfObservation(seen, direction)
  if (isKnown(keyText(key))) return key
  return keyOfObservation(seen, { ...direction, originator: direction.originator === 'low' ? 'high' : 'low' })
}

function isTurned(from: ConversationKey, to: ConversationKey): boolean {
  return from.origAddress !== to.origAddress || from.respPort !== to.respPort
}

/** A conversation that is judged otherwise, or whose originator and responder have changed places. */
export interface Change<Each extends Found> {
  readonly former: Each
  readonly present: Each
  readonly turned: boolean
  /** Flows that belonged to the former and belong to the present one. */
  readonly flows: number
}

/**
 * What became of the conversations of a capture, in the order of those that are there now. Of one that several have
 * come to, the former ones are in the order of their keys: that of the observations depends on how the capture was
 * read.
 */
export function* changesOf<Each extends Found>(
  before: ReadonlyMap<string, Each>,
  after: Iterable<Each>,
  moves: readonly Move[],
): Generator<Change<Each>> {
  const arrivals = new Map<string, Move[]>()
  for (const move of moves) {
    const several = arrivals.get(move.presentKey)
    if (several === undefined) arrivals.set(move.presentKey, [move])
    else several.push(move)
  }
  for (const several of arrivals.values()) several.sort(byFormerKey)
  for (const present of after) {
    const { key: formerKey, flows } = present
    const from = present.certain ? [{ formerKey, turned: false, flows }] : (arrivals.get(present.key) ?? [])
    for (const { formerKey, turned, flows } of from) {
      const former = before.get(formerKey)
      if (former !== undefined && (turned || differs(former, present))) yield { former, present, turned, flows }
    }
  }
}

function byFormerKey(left: Move, right: Move): number {
  return left.formerKey < right.formerKey ? -1 : 1
}
