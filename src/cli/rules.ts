import type { Command } from 'commander'
import { FORMATS } from '../report/formats.ts'
import { renderJsonDocument } from '../report/json.ts'
import { render } from '../report/render.ts'
import { ruleColumns, ruleDocument, writeRule } from '../report/rules.ts'
import { DEFAULT_RULES, findRule, selectRules } from '../rules/pack.ts'
import { READINGS } from '../rules/reference.ts'
import { addExamples, addFormatOption, choose, refuseWords } from './options.ts'
import type { Define } from './program.ts'
import { addRuleOptions, type RuleOptions } from './rule-options.ts'
import type { Shell } from './shell.ts'

interface ListOptions extends RuleOptions {
  readonly format: string
}

export const defineRules: Define = (command, { shell }) => {
  command.description('Lists the documented rules, and shows where the documentation says them.')
  addExamples(command, [
    ['portolan rules -r lync-2013/single-director --reading published', 'the rows of one table, as they are printed'],
    ['portolan rules show director-cls-50001', 'one rule with all its references'],
    ['portolan rules --format csv > rules.csv', 'all rules in force, for a firewall request'],
  ])
  defineList(command, shell)
  defineShow(command, shell)
}

function defineList(group: Command, shell: Shell): void {
  const list = group
    .command('list', { isDefault: true })
    .summary('list the rules in force')
    .description('Lists the rules in force. A withdrawn one stays listed and allows nothing.')
    .allowExcessArguments()
  addRuleOptions(list)
  addFormatOption(list)
  list.action((options: ListOptions) => {
    refuseWords(list, group)
    const format = choose('--format', options.format, FORMATS)
    const reading = choose('--reading', options.reading ?? 'full', READINGS)
    const { rules } = selectRules(options.rules ?? DEFAULT_RULES, reading)
    render(shell.out, format, ruleColumns(format), rules)
  })
}

const SHOW_FORMATS = ['table', 'json', 'ndjson'] as const

function defineShow(group: Command, shell: Shell): void {
  const show = group
    .command('show')
    .argument('<id>', 'the rule, as the list names it')
    .summary('show a rule with all its references')
    .description('Shows a rule with all its references: page, date, row or sentence.')
  addFormatOption(show, SHOW_FORMATS)
  show.action((id: string, options: ListOptions) => {
    const format = choose('--format', options.format, SHOW_FORMATS)
    const { pack, rule } = findRule(id)
    if (format === 'table') writeRule(shell.out, pack, rule)
    else renderJsonDocument(shell.out, ruleDocument(pack, rule), format === 'ndjson')
  })
}
