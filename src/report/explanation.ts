import type { Certificate } from '../evidence/certificate.ts'
import { formatSpan } from '../inventory/ports.ts'
import { type LoggingOrMedia, loggingOrMedia } from '../judge/exposed.ts'
import { coversPort } from '../judge/party.ts'
import type { Difference } from '../judge/reason.ts'
import { type SmallestChange, smallestChange } from '../judge/smallest-change.ts'
import { withMovedPorts } from '../rules/moved-ports.ts'
import type { RuleInForce, RuleSet } from '../rules/pack.ts'
import type { JudgedBy } from '../store/judged-by.ts'
import type { Asked } from '../store/read-explained.ts'
import type { ConversationRow, JudgedRow } from '../store/read-rows.ts'
import { type ExplainedEnd, explainEnds } from './explained-end.ts'
import { hasPorts, portText } from './judged.ts'
import { conversationFilter, flowFilter } from './wireshark-filter.ts'

/** Why a flow or a conversation was judged as it was. */
export interface Explanation {
  readonly asked: Asked
  /** The flow where one was asked for, else the conversation. */
  readonly row: JudgedRow
  readonly orig: ExplainedEnd
  readonly resp: ExplainedEnd
  /** The rule that allows it; of an unexpected one the nearest. */
  readonly rule: RuleInForce | undefined
  readonly differences: readonly ExplainedDifference[]
  /** What an exposed port may be instead, where nothing was said on it. */
  readonly doubt: LoggingOrMedia | undefined
  readonly change: SmallestChange | undefined
  readonly judgedBy: JudgedBy
  readonly filter: string
}

/** A field in which an unexpected conversation differs from the nearest rule. */
export interface ExplainedDifference {
  readonly field: Difference
  readonly found: string
  readonly wanted: string
}

export function explanationOf(asked: Asked, judgedBy: JudgedBy): Explanation {
  const { conversation, flow } = asked
  const row = flow ?? conversation
  const origPort = flow !== undefined && hasPorts(flow.proto) ? flow.orig_port : null
  const [orig, resp] = explainEnds(judgedBy.inventory, row, origPort)
  const rules = withMovedPorts(judgedBy.rules, judgedBy.inventory.ports)
  const rule = ruleOf(conversation, rules)
  const isDoubtful = row.reason === 'exposed' && row.service === 'none'
  return {
    asked,
    row,
    orig,
    resp,
    rule,
    differences:
      rule === undefined
        ? []
        : conversation.differs.map((field) => differenceOf(field, conversation, rule, orig, resp)),
    doubt: isDoubtful ? loggingOrMedia(rules, row.resp_port, resp.roles) : undefined,
    change: changeFor(asked, judgedBy),
    judgedBy,
    filter: flow === undefined ? conversationFilter(conversation) : flowFilter(flow),
  }
}

/** With the ports that the deployment has, for which a rule can stand there several times. */
function ruleOf({ rule, nearest_rule, resp_port }: ConversationRow, { rules }: RuleSet): RuleInForce | undefined {
  const found = rules.filter((each) => each.rule.id === (rule ?? nearest_rule))
  return found.find((each) => coversPort(each.rule, resp_port)) ?? found[0]
}

function differenceOf(
  field: Difference,
  { proto, resp_port, service }: ConversationRow,
  { rule }: RuleInForce,
  orig: ExplainedEnd,
  resp: ExplainedEnd,
): ExplainedDifference {
  const originators = rule.originators.join(' or ')
  const responders = rule.responders.join(' or ')
  switch (field) {
    case 'direction':
      return { field, found: `${rolesText(orig)} to ${rolesText(resp)}`, wanted: `${originators} to ${responders}` }
    case 'originator':
      return { field, found: rolesText(orig), wanted: originators }
    case 'responder': {
      const beside = rule.sharedWith === undefined ? '' : ` on an address that is also ${rule.sharedWith.join(' or ')}`
      return { field, found: rolesText(resp), wanted: responders + beside }
    }
    case 'transport':
      return { field, found: proto, wanted: rule.transport }
    case 'port':
      return {
        field,
        found: portText(proto, resp_port),
        wanted: `${rule.transport} ${rule.ports.map(formatSpan).join(', ')}`,
      }
    case 'protocol':
      return { field, found: service, wanted: rule.protocol }
  }
}

function rolesText({ roles, entries }: ExplainedEnd): string {
  if (entries.length > 0) return roles.join(' and ')
  return roles.length === 0 ? 'not listed' : `not listed, counted as ${roles.join(' and ')}`
}

function changeFor({ conversation, facts }: Asked, { inventory, rules }: JudgedBy): SmallestChange | undefined {
  const { verdict, evidence, rule, pack, reason, nearest_rule, differs, remarks } = conversation
  const answer = { verdict, evidence, rule, pack, reason, nearestRule: nearest_rule, differs, remarks }
  return smallestChange(facts, answer, { inventory, rules }, (address) => hostNameOf(address, conversation))
}

/** What the traffic calls an address, where that is the full name of a host. */
function hostNameOf(address: string, row: ConversationRow): string | undefined {
  const label = address === row.orig_addr ? row.orig_label : row.resp_label
  return label !== null && /^[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})+$/i.test(label) && /[a-z]/i.test(label)
    ? label
    : undefined
}

/** The certificates that were presented, by whom. */
export function presented({ origCertificate, respCertificate }: Asked): readonly (readonly [string, Certificate])[] {
  return [['originator', origCertificate] as const, ['responder', respCertificate] as const].flatMap(
    ([end, certificate]) => (certificate === undefined ? [] : [[end, certificate] as const]),
  )
}
