import { newInventory } from '../inventory/import/write-inventory.ts'
import { formatSpan } from '../inventory/ports.ts'
import type { NewLine, OpenField, SmallestChange } from '../judge/smallest-change.ts'
import type { JudgedRow } from '../store/read-rows.ts'
import type { Explanation } from './explanation.ts'

type RuleChange = Extract<SmallestChange, { readonly kind: 'rule' }>

/** What stands in a rule for what nobody can tell; no pack with it is accepted. */
const PLACEHOLDERS: Readonly<Record<OpenField, string>> = {
  originators: '<role>',
  responders: '<role>',
  protocol: '<protocol>',
}

/** The text of a change as it is pasted: a line below `endpoints:`, a row of a CSV, or a file of one rule. */
export function pasteText(change: SmallestChange, inventoryFile: string | undefined): string {
  if (change.kind === 'rule') return ruleFile(change)
  return /\.csv$/i.test(inventoryFile ?? '') ? csvLine(change.line) : yamlLine(change.line)
}

function yamlLine({ name, address, roles }: NewLine): string {
  const entries = [{ name, addresses: [address], roles }]
  const whole = newInventory({ entries, filled: new Map(), ports: [] }, undefined) ?? ''
  return whole.split('\n')[1] ?? ''
}

function csvLine({ name, address, roles }: NewLine): string {
  return [name, address, roles.join(' ')].map((cell) => (/[",]/.test(cell) ? JSON.stringify(cell) : cell)).join(',')
}

/** What has to be replaced in that text before it can be used. */
export function placeholdersOf(change: SmallestChange): readonly string[] {
  return change.kind === 'rule' ? change.open.map((field) => PLACEHOLDERS[field]) : []
}

function fieldText({ rule, open }: RuleChange, field: OpenField): string {
  if (open.includes(field)) return PLACEHOLDERS[field]
  return field === 'protocol' ? rule.protocol : rule[field].join()
}

/** A pack of one rule. */
function ruleFile(change: RuleChange): string {
  const { id, transport, ports, purpose, references } = change.rule
  const lines = [
    `id: ${id}`,
    `originators: ${fieldText(change, 'originators')}`,
    `responders: ${fieldText(change, 'responders')}`,
    `transport: ${transport}`,
    `ports: ${ports.map(formatSpan).join()}`,
    `protocol: ${fieldText(change, 'protocol')}`,
    `purpose: ${purpose}`,
    `source: ${references.map(({ where }) => where).join()}`,
  ]
  return `rules:\n${lines.map((line, index) => `  ${index === 0 ? '-' : ' '} ${line}`).join('\n')}`
}

/** What the change is, and where its text goes. */
export function changeText(explanation: Explanation): string {
  const { change, row, judgedBy } = explanation
  if (change === undefined) return nothingText(row)
  if (change.kind === 'rule') return ruleText(change, explanation)
  const { line, allowedBy } = change
  const role = `${line.address} ${line.roles.length > 1 ? 'also has' : 'has'} the role ${line.roles.at(-1)}`
  return `If ${role}, this line in ${judgedBy.inventoryFile ?? 'the inventory'}; ${allowedBy} then allows it.`
}

function ruleText(change: RuleChange, { row, judgedBy }: Explanation): string {
  const { transport, ports } = change.rule
  const ends = `${fieldText(change, 'originators')} to ${fieldText(change, 'responders')}`
  const allowed = `${ends} on ${transport} ${ports.map(formatSpan).join()}`
  const options = [...judgedBy.rules.names, '<file>.yaml'].map((name) => `-r ${name}`).join(' ')
  const unlisted = unlistedEnd(change, row)
  const inventory = judgedBy.inventoryFile ?? 'the inventory'
  const sentences = [
    ...(unlisted === undefined ? [] : [`First list ${unlisted} in ${inventory}, with its role.`]),
    `If it is meant to be, a rule of your own for ${allowed}, in a file that is named with ${options}.`,
    ...(change.open.length === 0 ? [] : [replaceText(change)]),
  ]
  return sentences.join(' ')
}

/** The address that has no role yet which the rule could name. */
function unlistedEnd({ open }: RuleChange, { orig_addr, resp_addr }: JudgedRow): string | undefined {
  if (open.includes('originators')) return orig_addr
  return open.includes('responders') ? resp_addr : undefined
}

const REPLACEMENTS: Readonly<Record<OpenField, string>> = {
  originators: 'that role',
  responders: 'that role',
  protocol: 'what is spoken there, which the capture does not tell',
}

function replaceText({ open }: RuleChange): string {
  const parts = open.map((field) => `${PLACEHOLDERS[field]} by ${REPLACEMENTS[field]}`)
  const stands = open.length > 1 ? 'they stand' : 'it stands'
  const check = `as long as ${stands} there, 'portolan rules check <file>.yaml' lists the words to choose from`
  return `Replace ${parts.join(', and ')}: ${check}.`
}

function nothingText({ reason }: JudgedRow): string {
  if (reason === 'exposed') {
    const moved = "Where the topology has put a service of this role on it, 'portolan inventory import' of it says so."
    return `None is offered: an address that faces the Internet should not answer on this port. Close it there. ${moved}`
  }
  if (reason === 'protocol-mismatch') {
    return 'No line and no rule accepts it: no protocol that a rule can name begins like these bytes.'
  }
  return 'No single line and no single rule accepts it.'
}
