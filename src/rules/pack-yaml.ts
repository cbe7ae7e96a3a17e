import { formatSpan } from '../inventory/ports.ts'
import type { Pack } from './pack.ts'
import type { Amendment, Reference } from './reference.ts'
import type { MediaRange, PortRange, Rule } from './rule.ts'

/** A built-in pack as the file that a user's pack is: read back, it has the same rules and amendments. */
export function packYaml({ name, title, rules, amendments = [] }: Pack): string {
  const lines = [
    `# ${name}: ${title}.`,
    '#',
    '# A copy to start from. It stands in the place of the pack, not beside it: as it is,',
    `#   portolan analyze capture.pcapng -r ${name}.yaml`,
    `# judges as -r ${name} does. To change few rules, keep those alone and put them under`,
    "# 'override', where only 'id', 'source' and what differs have to stay; then",
    `#   portolan analyze capture.pcapng -r ${name} -r ${name}.yaml`,
    "# 'portolan rules check' says what was understood.",
    '',
    `title: ${blockText(title)}`,
    ...sectionLines('rules', rules.map(ruleLines)),
    ...sectionLines('amend', amendments.map(amendmentLines)),
  ]
  return `${lines.join('\n')}\n`
}

function sectionLines(key: string, items: readonly (readonly string[])[]): readonly string[] {
  return items.length === 0 ? [] : ['', `${key}:`, ...items.flatMap(itemLines)]
}

function itemLines(lines: readonly string[]): readonly string[] {
  return lines.map((line, index) => (index === 0 ? `  - ${line}` : `    ${line}`))
}

function ruleLines(rule: Rule): readonly string[] {
  return [
    `id: ${rule.id}`,
    `originators: ${listText(rule.originators)}`,
    ...optional('usual_originators', rule.usualOriginators),
    `responders: ${listText(rule.responders)}`,
    ...optional('usual_responders', rule.usualResponders),
    ...optional('shared_with', rule.sharedWith),
    `transport: ${rule.transport}`,
    `ports: ${portsText(rule.ports)}`,
    ...(rule.mediaRange === undefined ? [] : [mediaRangeLine(rule.mediaRange)]),
    ...(rule.originatorPorts === undefined ? [] : [`originator_ports: ${portsText(rule.originatorPorts)}`]),
    `protocol: ${rule.protocol}`,
    `purpose: ${blockText(rule.purpose)}`,
    ...referenceLines(rule.references),
  ]
}

function amendmentLines({ rule, reference }: Amendment): readonly string[] {
  return [`id: ${rule}`, ...referenceLines([reference])]
}

function optional(key: string, words: readonly string[] | undefined): readonly string[] {
  return words === undefined ? [] : [`${key}: ${listText(words)}`]
}

function portsText(ports: readonly PortRange[]): string {
  return listText(ports.map(formatSpan))
}

function mediaRangeLine({ start, count }: MediaRange): string {
  return `media_range: { start: ${start}, count: ${count} }`
}

function referenceLines(references: readonly Reference[]): readonly string[] {
  return ['references:', ...references.map((each) => `  - ${referenceText(each)}`)]
}

function referenceText({ page, kind, where, says, withdraws }: Reference): string {
  const texts = [`page: ${page}`, `kind: ${kind}`, `where: ${flowText(where)}`]
  if (says !== undefined) texts.push(`says: ${flowText(says)}`)
  if (withdraws === true) texts.push('withdraws: true')
  return `{ ${texts.join(', ')} }`
}

function listText(words: readonly string[]): string {
  return words.length === 1 ? words.join() : `[${words.join(', ')}]`
}

/** A text on a line of its own needs quotes where it could be taken for something else. */
function blockText(text: string): string {
  return /^[A-Za-z0-9][^\p{Cc}]*$/u.test(text) && !/: |:$| #| $|^null$/i.test(text) ? text : JSON.stringify(text)
}

/** Between brackets, commas and brackets have a meaning too. */
function flowText(text: string): string {
  return /[,[\]{}]/.test(text) ? JSON.stringify(text) : blockText(text)
}
