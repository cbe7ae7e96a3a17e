import { existsSync } from 'node:fs'
import type { Command } from 'commander'
import { type MergedProposals, mergeProposals } from '../inventory/import/import.ts'
import { EMPTY_INVENTORY } from '../inventory/inventory.ts'
import { readInventory } from '../inventory/read.ts'
import { readBytes } from '../inventory/read-bytes.ts'
import { writeSentence } from '../report/blocks.ts'
import { formatCounted } from '../report/format.ts'
import { FORMATS } from '../report/formats.ts'
import { render } from '../report/render.ts'
import { isWritten, type SuggestedEntry, suggestedEntries } from '../report/suggested-entries.ts'
import { SUGGESTION_FIELDS, writeSuggestions } from '../report/suggestions.ts'
import { withMovedPorts } from '../rules/moved-ports.ts'
import { suggestFrom } from '../suggest.ts'
import { type CapturesToRead, findCaptures } from './captures-to-read.ts'
import { parseRules } from './judged-by.ts'
import { addExamples, addFormatOption, choose, paragraph } from './options.ts'
import { progressLine, totalBytes } from './progress.ts'
import { replaceFile } from './replace-file.ts'
import { addRuleOptions, type RuleOptions } from './rule-options.ts'
import type { Shell } from './shell.ts'
import { UsageError } from './usage-error.ts'

const INVENTORY_HERE = 'inventory.yaml'

const DESCRIPTION =
  paragraph(`Suggests roles for the addresses of captures that the inventory does not know, from the ports that they serve and
  open, with whom, and from the names that they present; with the evidence, and lines to paste. Nothing is stored, and
  nothing is written unless --output asks for it. It works without an inventory as well.`)

const NOTES = `'clearly': several signs that few other roles have. 'likely': at least one.
'possibly': it fits, and so may something else. A name alone shows no role, and
a role with a question mark is itself a suggestion. --output writes what is
clear, or likely without an 'or', and changes nothing that is there.`

interface SuggestOptions extends RuleOptions {
  readonly inventory?: string
  readonly output?: string
  readonly format: string
}

export function defineSuggest(command: Command, shell: Shell): void {
  command
    .argument('<capture...>', "captures, folders or patterns, as of 'portolan analyze'; '-' reads standard input")
    .summary('suggest roles for addresses of a capture that the inventory does not know')
    .description(DESCRIPTION)
    .option('-i, --inventory <file>', `who is known already (default: ${INVENTORY_HERE} here, if there is one)`)
    .option('-o, --output <file>', 'write what is sure enough into this inventory, or make it')
  addRuleOptions(command)
  addFormatOption(command)
  addExamples(command, [
    ['portolan inventory suggest director.pcapng', 'who is who, without an inventory'],
    ['portolan inventory suggest edge.pcapng -i lync.yaml', 'whom the inventory lacks, and addresses for its machines'],
    ['portolan inventory suggest edge.pcapng -o lync.yaml', 'the same, written into the inventory'],
  ])
  command.addHelpText('after', `\n${NOTES}`)
  command.action((paths: readonly string[], options: SuggestOptions) => suggestInventory(paths, options, shell))
}

/** What is to be merged into is read before the captures are, which may take long. */
async function suggestInventory(paths: readonly string[], options: SuggestOptions, shell: Shell): Promise<void> {
  const format = choose('--format', options.format, FORMATS)
  if (options.output === '') throw new UsageError('--output names no file')
  const inventory = knownInventory(options)
  const target = options.output === undefined ? undefined : targetOf(options.output)
  const rules = withMovedPorts(parseRules(options)(undefined), inventory.ports)
  const captures = await findCaptures(paths, undefined, shell)
  const suggestions = await reading(captures, shell, (onProgress) =>
    suggestFrom(captures.sets, inventory, rules, onProgress),
  )
  const entries = suggestedEntries(suggestions.list, inventory)
  const merged = target && writeEntries(entries.filter(isWritten), target)
  if (format !== 'table') render(shell.out, format, SUGGESTION_FIELDS, suggestions.list)
  else writeSuggestions(shell.out, suggestions, merged === undefined ? entries : [], shell.out.language ?? 'en')
  if (merged !== undefined) sayWritten(merged, target?.file ?? '', shell)
}

function knownInventory({ inventory, output }: SuggestOptions) {
  const file = inventory ?? [output, INVENTORY_HERE].find((each) => each !== undefined && existsSync(each))
  return file === undefined ? EMPTY_INVENTORY : readInventory(file)
}

interface Target {
  readonly file: string
  readonly bytes: Uint8Array | undefined
}

/** Merging nothing finds what is wrong with the file. */
function targetOf(file: string): Target {
  const target = { file, bytes: existsSync(file) ? readBytes(file, `inventory ${file}`) : undefined }
  mergeProposals([], target)
  return target
}

function writeEntries(entries: readonly SuggestedEntry[], target: Target): MergedProposals {
  const proposals = entries.map(({ entry }) => entry)
  const merged = mergeProposals(proposals, target)
  if (merged.bytes !== undefined) replaceFile(target.file, merged.bytes)
  return merged
}

function sayWritten({ endpoints, bytes }: MergedProposals, file: string, { err }: Shell): void {
  const written = endpoints.filter(({ change }) => change === 'added' || change === 'address added')
  const entries = formatCounted(written.length, 'entry', 'entries')
  writeSentence(err, bytes === undefined ? `${file} stays as it is.` : `${file} was written: ${entries}.`)
  for (const { name, addresses, remark } of endpoints.filter(({ change }) => change === 'differs')) {
    writeSentence(err, `Not written: ${name} at ${addresses.join(', ')}; ${remark}.`, { hang: 2 })
  }
}

/** Shows how far the reading is, and lets Ctrl-C end a stream. */
async function reading<Result>(
  { sets, interrupt }: CapturesToRead,
  { err, isWatched, onInterrupt }: Shell,
  read: (onProgress: Parameters<typeof suggestFrom>[3]) => Promise<Result>,
): Promise<Result> {
  const lines = new Map(
    isWatched ? sets.map((set) => [set, progressLine(err, set.point, totalBytes(set))] as const) : [],
  )
  const stopListening = interrupt === undefined ? () => {} : onInterrupt(interrupt)
  try {
    return await read((set, progress) => lines.get(set)?.update(progress))
  } finally {
    for (const line of lines.values()) line.clear()
    stopListening()
  }
}
