import { describe, expect, it } from 'vitest'
import { run } from '../../src/cli/run.ts'
import type { Shell } from '../../src/cli/shell.ts'
import { OutputClosed } from '../../src/cli/write-whole.ts'
import { captureOutput } from '../report/captured-output.ts'
import { portolan } from './portolan.ts'

/** A shell whose standard output fails. */
function failing(error: Error) {
  const err = captureOutput()
  const shell: Shell = {
    out: {
      ...captureOutput(),
      write() {
        throw error
      },
    },
    err,
    isWatched: false,
    env: {},
    input: () => process.stdin,
    onInterrupt: () => () => {},
  }
  return { shell, err }
}

describe('a command line', () => {
  it('without arguments prints the help', async () => {
    const { code, out } = await portolan([])
    expect(code).toBe(0)
    expect(out).toBe((await portolan(['--help'])).out)
  })

  it.each([
    [['flws'], "unknown command 'flws' (Did you mean flows?)"],
    [['help', 'flws'], "command 'flws' is not known; did you mean 'flows'?"],
    [['flows', '--verdct', 'x'], "unknown option '--verdct' (Did you mean --verdict?)"],
    [['flows', '--verdict'], "option '--verdict <verdict>' argument missing"],
    [['analyze'], "missing required argument 'capture'"],
    [['summary', '--by', 'rul'], "--by 'rul' is not known; did you mean 'rule'?"],
    [['summary', '--fail-on', 'everything'], "--fail-on 'everything' is not known; wanted none, unexpected or broken"],
    [['analyze', 'x', '--keep', 'al'], "--keep 'al' is not known; did you mean 'all'?"],
    [['analyze', 'x', '--point', ''], '--point names no capture point'],
    [['analyze', '-', 'x'], "standard input ('-') is a capture point of its own; analyse files apart"],
    [['flows', '-d', ''], '--database names no file'],
    [['flows', '-d', 'a.db '], "the database 'a.db ' begins or ends with a blank; wanted another name"],
  ])('%j is refused with one sentence', async (args, sentence) => {
    expect(await portolan(args)).toEqual({ code: 2, out: '', err: `${sentence}\n` })
  })

  it.each([
    '',
    ...['analyze', 'flows', 'conversations', 'summary', 'coverage', 'ports', 'explain', 'rejudge'],
    ...['captures', 'captures list', 'captures remove'],
    ...['rules', 'rules list', 'rules show', 'rules check', 'rules export'],
    ...['inventory', 'inventory check', 'inventory import', 'inventory suggest'],
  ])("'%s --help' fits 80 columns", async (command) => {
    const { code, out } = await portolan([...command.split(' '), '--help'].filter((word) => word !== ''))
    expect([code, out.split('\n').filter((line) => line.length > 80)]).toEqual([0, []])
    expect(out).toContain(`Usage: portolan ${command}`)
  })

  it('shows what a name does to a terminal, and does not do it', async () => {
    const { err } = await portolan(['analyze', 'no\u001b[2Jsuch\u202epcap'])
    expect(err).toMatch(/^no\S+such\S+pcap does not exist; wanted a capture file\n$/)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what must not be there.
    expect(err).not.toMatch(/[\u001b\u202e]/)
  })

  it('ends quietly when nobody reads its output', async () => {
    const { shell, err } = failing(new OutputClosed())
    expect(await run(['rules'], shell)).toBe(0)
    expect(err.text()).toBe('')
  })

  it('shows the trace of what is a bug', async () => {
    const { shell, err } = failing(new TypeError('not a function'))
    expect(await run(['rules'], shell)).toBe(2)
    expect(err.text()).toMatch(/^portolan failed; this is a bug of the program:\nTypeError: not a function\n {4}at /)
  })
})
