import { writeSentence } from '../report/blocks.ts'
import { captureColumns } from '../report/captures.ts'
import { FORMATS } from '../report/formats.ts'
import { render } from '../report/render.ts'
import { readCaptures, removeCapture } from '../store/read-captures.ts'
import { removeOrphans } from '../store/write.ts'
import { readingDatabase, writingDatabase } from './database.ts'
import { addDatabaseOption, addExamples, addFormatOption, choose, databasePath, refuseWords } from './options.ts'
import type { Define } from './program.ts'
import type { Shell } from './shell.ts'

interface CapturesOptions {
  readonly format: string
  readonly database?: string
}

export const defineCaptures: Define = (command, { shell }) => {
  command.description('Lists the capture points that the database holds, and takes them out.')
  addExamples(command, [
    ['portolan captures', 'what the database holds'],
    ["portolan captures remove 'traces/director'", 'take a capture point out'],
  ])
  const list = command
    .command('list', { isDefault: true })
    .summary('list the capture points')
    .description('Lists the capture points: when, how much, and whether a file was damaged.')
    .allowExcessArguments()
  addFormatOption(list)
  addDatabaseOption(list)
  list.action((options: CapturesOptions) => {
    refuseWords(list, command)
    listCaptures(options, shell)
  })
  const remove = command
    .command('remove')
    .argument('<point...>', 'capture points, as the list names them')
    .summary('take capture points out')
    .description('Takes capture points out of the database, with all that was seen there.')
  addDatabaseOption(remove)
  remove.action((points: readonly string[], options: CapturesOptions) => removeCaptures(points, options, shell))
}

function listCaptures(options: CapturesOptions, shell: Shell): void {
  const { out } = shell
  const format = choose('--format', options.format, FORMATS)
  readingDatabase(databasePath(options, shell), (db) => {
    const captures = readCaptures(db)
    render(out, format, captureColumns(format, out), captures, 'The database holds no capture.')
    if (format !== 'table') return
    for (const mark of captures.flatMap(({ marks }) => marks)) writeSentence(out, mark, { hang: 2, tone: 'broken' })
  })
}

async function removeCaptures(points: readonly string[], options: CapturesOptions, shell: Shell): Promise<void> {
  const path = databasePath(options, shell)
  // Opened to read first: a database that is not there is not made.
  readingDatabase(path, () => {})
  await writingDatabase(path, async (target) =>
    target.write((db) => {
      for (const point of new Set(points)) removeCapture(db, point)
      removeOrphans(db)
    }),
  )
  for (const point of new Set(points)) writeSentence(shell.out, `${point} was taken out of ${path}.`)
}
