import { alertMeaning } from '../evidence/tls-alert.ts'
import { formatSpan } from '../inventory/ports.ts'
import type { RuleInForce } from '../rules/pack.ts'
import { PAGES } from '../rules/pages.ts'
import { CONVERSATION_FIELDS } from './conversations.ts'
import { pasteText, placeholdersOf } from './explained-change.ts'
import { endDocument } from './explained-end.ts'
import { DIRECTION_TEXTS, evidenceText, outcomeTexts, remarkText } from './explained-words.ts'
import { type Explanation, presented } from './explanation.ts'
import { flowColumns } from './flows.ts'
import { jsonFields } from './json.ts'
import type { Output } from './output.ts'
import { proofSentence } from './proof-sentence.ts'

/** An explanation for programs: the row as its list has it, and what the text says besides. */
export function explanationDocument(explanation: Explanation, out: Output): object {
  const { asked, row, orig, resp, rule, differences, change, judgedBy, filter } = explanation
  const { flow, conversation, files, keptFlows } = asked
  return {
    id: row.id,
    kind: flow === undefined ? 'conversation' : 'flow',
    flow: flow === undefined ? null : jsonFields(flowColumns('json', out), flow),
    conversation: jsonFields(CONVERSATION_FIELDS, conversation),
    kept_flows: keptFlows,
    files,
    originator: endDocument(orig),
    responder: endDocument(resp),
    direction: { basis: row.direction_basis, says: DIRECTION_TEXTS[row.direction_basis] },
    outcome: outcomeTexts(conversation, flow),
    alert: row.alert === null ? null : alertMeaning(row.alert),
    evidence: { evidence: row.evidence, says: evidenceText(row, rule?.rule), seen: proofSentence(row) },
    certificates: presented(asked).map(([end, certificate]) => ({
      presented_by: end,
      names: certificate.names,
      subject: certificate.subject,
      issuer: certificate.issuer,
      not_before: dateText(certificate.notBefore),
      not_after: dateText(certificate.notAfter),
      sha256: certificate.fingerprint,
    })),
    remarks: row.remarks.map((remark) => ({ remark, says: remarkText(remark, rule?.rule, row) })),
    rule: row.verdict === 'unexpected' || rule === undefined ? null : ruleDocument(rule),
    nearest_rule: row.verdict === 'unexpected' && rule !== undefined ? ruleDocument(rule) : null,
    differs: differences,
    smallest_change:
      change === undefined
        ? null
        : {
            kind: change.kind,
            text: pasteText(change, judgedBy.inventoryFile),
            to_replace: placeholdersOf(change),
            allowed_by: change.kind === 'rule' ? change.rule.id : change.allowedBy,
          },
    wireshark_filter: filter,
  }
}

function dateText(ms: number | undefined): string | null {
  return ms === undefined ? null : new Date(ms).toISOString()
}

function ruleDocument({ rule, pack, references, withdrawn, documentedPorts, overridden }: RuleInForce): object {
  return {
    id: rule.id,
    pack,
    originators: rule.originators,
    usual_originators: rule.usualOriginators ?? [],
    responders: rule.responders,
    usual_responders: rule.usualResponders ?? [],
    shared_with: rule.sharedWith ?? [],
    transport: rule.transport,
    ports: rule.ports.map(formatSpan),
    documented_ports: (documentedPorts ?? rule.ports).map(formatSpan),
    protocol: rule.protocol,
    purpose: rule.purpose,
    withdrawn,
    changed_by: overridden?.by ?? null,
    references: references.map(({ page, kind, where, says, withdraws }) => ({
      page,
      title: PAGES[page]?.title ?? null,
      date: PAGES[page]?.date ?? null,
      library: PAGES[page]?.library ?? null,
      kind,
      where,
      says: says ?? null,
      withdraws: withdraws === true,
    })),
  }
}
