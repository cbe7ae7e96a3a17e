import { alertMeaning } from '../evidence/tls-alert.ts'
import type { DirectionBasis } from '../judge/direction.ts'
import type { Evidence } from '../judge/evidence.ts'
import type { LoggingOrMedia } from '../judge/exposed.ts'
import type { Health } from '../judge/health.ts'
import type { Outcome } from '../judge/outcome.ts'
import type { Reason } from '../judge/reason.ts'
import type { Remark } from '../judge/remark.ts'
import type { Rule } from '../rules/rule.ts'
import type { ConversationRow, FlowRow, JudgedRow } from '../store/read-rows.ts'
import { formatCounted, formatDuration } from './format.ts'
import { OUTCOME_FIELDS } from './judged.ts'

// What the words of a row mean, each in a sentence for people who have not read the documentation of this program.

export const DIRECTION_TEXTS: Readonly<Record<DirectionBasis, string>> = {
  handshake: 'certain: the packets that opened the connection are in the capture',
  content: 'certain: what the two ends say shows who asked and who answered',
  listener:
    'certain: the opening is not in the capture, but other flows show that the responder accepts connections on this port',
  rules: 'assumed: the packets do not show who opened it; a rule allows this direction, and none the other',
  'port-order':
    'assumed: neither packets nor rules show who opened it; the lower port is taken for the one that was called',
  'first-packet':
    'assumed: neither packets nor rules nor ports show who opened it; whoever sent the first packet is taken for the originator',
}

const REASON_TEXTS: Readonly<Record<Reason, string>> = {
  exposed: 'an address that faces the Internet accepted a connection on a port that is not for the Internet',
  'protocol-mismatch': 'rules allow it by roles and port, and the bytes are of another protocol than any of them names',
  'unknown-source': 'the inventory does not list the originator',
  'unknown-destination': 'the inventory does not list the responder',
  'wrong-direction': 'a rule names these two roles and this port the other way round',
  'wrong-source': 'a rule names this responder and this port, and other originators',
  'wrong-destination': 'a rule names this originator and this port, and other responders',
  'wrong-port': 'rules name these two roles together, but none this port',
  'no-rule': 'both ends are listed, and no rule joins them',
}

const HEALTH_TEXTS: Readonly<Record<Health, string>> = {
  working: 'it works',
  flaky: 'flaky: some of its flows failed and some did not',
  broken: 'broken: it failed, and no flow of it succeeded',
  unclear: 'whether it works cannot be seen',
}

/** Where nothing was said on an exposed port, what it may be. */
function doubtText({ logging, media }: LoggingOrMedia): string {
  const ids = (rules: LoggingOrMedia['media']) => rules.map(({ rule }) => rule.id).join(', ')
  return `; without payload it may be the Centralized Logging agent (${ids(logging)}) or media (${ids(media)})`
}

/** `scope` is why it is not judged, where it is not. */
export function verdictText({ verdict, reason, health }: JudgedRow, scope: string, doubt?: LoggingOrMedia): string {
  if (reason !== null) return `unexpected, ${reason}: ${REASON_TEXTS[reason]}${doubt ? doubtText(doubt) : ''}`
  if (verdict === 'out-of-scope') return `out-of-scope: ${scope}`
  return health === null ? verdict : `expected; ${HEALTH_TEXTS[health]}`
}

/** Whether the bytes fit the protocol of the rule that was asked about. */
export function evidenceText({ evidence, service, verdict }: JudgedRow, rule: Rule | undefined): string {
  if (verdict === 'out-of-scope') return 'not asked: it is out of scope'
  if (rule === undefined) return EVIDENCE_TEXTS.unknown('any')
  if (verdict === 'unexpected' && evidence === 'unknown') return 'not asked: no rule allows it by roles and port'
  if (service === 'none') return 'unknown: no payload tells what was spoken'
  return `${evidence}: ${EVIDENCE_TEXTS[evidence](rule.protocol)}`
}

const EVIDENCE_TEXTS: Readonly<Record<Evidence, (protocol: string) => string>> = {
  confirmed: (protocol) => `the bytes are those of ${protocol}`,
  consistent: (protocol) => `the bytes fit ${protocol}, and do not prove it`,
  unknown: (protocol) => `nothing in the bytes tells whether this is ${protocol}`,
  contradicted: (protocol) => `the bytes are not those of ${protocol}`,
}

