import type { Inventory } from '../inventory/inventory.ts'
import { compileDirectedBroadcast, compileLookup, type Placement } from '../inventory/lookup.ts'
import { withMovedPorts } from '../rules/moved-ports.ts'
import type { RuleInForce, RuleSet } from '../rules/pack.ts'
import type { Conversation } from './conversation.ts'
import type { Allows } from './direction.ts'
import type { Evidence } from './evidence.ts'
import { isExposed } from './exposed.ts'
import { hasFoldedEnd, isFolded } from './folded-address.ts'
import { isGroupAddress } from './group-address.ts'
import { allows, type BestRule, bestRule, type Question } from './match.ts'
import { transportNumber } from './numbered-words.ts'
import { admits, createPlaceEnds, names, type Party } from './party.ts'
import { type Difference, type Explained, explain, type Reason } from './reason.ts'
import { type Remark, remarksOf } from './remark.ts'
import type { Doubt } from './trust.ts'

export const VERDICTS = ['expected', 'unexpected', 'out-of-scope'] as const
export type Verdict = (typeof VERDICTS)[number]

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
  /** Of a capture with these doubts. */
  judge(conversation: Conversation, doubts: readonly Doubt[]): Judgement
  /** What kind of end an address is: ends of one kind are judged alike in conversations that are alike else. */
  kindOf(address: string): number
  /** Whether some rule allows a flow, were this its direction. */
  readonly allows: Allows
}

/**
 * Makes a judge of an inventory and a rule set. Its answers depend on nothing else, so that what was stored can be
 * judged again without the captures.
 */
export function createJudge(inventory: Inventory, documented: RuleSet): Judge {
  const rules = withMovedPorts(documented, inventory.ports)
  const lookup = compileLookup(inventory)
  const placeEnds = createPlaceEnds(lookup)
  const isDirectedBroadcast = compileDirectedBroadcast(inventory)
  // Most conversations ask what another one has asked before: the same two places, transport and port.
  const known = new Map<Party, Map<Party, Map<string, Judgement>>>()
  const allowed = new Map<Party, Map<Party, Map<number, boolean>>>()
  const placementNumbers = new Map<Placement | undefined, number>()

  function judgement(conversation: Conversation, doubts: readonly Doubt[], orig: Party, resp: Party): Judgement {
    const { transport, respPort, service } = conversation
    const remarks = remarksOf(conversation, doubts, orig.placement, resp.placement)
    const ofPair = mapIn(mapIn(known, orig), resp)
    const exposed = isExposed(conversation, resp, inventory.ports)
    const key = `${transport} ${respPort} ${service} ${remarks.join()} ${exposed}`
    let found = ofPair.get(key)
    if (found === undefined) {
      const asked = { origRoles: orig.roles, respRoles: resp.roles, transport, port: respPort, service }
      const answer = answerOf(rules, asked, orig, resp, remarks, exposed)
      found = { answer, orig: orig.placement, resp: resp.placement }
      ofPair.set(key, found)
    }
    return found
  }

  return {
    judge(conversation, doubts) {
      const { origAddress, respAddress } = conversation
      const [orig, resp] = placeEnds(origAddress, respAddress)
      const isBroadcast = isDirectedBroadcast(origAddress) || isDirectedBroadcast(respAddress)
      if (isBroadcast || isOutOfScope(conversation, orig, resp))
        return { answer: outOfScope(conversation), orig: orig.placement, resp: resp.placement }
      return judgement(conversation, doubts, orig, resp)
    },
    kindOf(address) {
      const placement = lookup(address)
      const number = placementNumbers.get(placement) ?? placementNumbers.size
      placementNumbers.set(placement, number)
      const signs = [isFolded(address), isGroupAddress(address), isDirectedBroadcast(address)]
      return signs.reduce((kind, sign) => 2 * kind + Number(sign), number)
    },
    allows(pair, originator) {
      const [from, to] =
        originator === 'low' ? [pair.lowAddress, pair.highAddress] : [pair.highAddress, pair.lowAddress]
      const port = originator === 'low' ? pair.highPort : pair.lowPort
      const [orig, resp] = placeEnds(from, to)
      if (!isListed(orig, resp)) return false
      const ofPair = mapIn(mapIn(allowed, orig), resp)
      const key = port * 256 + transportNumber(pair.transport)
      let found = ofPair.get(key)
      if (found === undefined) {
        const asked = { origRoles: orig.roles, respRoles: resp.roles, transport: pair.transport, port }
        found = rules.rules.some((rule) => allows(rule, asked))
        ofPair.set(key, found)
      }
      return found
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

const OUT_OF_SCOPE_FOLDED: Answer = { ...OUT_OF_SCOPE, remarks: ['folded'] }

function outOfScope(conversation: Conversation): Answer {
  return hasFoldedEnd(conversation) ? OUT_OF_SCOPE_FOLDED : OUT_OF_SCOPE
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

function answerOf(
  rules: RuleSet,
  asked: Question,
  orig: Party,
  resp: Party,
  remarks: readonly Remark[],
  exposed: boolean,
): Answer {
  const found = bestRule(rules, asked)
  if (exposed) {
    const { nearest, differs } = found ? { nearest: found.best, differs: [] } : explain(rules, asked, orig, resp)
    return unexpected({ reason: 'exposed', nearest, differs }, found?.evidence ?? 'unknown', remarks)
  }
  if (found === undefined) return unexpected(explain(rules, asked, orig, resp), 'unknown', remarks)
  const { best, evidence } = found
  if (evidence === 'contradicted') {
    return unexpected({ reason: 'protocol-mismatch', nearest: best, differs: ['protocol'] }, evidence, remarks)
  }
  return expected(found, [...unusual(best, asked, orig, resp), ...remarks])
}

function expected({ best: { rule, pack }, evidence }: BestRule, remarks: readonly Remark[]): Answer {
  return { ...OUT_OF_SCOPE, verdict: 'expected', evidence, rule: rule.id, pack, remarks }
}

function unexpected({ reason, nearest, differs }: Explained, evidence: Evidence, remarks: readonly Remark[]): Answer {
  const nearestRule = nearest?.rule.id ?? null
  return { ...OUT_OF_SCOPE, verdict: 'unexpected', evidence, reason, nearestRule, differs, remarks }
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
