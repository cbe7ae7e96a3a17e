import { PORT_STANDINGS } from '../judge/port-check.ts'
import { writeSentence } from '../report/blocks.ts'
import { formatCounted } from '../report/format.ts'
import { FORMATS } from '../report/formats.ts'
import { portColumns } from '../report/port-check.ts'
import { render } from '../report/render.ts'
import { readPortCheck } from '../store/read-port-check.ts'
import { readingDatabase } from './database.ts'
import { parseFilter } from './filter-options.ts'
import {
  addDatabaseOption,
  addExamples,
  addFormatOption,
  choose,
  chooseAll,
  databasePath,
  gather,
  listed,
  paragraph,
} from './options.ts'
import type { Define } from './program.ts'
import type { Shell } from './shell.ts'

interface PortsOptions {
  readonly standing?: readonly string[]
  readonly rule?: readonly string[]
  readonly role?: readonly string[]
  readonly host?: readonly string[]
  readonly port?: readonly string[]
  readonly capture?: readonly string[]
  readonly format: string
  readonly database?: string
}

const DESCRIPTION =
  paragraph(`Says of every documented port that was asked for in the captures what came of it, in PortQry's words: LISTENING,
  NOT LISTENING (a reset, or an ICMP error), FILTERED (no answer), PROHIBITED BY a router, HANDSHAKE FAILED with what the
  alert means. What is broken or flaky comes first, host by host; what works is one line for the roles of both ends.
  Documented ports that nobody asked for are in 'portolan coverage'.`)

export const definePorts: Define = (command, { shell }) => {
  command
    .description(DESCRIPTION)
    .option('--standing <standing>', listed('only what stands like this', PORT_STANDINGS), gather)
    .option('--rule <id>', 'only ports of this rule', gather)
    .option('--role <role>', 'one of the two hosts has this role', gather)
    .option('--host <host>', 'one of the two hosts: an address, a network, a range, or a name of the inventory', gather)
    .option('--port <port>', 'only this port, or a range such as 50000-59999', gather)
    .option('--capture <point>', 'what this capture point shows', gather)
  addFormatOption(command)
  addDatabaseOption(command)
  addExamples(command, [
    ['portolan ports', 'which documented ports answer, the failing ones first'],
    ['portolan ports --standing broken --standing flaky', 'only those'],
    ['portolan ports --role director --format csv > ports.csv', 'for a spreadsheet'],
  ])
  command.action((options: PortsOptions) => printPorts(options, shell))
}

function printPorts(options: PortsOptions, shell: Shell): void {
  const { out } = shell
  const { standing: _, format: __, database: ___, ...filters } = options
  const format = choose('--format', options.format, FORMATS)
  const standings = chooseAll('--standing', options.standing, PORT_STANDINGS)
  const filterFor = parseFilter(filters)
  readingDatabase(databasePath(options, shell), (db) => {
    const rows = readPortCheck(db, filterFor(db)).filter(
      ({ standing }) => standings.length === 0 || standings.includes(standing),
    )
    render(out, format, portColumns(format, out), rows, 'No documented port was asked for.')
    if (format !== 'table' || rows.length === 0) return
    const counts = PORT_STANDINGS.flatMap((standing) => {
      const count = rows.filter((row) => row.standing === standing).length
      return count === 0 ? [] : [`${count} ${standing}`]
    })
    out.write('\n')
    writeSentence(out, `${formatCounted(rows.length, 'line', 'lines')}: ${counts.join(', ')}.`, { tone: 'dim' })
  })
}
