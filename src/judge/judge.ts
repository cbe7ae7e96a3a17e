import type { Inventory } from '../inventory/inventory.ts'
import { compileDirectedBroadcast, compileLookup } from '../inventory/lookup.ts'
import type { Role } from '../inventory/roles.ts'
import type { RuleInForce, RuleSet } from '../rules/pack.ts'
import type { Conversation } from './conversation.ts'
import { type Allows, isCertain } from './direction.ts'
import { isGroupAddress } from './group-address.ts'
import { allows, bestRule, type Question } from './match.ts'
import { admits, names, type Placed, placeEnds } from './party.ts'
import { type Difference, type Explained, explain, type Reason } from './reason.ts'

export const VERDICTS = ['expected', 'unexpected', 'out-of-scope'] as const
export type Verdict = (typeof VERDICTS)[number]

/** Whether the bytes fit the protocol that the rule names. */
export const EVIDENCE = ['confirmed', 'consistent', 'contradicted', 'unknown'] as const
export type Evidence = (typeof EVIDENCE)[number]

/** Something worth saying that changes no verdict. */
export const REMARKS = ['unusual-source', 'unusual-destination', 'assumed-direction'] as const
export type Remark = (typeof REMARKS)[number]

export interface Judgement {
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
  readonly origName: string | null
  readonly respName: string | null
  readonly origRoles: readonly Role[]
  readonly respRoles: readonly Role[]
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
  const lookup = compileLookup(inventory)
  const isDirectedBroadcast = compileDirectedBroadcast(inventory)
  const answers = new Map<string, Answer>()

  function answer(asked: Question, orig: Placed, resp: Placed): Answer {
    const facing = `${orig.listed} ${orig.facesInternet} ${resp.listed} ${resp.facesInternet}`
    const key = `${asked.origRoles.join()} ${asked.respRoles.join()} ${asked.transport} ${asked.port} ${facing}`
    let known = answers.get(key)
    if (known === undefined) {
      known = answerOf(rules, asked, orig, resp)
      answers.set(key, known)
    }
    return known
  }

  return {
    judge(conversation) {
      const [orig, resp] = placeEnds(lookup, conversation.origAddress, conversation.respAddress)
      const ends = endsOf(orig, resp)
      const outOfScope = isOutOfScope(conversation, orig, resp) || isDirectedBroadcast(conversation.respAddress)
      if (outOfScope) return { ...OUT_OF_SCOPE, ...ends }
      const found = answer(questionOf(conversation, orig, resp), orig, resp)
      const remarks = isCertain(conversation.basis) ? found.remarks : [...found.remarks, ASSUMED]
      return { ...found.judgement, ...ends, remarks }
    },
    allows(pair, originator) {
      const [from, to] = originator === 'low' ? [pair.lowAddress, pair.highAddress] : [pair.highAddress, pair.lowAddress]
      const port = originator === 'low' ? pair.highPort : pair.lowPort
      const [orig, resp] = placeEnds(lookup, from, to)
      const asked = { origRoles: orig.roles, respRoles: resp.roles, transport: pair.transport, port }
      return isListed(orig, resp) && rules.rules.some((rule) => allows(rule, asked))
    },
  }
}

type Found = Omit<Judgement, 'remarks' | 'origName' | 'respName' | 'origRoles' | 'respRoles'>

interface Answer {
  readonly judgement: Found
  readonly remarks: readonly Remark[]
}

const ASSUMED: Remark = 'assumed-direction'

const OUT_OF_SCOPE: Omit<Judgement, 'origName' | 'respName' | 'origRoles' | 'respRoles'> = {
  verdict: 'out-of-scope',
  evidence: 'unknown',
  rule: null,
  pack: null,
  reason: null,
  nearestRule: null,
  differs: [],
  remarks: [],
}

function isListed(orig: Placed, resp: Placed): boolean {
  return orig.listed || resp.listed
}

function isOutOfScope(conversation: Conversation, orig: Placed, resp: Placed): boolean {
  return (
    !isListed(orig, resp) ||
    (conversation.transport !== 'tcp' && conversation.transport !== 'udp') ||
    conversation.broadcast === conversation.flows ||
    isGroupAddress(conversation.origAddress) ||
    isGroupAddress(conversation.respAddress)
  )
}

function questionOf(conversation: Conversation, orig: Placed, resp: Placed): Question {
  return {
    origRoles: orig.roles,
    respRoles: resp.roles,
    transport: conversation.transport,
    port: conversation.respPort,
  }
}

// `exposed` is asked here, before the rules, and `protocol-mismatch` of the rules that allow by role and port, once the
// bytes say what is spoken.
function answerOf(rules: RuleSet, asked: Question, orig: Placed, resp: Placed): Answer {
  const best = bestRule(rules, asked)
  if (best !== undefined) return { judgement: expected(best), remarks: unusual(best, asked, orig, resp) }
  return { judgement: unexpected(explain(rules, asked, orig, resp)), remarks: [] }
}

function expected({ rule, pack }: RuleInForce): Found {
  return {
    verdict: 'expected',
    evidence: 'unknown',
    rule: rule.id,
    pack,
    reason: null,
    nearestRule: null,
    differs: [],
  }
}

function unexpected({ reason, nearest, differs }: Explained): Found {
  return {
    verdict: 'unexpected',
    evidence: 'unknown',
    rule: null,
    pack: null,
    reason,
    nearestRule: nearest?.rule.id ?? null,
    differs,
  }
}

/**
 * Where a rule allows anybody but names those who usually come, another listed role is worth a remark. An unlisted
 * address on the Internet side is not: nobody lists those.
 */
function unusual({ rule }: RuleInForce, asked: Question, orig: Placed, resp: Placed): readonly Remark[] {
  const remarks: Remark[] = []
  const { usualOriginators, usualResponders } = rule
  if (usualOriginators && !names(rule.originators, asked.origRoles) && (orig.listed || !resp.facesInternet)) {
    if (!admits(usualOriginators, asked.origRoles)) remarks.push('unusual-source')
  }
  if (usualResponders && !names(rule.responders, asked.respRoles) && (resp.listed || !orig.facesInternet)) {
    if (!admits(usualResponders, asked.respRoles)) remarks.push('unusual-destination')
  }
  return remarks
}

function endsOf(
  orig: Placed,
  resp: Placed,
): Pick<Judgement, 'origName' | 'respName' | 'origRoles' | 'respRoles'> {
  return {
    origName: orig.name ?? null,
    respName: resp.name ?? null,
    origRoles: orig.listed ? orig.roles : [],
    respRoles: resp.listed ? resp.roles : [],
  }
}
