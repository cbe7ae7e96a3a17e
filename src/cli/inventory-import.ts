import { existsSync } from 'node:fs'
import type { Command } from 'commander'
import { type Imported, importDeployment } from '../inventory/import/import.ts'
import { readImport } from '../inventory/import/read.ts'
import { readBytes } from '../inventory/read-bytes.ts'
import { decodeUnicode } from '../inventory/text.ts'
import { FORMATS } from '../report/formats.ts'
import { importColumns, importRows, writeImport } from '../report/inventory-import.ts'
import { render } from '../report/render.ts'
import { addExamples, addFormatOption, choose, paragraph } from './options.ts'
import { replaceFile } from './replace-file.ts'
import type { Shell } from './shell.ts'
import { UsageError } from './usage-error.ts'

const INVENTORY_HERE = 'inventory.yaml'

const DESCRIPTION =
  paragraph(`Makes an inventory of what there is already, or adds to one; what it says is never changed. Reads the topology
  (Get-CsTopology -AsXml, or Topology Builder's .tbxml), CSV of Get-CsNetworkInterface and of Get-CsService, and hosts
  files; the content tells which is which. A topology has the addresses of Edge Servers only, so that it says
  which machines are left without one.`)

const NOTES = `A topology has no reverse proxies, load balancers, clients, partners or domain
controllers: write them by hand.`

interface ImportOptions {
  readonly output?: string
  readonly print?: boolean
  readonly format: string
}

export function defineImport(command: Command, shell: Shell): void {
  command
    .argument('<file...>', 'topologies, CSV of the two cmdlets, hosts files')
    .summary('make an inventory of a topology and hosts files, or add to one')
    .description(DESCRIPTION)
    .option('-o, --output <file>', `the inventory; '-' prints it (default: ${INVENTORY_HERE} here)`)
    .option('--print', 'print the inventory, and write nothing')
  addFormatOption(command)
  addExamples(command, [
    ['portolan inventory import topology.xml', 'roles, ports, and the addresses of Edge Servers'],
    ['portolan inventory import topology.xml hosts -o lync.yaml', 'with the addresses of the others'],
  ])
  command.addHelpText('after', `\n${NOTES}`)
  command.action((files: readonly string[], options: ImportOptions) => importFiles(files, options, shell))
}

/** All files are read before anything is written. */
function importFiles(files: readonly string[], options: ImportOptions, shell: Shell): void {
  const format = choose('--format', options.format, FORMATS)
  if (options.output === '') throw new UsageError('--output names no file')
  const isPrinted = options.print === true || options.output === '-'
  const file = options.output === undefined || options.output === '-' ? INVENTORY_HERE : options.output
  const parts = files.map((each) => readImport(each))
  const bytes = existsSync(file) ? readBytes(file, `inventory ${file}`) : undefined
  const imported = importDeployment(parts, { file, bytes })
  const out = isPrinted ? shell.err : shell.out
  if (isPrinted) shell.out.write(textOf(imported, bytes))
  else if (imported.bytes !== undefined) replaceFile(file, imported.bytes)
  render(out, format, importColumns(out), importRows(imported), 'The files name nobody.')
  if (format === 'table') writeImport(out, imported, file, isPrinted)
}

/** What is printed is UTF-8, whatever the file is in. */
function textOf({ bytes }: Imported, before: Uint8Array | undefined): string {
  const decoded = decodeUnicode(bytes ?? before ?? new Uint8Array())
  return 'text' in decoded ? decoded.text : ''
}
