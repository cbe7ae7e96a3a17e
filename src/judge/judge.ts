import type { Inventory } from '../inventory/inventory.ts'
import { compileDirectedBroadcast, compileLookup, type Placement } from '../inventory/lookup.ts'
import type { RuleInForce, RuleSet } from '../rules/pack.ts'
import type { Conversation } from './conversation.ts'
import type { Allows } from './direction.ts'
import { isGroupAddress } from './group-address.ts'
import { allows, bestRule, type Question } from './match.ts'
import { admits, createPlaceEnds, names, type Party } from './party.ts'
import { type Difference, type Explained, explain, type Reason } from './reason.ts'

export const VERDICTS = ['expected', 'unexpected', 'out-of-scope'] as const
export type Verdict = (typeof VERDICTS)[number]

/** Whether the bytes fit the protocol that the rule names. */
export const EVIDENCE = ['confirmed', 'consistent', 'contradicted', 'unknown'] as const
export type Evidence = (typeof EVIDENCE)[number]

/** Something worth saying that changes no verdict. */
export const REMARKS = ['unusual-source', 'unusual-destination', 'assumed-direction'] as const
export type Remark = (typeof REMARKS)[number]

/** What was found; conversations that ask the same of the rules share one object. */
export interface Answer {
  readonly verdict: Verdict
  readonly evidence: Evidence
  /** The rule that allows an expected conversation, and its pack. */
  readonly rule: string | null
  readonly pack: string | null
  /** Of an unexpected one. */
  readonly reason: Reason | null
  readonly nearestRule: string | null
  readonly differs: readonly Difference[]
  readonly remarks: readonly Remark[]
}

export interface Judgement {
  readonly answer: Answer
  /** What the inventory says of the two ends; undefined where it does not list them. */
  readonly orig: Placement | undefined
  readonly resp: Placement | undefined
}

/** What conversations are judged by: everything that is not in the conversation itself. */
export interface Judge {
  judge(conversation: Conversation): Judgement
  /** Whether some rule allows a flow, were this its direction. */
  readonly allows: Allows
}

/**
 * Makes a judge of an inventory and a rule set. Its answers depend on nothing else, so that what was stored can be
 * judged again without the captures.
 */
export function createJudge(inventory: Inventory, rules: RuleSet): Judge {
  const placeEnds = createPlaceEnds(compileLookup(inventory))
  const isDirectedBroadcast = compileDirectedBroadcast(inventory)
  // Most conversations ask what another one has asked before: the same two places, transport and port.
  const known = new Map<Party, Map<Party, Map<string, Judgement>>>()

  function judgement(conversation: Conversation, orig: Party, resp: Party): Judgement {
    const { transport, respPort, certain } = conversation
    const ofPair = mapIn(mapIn(known, orig), resp)
    const key = `${transport} ${respPort} ${certain}`
    let found = ofPair.get(key)
    if (found === undefined) {
      const asked = { origRoles: orig.roles, respRoles: resp.roles, transport, port: respPort }
      const answer = answerOf(rules, asked, orig, resp, certain)
      found = { answer, orig: orig.placement, resp: resp.placement }
      ofPair.set(key, found)
    }
    return found
  }

  return {
    judge(conversation) {
      const { origAddress, respAddress } = conversation
      const [orig, resp] = placeEnds(origAddress, respAddress)
      const isBroadcast = isDirectedBroadcast(origAddress) || isDirectedBroadcast(respAddress)
      if (isBroadcast || isOutOfScope(conversation, orig, resp))
        return { answer: OUT_OF_SCOPE, orig: orig.placement, resp: resp.placement }
      return judgement(conversation, orig, resp)
    },
    allows(pair, originator) {
      const [from, to] =
        originator === 'low' ? [pair.lowAddress, pair.highAddress] : [pair.highAddress, pair.lowAddress]
      const port = originator === 'low' ? pair.highPort : pair.lowPort
      const [orig, resp] = placeEnds(from, to)
      const asked = { origRoles: orig.roles, respRoles: resp.roles, transport: pair.transport, port }
      return isListed(orig, resp) && rules.rules.some((rule) => allows(rule, asked))
    },
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

const OUT_OF_SCOPE: Answer = {
  verdict: 'out-of-scope',
  evidence: 'unknown',
  rule: null,
  pack: null,
  reason: null,
  nearestRule: null,
  differs: [],
  remarks: [],
}

function isListed(orig: Party, resp: Party): boolean {
  return orig.placement !== undefined || resp.placement !== undefined
}

function isOutOfScope(conversation: Conversation, orig: Party, resp: Party): boolean {
  return (
    !isListed(orig, resp) ||
    (conversation.transport !== 'tcp' && conversation.transport !== 'udp') ||
    conversation.broadcast === conversation.flows ||
    isGroupAddress(conversation.origAddress) ||
    isGroupAddress(conversation.respAddress)
  )
}

// `exposed` is asked here, before the rules, and `protocol-mismatch` of the rules that allow by role and port, once the
// bytes say what is spoken.
function answerOf(rules: RuleSet, asked: Question, orig: Party, resp: Party, certain: boolean): Answer {
  const assumed: readonly Remark[] = certain ? [] : ['assumed-direction']
  const best = bestRule(rules, asked)
  if (best === undefined) return unexpected(explain(rules, asked, orig, resp), assumed)
  return expected(best, [...unusual(best, asked, orig, resp), ...assumed])
}

function expected({ rule, pack }: RuleInForce, remarks: readonly Remark[]): Answer {
  return { ...OUT_OF_SCOPE, verdict: 'expected', rule: rule.id, pack, remarks }
}

function unexpected({ reason, nearest, differs }: Explained, remarks: readonly Remark[]): Answer {
  return { ...OUT_OF_SCOPE, verdict: 'unexpected', reason, nearestRule: nearest?.rule.id ?? null, differs, remarks }
}

/**
 * Where a rule allows anybody but names those who usually come, another listed role is worth a remark. An unlisted
 * address on the Internet side is not: nobody lists those.
 */
function unusual({ rule }: RuleInForce, asked: Question, orig: Party, resp: Party): readonly Remark[] {
  const remarks: Remark[] = []
  const { usualOriginators, usualResponders } = rule
  if (usualOriginators && !names(rule.originators, asked.origRoles) && (orig.placement || !resp.facesInternet)) {
    if (!admits(usualOriginators, asked.origRoles)) remarks.push('unusual-source')
  }
  if (usualResponders && !names(rule.responders, asked.respRoles) && (resp.placement || !orig.facesInternet)) {
    if (!admits(usualResponders, asked.respRoles)) remarks.push('unusual-destination')
  }
  return remarks
}
