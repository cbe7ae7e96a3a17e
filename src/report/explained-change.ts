import { newInventory } from '../inventory/import/write-inventory.ts'
import { formatSpan } from '../inventory/ports.ts'
import type { NewLine, SmallestChange } from '../judge/smallest-change.ts'
import type { Rule } from '../rules/rule.ts'
import type { JudgedRow } from '../store/read-rows.ts'
import type { Explanation } from './explanation.ts'

/** The text of a change as it is pasted: a line below `endpoints:`, a row of a CSV, or a file of one rule. */
export function pasteText(change: SmallestChange, inventoryFile: string | undefined): string {
  if (change.kind === 'rule') return ruleFile(change.rule)
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

/** A pack of one rule. */
function ruleFile({ id, originators, responders, transport, ports, protocol, purpose, references }: Rule): string {
  const lines = [
    `id: ${id}`,
    `originators: ${originators.join()}`,
    `responders: ${responders.join()}`,
    `transport: ${transport}`,
    `ports: ${ports.map(formatSpan).join()}`,
    `protocol: ${protocol}`,
    `purpose: ${purpose}`,
    `source: ${references.map(({ where }) => where).join()}`,
  ]
  return `rules:\n${lines.map((line, index) => `  ${index === 0 ? '-' : ' '} ${line}`).join('\n')}`
}

/** What the change is, and where its text goes. */
export function changeText(explanation: Explanation): string {
  const { change, row, judgedBy } = explanation
  if (change === undefined) return nothingText(row)
  if (change.kind === 'rule') return ruleText(change.rule, explanation)
  const { line, allowedBy } = change
  const role = `${line.address} ${line.roles.length > 1 ? 'also has' : 'has'} the role ${line.roles.at(-1)}`
  return `If ${role}, this line in ${judgedBy.inventoryFile ?? 'the inventory'}; ${allowedBy} then allows it.`
}

function ruleText({ originators, responders, transport, ports }: Rule, explanation: Explanation): string {
  const allowed = `${originators.join()} to ${responders.join()} on ${transport} ${ports.map(formatSpan).join()}`
  const options = [...explanation.judgedBy.rules.names, '<file>.yaml'].map((name) => `-r ${name}`).join(' ')
  const sentences = [
    `If it is meant to be, a rule of your own for ${allowed}, in a file that is named with ${options}.`,
    ...(isGuess(explanation) ? ['What is spoken there is not known: put its protocol in.'] : []),
    ...([...originators, ...responders].includes('any')
      ? ['Once the address has a role in the inventory, the rule can name that in the place of any.']
      : []),
  ]
  return sentences.join(' ')
}

/** Neither the bytes nor the nearest rule say which protocol a rule would have to name. */
function isGuess({ row: { service }, differences }: Explanation): boolean {
  if (service !== 'none') return service === 'unidentified'
  return differences.some(({ field }) => field === 'port' || field === 'transport')
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
