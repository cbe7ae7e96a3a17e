import { explanationOf } from '../report/explanation.ts'
import { explanationDocument } from '../report/explanation-document.ts'
import { writeExplanation } from '../report/explanation-text.ts'
import type { Format } from '../report/formats.ts'
import { renderJsonDocument } from '../report/json.ts'
import { readJudgedBy } from '../store/judged-by.ts'
import { readAsked } from '../store/read-explained.ts'
import { readingDatabase } from './database.ts'
import { addDatabaseOption, addExamples, addFormatOption, choose, databasePath, paragraph } from './options.ts'
import type { Define } from './program.ts'
import type { Shell } from './shell.ts'
import { UsageError } from './usage-error.ts'

const EXPLAIN_FORMATS = ['table', 'json', 'ndjson'] as const satisfies readonly Format[]

interface ExplainOptions {
  readonly format: string
  readonly database?: string
}

const DESCRIPTION =
  paragraph(`Says why a conversation or a flow was judged as it was: who the two ends are and which line of the inventory
  says so, how their direction was told, how it ended, what the bytes show, the rule or the nearest one with its
  sources, the smallest change that would accept it, and a display filter that shows its packets in Wireshark.`)

export const defineExplain: Define = (command, { shell }) => {
  command
    .argument('<id...>', "ids as 'conversations' and 'flows' list them; the beginning of one, where no other begins so")
    .description(DESCRIPTION)
  addFormatOption(command, EXPLAIN_FORMATS)
  addDatabaseOption(command)
  addExamples(command, [
    ['portolan explain c137hfyjk6e', 'one conversation'],
    ['portolan explain c137 f6bf --format json', 'a conversation and a flow, for programs'],
  ])
  command.action((ids: readonly string[], options: ExplainOptions) => explainIds(ids, options, shell))
}

/** Nothing is printed before all ids are known. */
function explainIds(ids: readonly string[], options: ExplainOptions, shell: Shell): void {
  const { out } = shell
  const format = choose('--format', options.format, EXPLAIN_FORMATS)
  readingDatabase(databasePath(options, shell), (db) => {
    const judgedBy = readJudgedBy(db)
    if (judgedBy === undefined)
      throw new UsageError("the database holds no capture; 'portolan analyze <capture>' adds one")
    const explanations = ids.map((id) => explanationOf(readAsked(db, id), judgedBy))
    const documents = () => explanations.map((explanation) => explanationDocument(explanation, out))
    if (format === 'json') renderJsonDocument(out, documents(), false)
    else if (format === 'ndjson') for (const document of documents()) renderJsonDocument(out, document, true)
    else
      explanations.forEach((explanation, index) => {
        if (index > 0) out.write('\n\n')
        writeExplanation(out, explanation)
      })
  })
}
