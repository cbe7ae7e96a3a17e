import { stringify } from 'yaml'
import { newInventory } from '../inventory/import/write-inventory.ts'
import type { NewLine, SmallestChange } from '../judge/smallest-change.ts'
import type { Rule } from '../rules/rule.ts'
import type { JudgedRow } from '../store/read-rows.ts'

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
export function ruleFile({
  id,
  originators,
  responders,
  transport,
  ports,
  protocol,
  purpose,
  references,
}: Rule): string {
  const numbers = ports.map(({ first, last }) => (first === last ? first : `${first}-${last}`))
  const rule = { id, originators, responders, transport, ports: numbers, protocol, purpose, references }
  return stringify({ rules: [rule] }, { lineWidth: 0, collectionStyle: 'any' }).trimEnd()
}

/** What the change is, and where its text goes. */
export function changeText(
  change: SmallestChange | undefined,
  row: JudgedRow,
  inventoryFile: string | undefined,
  names: readonly string[],
): string {
  if (change === undefined) return nothingText(row)
  if (change.kind === 'rule') {
    const { originators, responders, transport, ports } = change.rule
    const allowed = `${originators.join()} to ${responders.join()} on ${transport} ${ports[0]?.first}`
    const options = [...names, '<the file>'].map((name) => `-r ${name}`).join(' ')
    return `If this is meant to be, a rule of your own that allows ${allowed}, in a YAML file named with ${options}:`
  }
  const { line, allowedBy } = change
  const file = inventoryFile ?? 'the inventory'
  const isListed = line.roles.length > 1
  const what = isListed
    ? `If ${line.address} is a ${line.roles.at(-1)} too`
    : `If ${line.address} is a ${line.roles[0]}`
  return `${what}, this line in ${file}; ${allowedBy} then allows it:`
}

function nothingText({ reason }: JudgedRow): string {
  if (reason === 'exposed') {
    return 'No line and no rule accepts it: an address that faces the Internet should not answer on this port. Close it there.'
  }
  if (reason === 'protocol-mismatch') {
    return 'No line and no rule accepts it: no protocol that a rule can name begins like these bytes.'
  }
  return 'No single line and no single rule accepts it.'
}
