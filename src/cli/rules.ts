import { existsSync } from 'node:fs'
import type { Command } from 'commander'
import { writeSentence } from '../report/blocks.ts'
import { FORMATS } from '../report/formats.ts'
import { renderJsonDocument } from '../report/json.ts'
import { render } from '../report/render.ts'
import { packSentence, ruleColumns, ruleDocument, writeRule } from '../report/rules.ts'
import { withMovedPorts } from '../rules/moved-ports.ts'
import { findRule, PACKS, type Pack, type RuleSet } from '../rules/pack.ts'
import { packYaml } from '../rules/pack-yaml.ts'
import { readUserPack, readUserPacks, rulesOfUserPack } from '../rules/user-pack.ts'
import { type JudgedBy, readJudgedBy } from '../store/judged-by.ts'
import { readingDatabase } from './database.ts'
import { parseRules } from './judged-by.ts'
import { addExamples, addFormatOption, choose, gather, listed, refuseWords } from './options.ts'
import type { Define } from './program.ts'
import { replaceFile } from './replace-file.ts'
import { addRuleOptions, type RuleOptions } from './rule-options.ts'
import type { Shell } from './shell.ts'
import { UsageError } from './usage-error.ts'

const OWN_PACK = `Rules of your own are a YAML file, named with -r beside the packs:

  # our-rules.yaml
  rules:
    - id: backup-agent-9100
      originators: monitoring
      responders: [director, front-end]
      transport: tcp
      ports: [9100, 9110-9119]
      protocol: tls
      purpose: Backup agent on every server
      source: Change 4711 of 2014-02-03
  override:
    - { id: edge-webconf-client-443, ports: 444, source: Topology of February }
  disable:
    - { id: edge-av-media-udp, source: Nobody federates with OCS 2007 }

An override states only what differs. 'references' cites pages of the
documentation as 'rules export' writes them, beside 'source' or in its place.`

export const defineRules: Define = (command, { shell }) => {
  command.description('Lists the documented rules, shows where the documentation says them, and takes your own.')
  addExamples(command, [
    ['portolan rules -r lync-2013/single-director --reading published', 'the rows of one table, as they are printed'],
    ['portolan rules show director-cls-50001', 'one rule with all its references'],
    ['portolan rules --format csv > rules.csv', 'all rules in force, for a firewall request'],
    ['portolan rules -r lync-2013 -r windows-baseline -r our-rules.yaml', 'with rules of your own'],
  ])
  command.addHelpText('after', `\n${OWN_PACK}`)
  defineList(command, shell)
  defineShow(command, shell)
  defineCheck(command.command('check'), shell)
  defineExport(command.command('export'), shell)
}

interface ListOptions extends RuleOptions {
  readonly database?: string
  readonly format: string
}

function addJudgedOption(command: Command): void {
  command.option('-d, --database <file>', 'the rules that this database was judged by, at the ports of its inventory')
}

function defineList(group: Command, shell: Shell): void {
  const list = group
    .command('list', { isDefault: true })
    .summary('list the rules in force')
    .description('Lists the rules in force. A withdrawn one stays listed and allows nothing.')
    .allowExcessArguments()
  addRuleOptions(list)
  addJudgedOption(list)
  addFormatOption(list)
  list.action((options: ListOptions) => {
    refuseWords(list, group)
    const format = choose('--format', options.format, FORMATS)
    render(shell.out, format, ruleColumns(format, shell.out), rulesToList(options).rules)
  })
}

function rulesToList(options: ListOptions): RuleSet {
  const rulesFor = parseRules(options)
  const judgedBy = judgedByOf(options)
  return withMovedPorts(rulesFor(judgedBy?.rules), judgedBy?.inventory.ports)
}

function judgedByOf({ database }: ListOptions): JudgedBy | undefined {
  if (database === '') throw new UsageError('--database names no file')
  return database === undefined ? undefined : readingDatabase(database, readJudgedBy)
}

const SHOW_FORMATS = ['table', 'json', 'ndjson'] as const

function defineShow(group: Command, shell: Shell): void {
  const show = group
    .command('show')
    .argument('<id>', 'the rule, as the list names it')
    .summary('show a rule with all its references')
    .description('Shows a rule with all its references: page, date, row or sentence.')
    .option('-r, --rules <file>', 'a YAML file that states or changes it; may be given several times', gather)
  addJudgedOption(show)
  addFormatOption(show, SHOW_FORMATS)
  show.action((id: string, options: ListOptions) => {
    const format = choose('--format', options.format, SHOW_FORMATS)
    const found = findRule(id, userPacksOf(options))
    if (format === 'table') writeRule(shell.out, found)
    else renderJsonDocument(shell.out, ruleDocument(found), format === 'ndjson')
  })
}

function userPacksOf(options: ListOptions): readonly Pack[] {
  if (options.rules === undefined) return judgedByOf(options)?.rules.userPacks ?? []
  return readUserPacks(options.rules).map(({ pack }) => pack)
}

function defineCheck(check: Command, shell: Shell): void {
  check
    .argument('<file>', 'a YAML file')
    .summary('say what was understood of rules of your own')
    .description('Says what was understood of a file of rules, or everything that is wrong with it.')
  addFormatOption(check)
  check.addHelpText('after', `\n${OWN_PACK}`)
  check.action((file: string, options: { readonly format: string }) => {
    const format = choose('--format', options.format, FORMATS)
    const { pack } = readUserPack(file)
    const { rules, copied } = rulesOfUserPack(pack)
    render(shell.out, format, ruleColumns(format, shell.out), rules)
    if (format !== 'table') return
    shell.out.write('\n')
    writeSentence(shell.out, packSentence(file, pack, copied))
  })
}

interface ExportOptions {
  readonly output?: string
}

function defineExport(command: Command, shell: Shell): void {
  const names = PACKS.map(({ name }) => name)
  command
    .argument('<pack>', listed('a built-in pack', names))
    .summary('write a built-in pack as YAML, to start from')
    .description(
      'Writes a built-in pack as a YAML file, to start rules of your own from. The file takes the place of the pack.',
    )
    .option('-o, --output <file>', "the file, which must not be there yet (default: '-', standard output)")
  addExamples(command, [
    ['portolan rules export lync-2013 -o our-rules.yaml', 'the whole pack, to be changed'],
    ['portolan analyze director.pcapng -r our-rules.yaml -r windows-baseline', 'judges by the file in its place'],
  ])
  command.action((name: string, { output = '-' }: ExportOptions) => {
    const wanted = choose('pack', name, names)
    const text = PACKS.filter((pack) => pack.name === wanted)
      .map(packYaml)
      .join('')
    if (output === '') throw new UsageError('--output names no file')
    if (output === '-') shell.out.write(text)
    else writeNewFile(output, text)
  })
}

function writeNewFile(path: string, text: string): void {
  if (existsSync(path)) throw new UsageError(`${path} is there already; nothing was written`)
  replaceFile(path, Buffer.from(text))
}
