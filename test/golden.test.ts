import { spawnSync } from 'node:child_process'
import { chmodSync, cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

/*
 * Each file of test/golden is a session: lines that begin with '$ ' are given to a shell, one after the other, in a folder
 * that holds captures/; what follows each is exactly what it must print. Lines of standard error begin with "! ", an
 * exit code other than 0 ends the answer as '[exit code 2]'. UPDATE_GOLDEN=1 writes what is printed now: review the diff.
 */

const GOLDEN = resolve('test/golden')
const MAIN = resolve('dist/main.js')
const isUpdating = process.env['UPDATE_GOLDEN'] === '1'

let bin = ''
beforeAll(() => {
  bin = mkdtempSync(join(tmpdir(), 'portolan-bin-'))
  writeFileSync(join(bin, 'portolan'), `#!/bin/sh\nexec "${process.execPath}" "${MAIN}" "$@"\n`)
  chmodSync(join(bin, 'portolan'), 0o755)
})
afterAll(() => rmSync(bin, { recursive: true, force: true }))

function play(session: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'portolan-golden-'))
  try {
    cpSync('captures', join(folder, 'captures'), { recursive: true })
    return commandsOf(session)
      .map((command) => `$ ${command}\n${answerTo(command, folder)}`)
      .join('\n')
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function commandsOf(session: string): readonly string[] {
  return session.split('\n').flatMap((line) => (line.startsWith('$ ') ? [line.slice(2)] : []))
}

function answerTo(command: string, cwd: string): string {
  const PATH = `${bin}${delimiter}${process.env['PATH']}`
  const { stdout, stderr, status } = spawnSync('sh', ['-c', command], {
    cwd,
    env: { PATH, TZ: 'UTC', LANG: 'C.UTF-8' },
    encoding: 'utf8',
  })
  const errors = stderr.replace(/^/gm, '! ').replace(/! $/, '')
  return stdout + errors + (status === 0 ? '' : `[exit code ${status}]\n`)
}

describe('a session at the command line', () => {
  for (const name of readdirSync(GOLDEN).sort()) {
    it(`prints what ${name} says`, { timeout: 60_000 }, () => {
      const file = join(GOLDEN, name)
      const session = readFileSync(file, 'utf8')
      const now = play(session)
      if (isUpdating) writeFileSync(file, now)
      else expect(now).toBe(session)
    })
  }
})
