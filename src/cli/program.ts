import { Command } from 'commander'
import type { Language } from '../report/language.ts'
import { parseLanguage } from './lang-option.ts'
import { choose, examplesText, paragraph } from './options.ts'
import type { ExitCode } from './run.ts'
import type { Shell } from './shell.ts'

/** What the commands of one run share. */
export interface Context {
  readonly shell: Shell
  /** Sets the exit code, where it is not 0. */
  readonly finish: (code: ExitCode) => void
}

/** Gives a command its description, options and action. */
export type Define = (command: Command, context: Context) => void

interface Entry {
  readonly name: string
  readonly summary: string
  /** Loads the command's file and with it the stages that it uses. */
  readonly load: () => Promise<Define>
}

const COMMANDS: readonly Entry[] = [
  {
    name: 'analyze',
    summary: 'read captures, judge every flow, and print the summary',
    load: async () => (await import('./analyze.ts')).defineAnalyze,
  },
  {
    name: 'flows',
    summary: 'list the flows that were kept',
    load: async () => (await import('./flows.ts')).defineFlows,
  },
  {
    name: 'conversations',
    summary: 'list conversations: the flows between two hosts to one port, folded',
    load: async () => (await import('./conversations.ts')).defineConversations,
  },
  {
    name: 'summary',
    summary: 'what the captures come to, findings first; or added up by one thing',
    load: async () => (await import('./summary.ts')).defineSummary,
  },
  {
    name: 'coverage',
    summary: 'what the captures show of each documented rule',
    load: async () => (await import('./coverage.ts')).defineCoverage,
  },
  {
    name: 'ports',
    summary: "what the captures say of each documented port, in PortQry's words",
    load: async () => (await import('./ports.ts')).definePorts,
  },
  {
    name: 'explain',
    summary: 'why a conversation or a flow was judged as it was',
    load: async () => (await import('./explain.ts')).defineExplain,
  },
  {
    name: 'rejudge',
    summary: 'judge what is stored again with another inventory, rules or reading',
    load: async () => (await import('./rejudge.ts')).defineRejudge,
  },
  {
    name: 'captures',
    summary: 'what the database holds, and taking it out',
    load: async () => (await import('./captures.ts')).defineCaptures,
  },
  {
    name: 'rules',
    summary: 'the documented rules, and where the documentation says them',
    load: async () => (await import('./rules.ts')).defineRules,
  },
  {
    name: 'inventory',
    summary: 'the file that says who is who',
    load: async () => (await import('./inventory.ts')).defineInventory,
  },
]

const DESCRIPTION =
  paragraph(`Portolan reads packet captures of Lync Server 2013 hosts and judges every conversation against Microsoft's
  port tables: which are documented, which are not and why, and which documented ones fail.`)

const EXAMPLES = examplesText([
  ['portolan analyze director.pcapng -i inventory.yaml', 'judges a capture; the result is kept in portolan.db'],
  ['portolan conversations --verdict unexpected', 'what no rule allows'],
  ['portolan summary --by reason', 'and why'],
  ['portolan rules -r lync-2013/single-director', 'what one page documents'],
])

const NOTES = `Exit code:
  0   done
  1   done, and --fail-on found something
  2   nothing could be done; one sentence says why

Environment:
  PORTOLAN_DATABASE       the database to use where --database names none
  PORTOLAN_WIDTH          columns that tables may take, also in a pipe
  LC_ALL, LC_MESSAGES,
  LANG                    the locale: a Korean one means --lang ko
  NO_COLOR, FORCE_COLOR   without colours; with colours, also in a pipe`

const HELP_COLUMNS = 80

/** The program with those commands loaded that the arguments name: help and mistakes need no more than the names. */
export async function createProgram(
  args: readonly string[],
  shell: Shell,
  finish: (code: ExitCode) => void,
): Promise<Command> {
  const names = COMMANDS.map(({ name }) => name)
  const program = new Command('portolan')
    .description(DESCRIPTION)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => shell.out.write(text),
      // The sentence is written by run(), which has it from the error.
      writeErr: () => {},
      getOutHelpWidth: () => shell.out.columns || HELP_COLUMNS,
      getOutHasColors: () => shell.out.color,
    })
    .version(await version(args), '-V, --version', 'print the version')
    .option('--lang <en|ko>', 'the language of roles and purposes in tables (default: that of the locale)')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    .addHelpText('after', `\n${EXAMPLES}\n\n${NOTES}`)
  if (args[0] === 'help' && args[1] !== undefined) choose('command', args[1], names)
  const named = new Set(args)
  const speaking = speakingShell(shell, parseLanguage(args, shell.env))
  for (const { name, summary, load } of COMMANDS) {
    const command = program.command(name).summary(summary)
    if (named.has(name)) (await load())(command, { shell: speaking, finish })
  }
  return program
}

function speakingShell(shell: Shell, language: Language): Shell {
  return { ...shell, out: { ...shell.out, language }, err: { ...shell.err, language } }
}

/** Read only when it is asked for. */
async function version(args: readonly string[]): Promise<string> {
  if (!args.includes('--version') && !args.includes('-V')) return ''
  const { default: described } = await import('../../package.json', { with: { type: 'json' } })
  return described.version
}
