import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import Sqlite from 'better-sqlite3'
import { check, expectDone, expectRefusal, exportsOf, portolan, start } from '../portolan.ts'
import type { Fault } from './fault.ts'

const NOBODY = 65534

/** The database is not there any more when a stream that began with it has ended. */
function goneAway(how: string, take: (path: string) => void): Fault {
  return {
    name: `the database is ${how} while a stream is read`,
    times: 3,
    async happen({ folder, material, database, random }) {
      if (process.platform === 'win32') return { because: 'an open file cannot be removed' }
      const path = database(join(folder, 'there'))
      const args = ['analyze', '-', '--point', 'stream', '-i', material.inventories[0], '-d', path]
      const { process: child, ended } = start(args, { temporary: folder })
      const bytes = readFileSync(material.small)
      child.stdin?.write(bytes.subarray(0, bytes.length >> 1))
      await wait(500 + random() * 1000)
      take(path)
      child.stdin?.end(bytes.subarray(bytes.length >> 1))
      const end = await ended
      if (end.code === 2) expectRefusal(end, /portolan\.db/)
      // It had not looked for the database yet.
      else check((await exportsOf(path)).includes('"stream"'), `it ended with ${end.code}, and nothing is there`)
      return undefined
    },
  }
}

export const DATABASES: readonly Fault[] = [
  {
    name: 'the folder of the database is read-only',
    async happen({ folder, material, database, expectUntouched }) {
      const path = database(join(folder, 'there'))
      const setting = process.getuid?.() === 0 ? { uid: NOBODY } : {}
      chmodSync(folder, 0o755)
      chmodSync(join(folder, 'there'), 0o555)
      chmodSync(path, 0o444)
      const isLost = await portolan(['--version'], setting)
      if (isLost.code !== 0) return { because: 'another user cannot read the program' }
      for (const args of [
        ['analyze', material.small, '-i', material.inventories[1]],
        ['rejudge', '-i', material.inventories[1]],
        ['captures', 'remove', 'captures/director'],
      ]) {
        expectRefusal(
          await portolan([...args, '-d', path], setting),
          /portolan\.db cannot be written: .*; is its folder read-only\?$/,
        )
      }
      expectDone(await portolan(['conversations', '-d', path], setting))
      await expectUntouched(path)
      return undefined
    },
  },
  {
    name: 'another program has locked the database for a while',
    times: 5,
    async happen({ folder, material, database, random }) {
      const path = database(folder)
      const other = new Sqlite(path)
      other.exec('BEGIN EXCLUSIVE')
      const { process: child, ended } = start(['analyze', material.small, '-i', material.inventories[1], '-d', path])
      child.stdin?.end()
      await wait(1000 + random() * 2000)
      check(child.exitCode === null, 'it did not wait')
      other.exec('COMMIT')
      other.close()
      expectDone(await ended)
      return undefined
    },
  },
  {
    name: 'stopped by Ctrl-C while another program has locked the database',
    async happen({ folder, material, database, expectUntouched }) {
      const path = database(folder)
      const other = new Sqlite(path)
      other.exec('BEGIN EXCLUSIVE')
      const { process: child, ended } = start(['analyze', material.small, '-i', material.inventories[1], '-d', path])
      await wait(1500)
      child.kill('SIGINT')
      const { signal } = await ended
      other.exec('COMMIT')
      other.close()
      check(signal === 'SIGINT', `it ended by ${signal}`)
      await expectUntouched(path)
      return undefined
    },
  },
  {
    name: 'readers while a program writes',
    async happen({ folder, material, database }) {
      const path = database(folder)
      const { process: child, ended } = start(['analyze', material.many, '-i', material.inventories[1], '-d', path])
      child.stdin?.end()
      while (child.exitCode === null && child.signalCode === null) {
        const reader = await portolan(['summary', '-d', path, '--format', 'json'])
        expectDone(reader)
      }
      expectDone(await ended)
      return undefined
    },
  },
  goneAway('removed', (path) => rmSync(path)),
  goneAway('replaced by a copy', (path) => {
    copyFileSync(path, `${path}.copy`)
    renameSync(`${path}.copy`, path)
  }),
  {
    name: 'a journal that another program left beside no database',
    async happen({ folder, material }) {
      mkdirSync(folder, { recursive: true })
      const path = join(folder, 'portolan.db')
      writeFileSync(`${path}-journal`, 'left')
      expectDone(await portolan(['analyze', material.small, '-d', path]))
      check(readdirSync(folder).join() === 'portolan.db', `left: ${readdirSync(folder)}`)
      return undefined
    },
  },
]
