import type { Certificate } from '../evidence/certificate.ts'
import { formatSpan } from '../inventory/ports.ts'
import type { RuleInForce } from '../rules/pack.ts'
import { PAGES } from '../rules/pages.ts'
import type { Reference } from '../rules/reference.ts'
import type { PortRange } from '../rules/rule.ts'
import type { FlowRow } from '../store/read-rows.ts'
import { type Fact, writeFacts, writeHeading, writeSentence } from './blocks.ts'
import { changeText, pasteText } from './explained-change.ts'
import { endTexts } from './explained-end.ts'
import { DIRECTION_TEXTS, evidenceText, outcomeTexts, remarkText, verdictText } from './explained-words.ts'
import { type Explanation, presented } from './explanation.ts'
import { formatBytes, formatCount, formatCounted, formatDuration, formatTimeLocal } from './format.ts'
import { purposeOf } from './language.ts'
import { lineLimit, type Output } from './output.ts'
import { proofSentence } from './proof-sentence.ts'
import { escapeText } from './terminal.ts'

/** Longer lines are hard to read; a narrower terminal gets shorter ones. */
const TEXT_COLUMNS = 80

/** Writes an explanation as text. What is to be pasted stays on its own line, however long it is. */
export function writeExplanation(output: Output, explanation: Explanation): void {
  const out: Output = { ...output, columns: Math.min(lineLimit(output), TEXT_COLUMNS) }
  const { asked, row, rule, filter } = explanation
  writeHeading(out, `${row.id}: a ${asked.flow === undefined ? 'conversation' : 'flow'} of ${row.capture}`)
  out.write('\n')
  writeFacts(out, facts(explanation))
  if (rule !== undefined) writeRule(out, explanation, rule)
  if (row.verdict === 'unexpected') writeChange(out, explanation)
  out.write('\n')
  writeHeading(out, 'In Wireshark')
  out.write(`${escapeText(filter)}\n`)
  if (row.icmp_error !== null) writeSentence(out, 'Without !icmp and !icmpv6, the ICMP error about it as well.')
}

function facts(explanation: Explanation): readonly Fact[] {
  const { asked, row, orig, resp, rule } = explanation
  const proof = proofSentence(row)
  const remarks = row.remarks.map((remark) => `${remark}: ${remarkText(remark, rule?.rule, row)}`)
  return [
    { label: 'verdict', value: verdictText(row, scopeText(explanation), explanation.doubt), tone: toneOf(explanation) },
    { label: 'originator', value: endTexts(orig, row.proto) },
    { label: 'responder', value: endTexts(resp, row.proto) },
    { label: 'direction', value: `${row.direction_basis}, ${DIRECTION_TEXTS[row.direction_basis]}` },
    { label: 'outcome', value: outcomeTexts(asked.conversation, asked.flow) },
    { label: 'traffic', value: trafficTexts(explanation) },
    { label: 'evidence', value: [evidenceText(row, rule?.rule), ...(proof === '' ? [] : [`seen: ${proof}`])] },
    ...presented(asked).map(([end, certificate]) => ({
      label: 'certificate',
      value: certificateTexts(end, certificate),
    })),
    ...(remarks.length === 0 ? [] : [{ label: 'remarks', value: remarks }]),
    ...(asked.flow === undefined ? keptFlowFacts(explanation) : flowFacts(asked.flow)),
  ]
}

function flowFacts({ process_id, conversation }: FlowRow): readonly Fact[] {
  return [
    ...(process_id === null ? [] : [{ label: 'process', value: processText(process_id) }]),
    { label: 'conversation', value: conversation },
  ]
}

/** Windows notes what it was running as a packet passed, which it often handles for another process. */
function processText(id: number): string {
  return `Windows was running process ${id} as its first packet passed, which is often not the one that owns the connection`
}

function toneOf({ row }: Explanation): Fact['tone'] {
  if (row.verdict === 'unexpected') return 'finding'
  return row.health === 'broken' ? 'broken' : undefined
}

/** Why it is not judged. */
function scopeText({ orig, resp, asked, row }: Explanation): string {
  if (orig.entries.length === 0 && resp.entries.length === 0) return 'the inventory lists neither end'
  if (row.proto !== 'tcp' && row.proto !== 'udp') return `${row.proto} has no ports, and no rule is about it`
  const isBroadcast = asked.facts.broadcast === asked.facts.flows
  return isBroadcast ? 'it was broadcast on its link' : 'it goes to a group or broadcast address'
}

