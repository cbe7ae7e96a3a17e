import type { Conversation } from '../judge/conversation.ts'
import type { Health } from '../judge/health.ts'
import type { Judgement } from '../judge/judge.ts'
import type { CaptureRef } from './capture-record.ts'
import { bound, createInsert, fixed, time, unitsOf } from './insert.ts'
import type { Database } from './open.ts'
import { answerNumbers, placementNumbers } from './shared-rows.ts'

/** What conversations of one judgement, health, pair of places, transport and port come to. */
export interface ConversationSum {
  readonly judgement: number
  readonly health: Health | null
  /** 1 where a person should look at them. */
  readonly finding: 0 | 1
  readonly origPlace: number | null
  readonly respPlace: number | null
  readonly transport: string
  readonly respPort: number
  conversations: number
  flows: number
  bytes: number
  firstNs: number
  lastNs: number
}

/** The sums of one capture. */
export interface ConversationSums {
  /** Adds the conversation to a sum and returns it; writes its judgement and places where they are not there yet. */
  add(conversation: Conversation, judgement: Judgement, health: Health | null): ConversationSum
  write(capture: CaptureRef): void
}

export function createSums(db: Database): ConversationSums {
  const placementOf = placementNumbers(db)
  const answerOf = answerNumbers(db)
  const sums: ConversationSum[] = []
  // A judgement is nearly always of one transport and one port, and its identity is found faster than a key of parts.
  const known = new Map<Judgement, ConversationSum[]>()

  function sumOf({ transport, respPort }: Conversation, given: Judgement, health: Health | null): ConversationSum {
    let ofJudgement = known.get(given)
    if (ofJudgement === undefined) {
      ofJudgement = []
      known.set(given, ofJudgement)
    }
    for (const sum of ofJudgement) {
      if (sum.respPort === respPort && sum.health === health && sum.transport === transport) return sum
    }
    const judgement = answerOf(given.answer)
    const finding = given.answer.verdict === 'unexpected' || health === 'broken' ? 1 : 0
    const places = { origPlace: placementOf(given.orig), respPlace: placementOf(given.resp) }
    const nothing = { conversations: 0, flows: 0, bytes: 0, firstNs: Infinity, lastNs: -Infinity }
    const sum: ConversationSum = { judgement, health, finding, ...places, transport, respPort, ...nothing }
    sums.push(sum)
    ofJudgement.push(sum)
    return sum
  }

  return {
    add(conversation, judgement, health) {
      const sum = sumOf(conversation, judgement, health)
      addToSum(sum, conversation)
      return sum
    },
    write(capture) {
      writeSums(db, capture, sums)
    },
  }
}

function addToSum(sum: ConversationSum, { flows, origBytes, respBytes, firstNs, lastNs }: Conversation): void {
  sum.conversations += 1
  sum.flows += flows
  sum.bytes += origBytes + respBytes
  if (firstNs < sum.firstNs) sum.firstNs = firstNs
  if (lastNs > sum.lastNs) sum.lastNs = lastNs
}

const COLUMNS = `judgement, health, orig_place, resp_place, proto, resp_port, conversations, flows, bytes`

function writeSums(db: Database, capture: CaptureRef, sums: readonly ConversationSum[]): void {
  const columns = COLUMNS.split(',').map((name) => bound(name.trim()))
  const times = [time('first', capture), time('last', capture)]
  const insert = createInsert(db, 'sums', [...columns, ...times, fixed('capture', capture.number)])
  for (const { firstNs, lastNs, ...sum } of sums) {
    insert.add([
      sum.judgement,
      sum.health,
      sum.origPlace,
      sum.respPlace,
      sum.transport,
      sum.respPort,
      sum.conversations,
      sum.flows,
      sum.bytes,
      unitsOf(firstNs, capture),
      unitsOf(lastNs, capture),
    ])
  }
  insert.flush()
}
