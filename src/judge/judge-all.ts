import { HostTable } from '../flow/host-table.ts'
import type { Placement } from '../inventory/lookup.ts'
import { byCase, LIST, SIGNS } from './cases.ts'
import type { Conversation, ConversationKey } from './conversation.ts'
import { Ends } from './ends.ts'
import { type Health, Healths, healthSignOf } from './health.ts'
import type { Answer, Judge, Judgement } from './judge.ts'
import { transportNumber } from './numbered-words.ts'
import type { Doubt } from './trust.ts'

/**
 * Conversations by number. at() may make a new object at every call: there can be a million of them, and most are
 * looked at once.
 */
export interface ConversationList {
  readonly count: number
  /** The numbers of their ends. */
  readonly ends: Ends
  at(number: number): Conversation
  /** Only what its flows have in common, which takes less time. */
  keyAt(number: number): ConversationKey
  /**
   * Writes what is the same for all conversations of the same ends, transport and port: the originator, and two more
   * words.
   */
  thingAt(number: number, words: Int32Array): void
  /** Writes the words of its case; see cases.ts. */
  caseAt(number: number, words: Int32Array): void
}

/** The conversations of one capture point with what was found. */
export interface Judged {
  readonly conversations: ConversationList
  /** By the conversation's number. */
  readonly judgements: readonly Judgement[]
  readonly healths: readonly (Health | null)[]
  /** Which of two comes first where conversations are listed: by time, then by what they are. */
  compare(left: number, right: number): number
  /** The numbers in that order. */
  readonly order: Uint32Array
}

/** Judges the conversations of one capture point. A fresh analysis and a later re-judging both end here. */
export function judgeAll(judge: Judge, conversations: ConversationList, doubts: readonly Doubt[]): Judged {
  const judgements: Judgement[] = []
  const healths = new Healths(conversations)
  const shared = sharing()
  const foundOf = byCase(conversations, judge.kindOf, (conversation) => {
    const judgement = shared(judge.judge(conversation, doubts), conversation)
    return { judgement, sign: healthSignOf(conversation, judgement) }
  })
  for (let number = 0; number < conversations.count; number += 1) {
    const { judgement, sign } = foundOf(number)
    judgements.push(judgement)
    healths.add(sign)
  }
  healths.finish()
  const firstNsOf = (number: number) => conversations.at(number).firstNs
  const compare = (left: number, right: number) =>
    firstNsOf(left) - firstNsOf(right) || byKey(conversations.keyAt(left), conversations.keyAt(right))
  return {
    conversations,
    judgements,
    healths: healths.byNumber,
    compare,
    get order() {
      return Uint32Array.from(judgements.keys()).sort(compare)
    },
  }
}

/**
 * One object for all judgements that say the same of the same places, transport and port: there can be a million
 * conversations out of scope.
 */
function sharing(): (judgement: Judgement, conversation: ConversationKey) => Judgement {
  const known = new Map<Answer, Map<Placement | undefined, Map<Placement | undefined, Map<number, Judgement>>>>()
  return (judgement, { transport, respPort }) => {
    const { answer, orig, resp } = judgement
    if (answer.verdict !== 'out-of-scope') return judgement
    const ofEnds = mapIn(mapIn(mapIn(known, answer), orig), resp)
    const port = respPort * 256 + transportNumber(transport)
    const found = ofEnds.get(port)
    if (found === undefined) ofEnds.set(port, judgement)
    return found ?? judgement
  }
}

function mapIn<Key, InnerKey, Value>(maps: Map<Key, Map<InnerKey, Value>>, key: Key): Map<InnerKey, Value> {
  let inner = maps.get(key)
  if (inner === undefined) {
    inner = new Map()
    maps.set(key, inner)
  }
  return inner
}

/** Conversations as a list: each is a case of its own. */
export function listOf(conversations: readonly Conversation[], ends = new Ends(new HostTable())): ConversationList {
  const at = (number: number) => conversations[number]!
  const thingAt = (number: number, words: Int32Array) => {
    const { transport, origAddress, respAddress, respPort } = at(number)
    words[0] = ends.numberOf(origAddress)
    words[1] = ends.numberOf(respAddress)
    words[2] = (respPort << 16) | transportNumber(transport)
  }
  return {
    count: conversations.length,
    ends,
    at,
    keyAt: at,
    thingAt,
    caseAt(number, words) {
      thingAt(number, words)
      words[SIGNS] = number
    },
  }
}

/** Lists with the same numbers of ends as one, each behind the one before. */
export function joined(
  first: ConversationList,
  ...others: readonly (ConversationList | readonly Conversation[])[]
): ConversationList {
  const lists = [first, ...others.map((each) => ('ends' in each ? each : listOf(each, first.ends)))]
  let list = first
  let place = 0
  let start = 0
  /** Makes `list` the one that has this number, the `place`th, and `start` the number of its first conversation. */
  const turnTo = (number: number) => {
    place = 0
    start = 0
    for (list of lists) {
      if (number - start < list.count) return
      place += 1
      start += list.count
    }
  }
  return {
    count: lists.reduce((sum, { count }) => sum + count, 0),
    ends: first.ends,
    at(number) {
      turnTo(number)
      return list.at(number - start)
    },
    keyAt(number) {
      turnTo(number)
      return list.keyAt(number - start)
    },
    thingAt(number, words) {
      turnTo(number)
      list.thingAt(number - start, words)
    },
    caseAt(number, words) {
      turnTo(number)
      list.caseAt(number - start, words)
      words[LIST] = place
    },
  }
}

export function isFinding({ judgements, healths }: Judged, number: number): boolean {
  return judgements[number]!.answer.verdict === 'unexpected' || healths[number] === 'broken'
}

function byKey(a: ConversationKey, b: ConversationKey): number {
  return (
    compareTexts(a.origAddress, b.origAddress) ||
    compareTexts(a.respAddress, b.respAddress) ||
    a.respPort - b.respPort ||
    compareTexts(a.transport, b.transport) ||
    compareTexts(a.service, b.service) ||
    Number(b.certain) - Number(a.certain)
  )
}

function compareTexts(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0
}