function trafficTexts({ asked: { conversation, flow, files }, row }: Explanation): readonly string[] {
  const [first, last] = flow === undefined ? [conversation.first, conversation.last] : [flow.start, flow.end]
  const sent = (packets: number, bytes: number) =>
    `${formatCounted(packets, 'packet', 'packets')} with ${formatBytes(bytes)} of payload`
  const copies = row.orig_copies + row.resp_copies
  return [
    `${formatTimeLocal(first)}, for ${formatDuration(Number(last - first) / 1e9)}`,
    `${sent(row.orig_packets, row.orig_bytes)} there, ${sent(row.resp_packets, row.resp_bytes)} back`,
    ...(copies === 0 ? [] : [`${formatCounted(copies, 'copy', 'copies')} of packets besides`]),
    `in ${files.join(', ')}`,
  ]
}

function certificateTexts(
  end: string,
  { names, subject, issuer, notBefore, notAfter }: Certificate,
): readonly string[] {
  return [
    `of the ${end}: ${names.length === 0 ? subject : names.join(', ')}`,
    `issued by ${issuer}`,
    `valid from ${dayText(notBefore)} to ${dayText(notAfter)}`,
  ]
}

function dayText(ms: number | undefined): string {
  return ms === undefined ? 'an unreadable date' : new Date(ms).toISOString().slice(0, 10)
}

function keptFlowFacts({ asked: { keptFlows, keptFlowCount, conversation } }: Explanation): readonly Fact[] {
  if (keptFlowCount === 0) return []
  const more = keptFlowCount > keptFlows.length ? ` and ${formatCount(keptFlowCount - keptFlows.length)} more` : ''
  const kept =
    keptFlowCount < conversation.flows
      ? ` (${formatCount(keptFlowCount)} of ${formatCount(conversation.flows)} kept)`
      : ''
  return [{ label: 'flows', value: `${keptFlows.join(', ')}${more}${kept}` }]
}

function writeRule(out: Output, { row, differences }: Explanation, inForce: RuleInForce): void {
  const { rule, pack, references, withdrawn } = inForce
  out.write('\n')
  writeHeading(out, row.verdict === 'unexpected' ? 'The nearest rule' : 'The rule that allows it')
  writeFacts(out, [
    { label: 'id', value: `${rule.id} of ${pack}${withdrawn ? ' (withdrawn)' : ''}` },
    { label: 'purpose', value: purposeOf(rule, out.language ?? 'en') },
    { label: 'from', value: partiesText(rule.originators, rule.usualOriginators) },
    { label: 'to', value: partiesText(rule.responders, rule.usualResponders) },
    { label: 'port', value: portTexts(inForce) },
    ...differenceFacts(differences),
    ...sourcesOf(references).map(sourceFact),
  ])
}

function portTexts({ rule, documentedPorts, overridden }: RuleInForce): readonly string[] {
  const { transport, ports, protocol } = rule
  return [
    `${transport} ${spansText(ports)}, to speak ${protocol}`,
    ...(documentedPorts === undefined
      ? []
      : [`moved, says the inventory; documented is ${spansText(documentedPorts)}`]),
    ...(overridden === undefined ? [] : [`changed by ${overridden.by}`]),
  ]
}

function spansText(spans: readonly PortRange[]): string {
  return spans.map(formatSpan).join(', ')
}

function differenceFacts(differences: Explanation['differences']): readonly Fact[] {
  const value = differences.map(({ field, found, wanted }) => `${field}: ${found}; the rule has ${wanted}`)
  return value.length === 0 ? [] : [{ label: 'differs in', value }]
}

function partiesText(parties: readonly string[], usual: readonly string[] | undefined): string {
  return parties.join(', ') + (usual === undefined ? '' : ` (usually ${usual.join(', ')})`)
}

/** References of one kind that say the same, on several pages. */
type Source = readonly [Reference, ...Reference[]]

function sourcesOf(references: readonly Reference[]): readonly Source[] {
  const sources = new Map<string, [Reference, ...Reference[]]>()
  for (const reference of references) {
    const same = `${reference.kind}\n${reference.withdraws}\n${reference.says}`
    const source = sources.get(same)
    if (source === undefined) sources.set(same, [reference])
    else source.push(reference)
  }
  return [...sources.values()]
}

/** The row or sentence, the page with its date and its number in the library, and what they say. */
function sourceFact(source: Source): Fact {
  const [{ kind, says, withdraws }] = source
  const places = source.map(({ page, where }) => {
    const known = PAGES[page]
    const dated = [known?.title ?? page, known?.date, known?.library].filter((part) => part !== undefined).join(', ')
    return `${where}: ${dated}`
  })
  const effect = withdraws === true ? ['withdraws the rule'] : []
  return { label: kind, value: [...places, ...effect, ...(says === undefined ? [] : [`"${says}"`])] }
}

function writeChange(out: Output, explanation: Explanation): void {
  out.write('\n')
  writeHeading(out, 'The smallest change that accepts it')
  writeSentence(out, changeText(explanation))
  const { change, judgedBy } = explanation
  if (change === undefined) return
  const lines = pasteText(change, judgedBy.inventoryFile).split('\n')
  out.write(`\n${lines.map((line) => `${escapeText(line)}\n`).join('')}`)
}