/** How a flow ended, or how many flows of a conversation ended how, each with what it means. */
export function outcomeTexts(conversation: ConversationRow, flow: FlowRow | undefined): readonly string[] {
  if (flow !== undefined) {
    const text = flow.outcome === 'unanswered' ? silenceText(flow) : OUTCOME_TEXTS[flow.outcome](flow)
    return [`${flow.outcome}: ${text} (conn state ${flow.conn_state}, history ${flow.history})`]
  }
  return OUTCOME_FIELDS.filter((name) => conversation[name] > 0).map((name) => {
    const outcome = name.replace('_', '-') as Outcome
    const flows = formatCounted(conversation[name], 'flow', 'flows')
    return `${flows} ${outcome}: ${OUTCOME_TEXTS[outcome](conversation)}`
  })
}

const OUTCOME_TEXTS: Readonly<Record<Outcome, (row: JudgedRow) => string>> = {
  established: ({ proto }) => (proto === 'tcp' ? 'the connection was accepted' : 'both ends spoke'),
  'handshake-failed': ({ alert }) =>
    alert === null ? 'TLS ended in an alert' : `TLS ended in the alert "${alertMeaning(alert)}"`,
  refused: ({ proto, icmp_error, icmp_sender }) =>
    icmp_error === 'port-unreachable'
      ? `${icmp_sender} says that nobody listens on the port`
      : proto === 'tcp'
        ? 'the responder answered with a reset: nobody listens on the port, or a firewall says so'
        : 'nobody listens on the port',
  unanswered: () => 'the originator tried, and nothing came back',
  prohibited: ({ icmp_sender }) =>
    icmp_sender === null ? 'a filter on the way prohibits it' : `${icmp_sender} says that a filter prohibits it`,
  'one-sided': () => 'only one of the two ends is in the capture',
  midstream: () => 'it had been opened before the capture began',
}

/** What the originator tried in vain. Repeats of a SYN are one attempt. */
function silenceText({ proto, orig_packets, start, end }: FlowRow): string {
  const sent =
    proto === 'tcp' ? formatCounted(orig_packets, 'SYN', 'SYNs') : formatCounted(orig_packets, 'packet', 'packets')
  const time = orig_packets > 1 ? ` in ${formatDuration(Number(end - start) / 1e9)}` : ''
  return `one attempt of ${sent}${time}, and nothing came back`
}

/** `names` are those of both ends in the inventory. */
export function remarkText(remark: Remark, rule: Rule | undefined, row: JudgedRow): string {
  const usual = (roles: readonly string[] | undefined) =>
    roles === undefined ? '' : `: the page names ${roles.join(', ')}`
  switch (remark) {
    case 'unusual-source':
      return `the rule allows anybody, and this is not who usually comes${usual(rule?.usualOriginators)}`
    case 'unusual-destination':
      return `the rule allows anybody, and this is not who is usually called${usual(rule?.usualResponders)}`
    case 'name-differs':
      return `a certificate names another machine than the inventory does${presentedNames(row)}`
    case 'certificate-expired':
      return 'a certificate was presented outside of the time for which it is valid'
    case 'ssl-3.0':
      return 'SSL 3.0 was agreed on, which is broken'
    case 'doubtful-outcome':
      return 'it looks refused or unanswered, in a capture that may have missed the answers'
    case 'assumed-direction':
      return 'who opened it is assumed, and so is the verdict'
    case 'folded':
      return 'attempts of a flood, added up by the network of their originators'
  }
}

function presentedNames({ orig_certificate, resp_certificate, orig_name, resp_name }: JudgedRow): string {
  const parts = [
    ...nameParts('originator', orig_name, orig_certificate),
    ...nameParts('responder', resp_name, resp_certificate),
  ]
  return parts.length === 0 ? '' : ` (${parts.join('; ')})`
}

function nameParts(end: string, name: string | null, certificate: readonly string[]): readonly string[] {
  const [first] = certificate
  return first === undefined || name === null ? [] : [`the ${end}, ${name}, presents ${first}`]
}
