import { readInventory } from '../inventory/read.ts'
import { ROLES } from '../inventory/roles.ts'
import { writeSentence } from '../report/blocks.ts'
import { FORMATS } from '../report/formats.ts'
import { inventoryColumns, inventorySentence } from '../report/inventory.ts'
import { render } from '../report/render.ts'
import { defineImport } from './inventory-import.ts'
import { defineSuggest } from './inventory-suggest.ts'
import { addExamples, addFormatOption, choose, refuseWords } from './options.ts'
import type { Define } from './program.ts'

const ROLES_IN_LINE = 4

const WRITING_ONE = `An inventory says who is who, in YAML:

  # inventory.yaml
  endpoints:
    - { name: dir01.contoso.local, address: 10.0.0.16, role: director }
    - name: fe pool
      address: [10.0.0.40, 10.0.0.41-10.0.0.44]
      role: [front-end, cms-master]
    - { name: Seoul clients, address: 10.1.0.0/16, role: client-internal }

An address that is not known yet is written as 'unknown'. A CSV file with the
columns name,address,role means the same. Of entries for the same address the
most specific one wins. A port that was moved is one more line, for all
endpoints of a role:

  ports:
    - { name: web conferencing, role: edge-webconf, transport: tcp,
        documented: 443, actual: 444 }

Roles:
${roleLines()}`

export const defineInventory: Define = (command, { shell }) => {
  command
    .description('Checks the file that says who is who, and makes it of a topology and hosts files.')
    .addHelpText('after', `\n${WRITING_ONE}`)
  command.allowExcessArguments().action(() => {
    refuseWords(command, command)
    command.outputHelp()
  })
  const check = command
    .command('check')
    .argument('<file>', 'a YAML or CSV file')
    .summary('say what was understood of an inventory')
    .description('Says what was understood of an inventory, or everything that is wrong with it.')
  addFormatOption(check)
  addExamples(check, [
    ['portolan inventory check inventory.yaml', 'what was understood'],
    ['portolan inventory check hosts.csv --format json', 'the same for programs'],
  ])
  check.addHelpText('after', `\n${WRITING_ONE}`)
  check.action((file: string, options: { readonly format: string }) => {
    const format = choose('--format', options.format, FORMATS)
    const inventory = readInventory(file)
    render(shell.out, format, inventoryColumns(shell.out), inventory.entries, 'No entry.')
    if (format !== 'table') return
    shell.out.write('\n')
    writeSentence(shell.out, inventorySentence(file, inventory))
  })
  defineImport(command.command('import'), shell)
  defineSuggest(command.command('suggest'), shell)
}

function roleLines(): string {
  const lines: string[] = []
  for (let at = 0; at < ROLES.length; at += ROLES_IN_LINE) {
    lines.push(`  ${ROLES.slice(at, at + ROLES_IN_LINE).join(', ')}`)
  }
  return lines.join('\n')
}
