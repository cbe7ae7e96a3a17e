import { appendFileSync, copyFileSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { check, expectDone, expectRefusal, start } from '../portolan.ts'
import type { Fault } from './fault.ts'

/** A share of the time that an analysis takes, in which it reads. */
const READING_MS = 1200

interface Change {
  readonly name: string
  /** `bytes` are those of the file as it was. */
  readonly make: (path: string, bytes: Uint8Array) => void
  /** Nothing that was read before is different: the result is that of the file as it was. */
  readonly isHarmless?: boolean
}

const CHANGES: readonly Change[] = [
  { name: 'shrinks', make: (path, bytes) => truncateSync(path, Math.floor(bytes.length / 3)) },
  { name: 'is emptied', make: (path) => truncateSync(path, 0) },
  { name: 'grows', make: (path, bytes) => appendFileSync(path, bytes.subarray(24, 1_000_024)), isHarmless: true },
  {
    name: 'is written anew',
    make: (path, bytes) => writeFileSync(path, bytes.subarray(0, 24 + 70 * 1000)),
  },
  {
    name: 'is replaced by another',
    isHarmless: true,
    make(path, bytes) {
      writeFileSync(`${path}.new`, bytes.subarray(0, bytes.length >> 1))
      renameSync(`${path}.new`, path)
    },
  },
  { name: 'is removed', make: (path) => rmSync(path), isHarmless: true },
]

function changing({ name, make, isHarmless }: Change, form: 'pcap' | 'pcap.gz', jobs: string): Fault {
  const how = `${form === 'pcap' ? '' : ', compressed'}${jobs === '1' ? '' : ', two threads'}`
  return {
    name: `a capture ${name} while it is read${how}`,
    times: 6,
    async happen({ folder, material, random, database, expectUntouched }) {
      const path = join(folder, `changing.${form}`)
      if (form === 'pcap') copyFileSync(material.many, path)
      else writeFileSync(path, gzipSync(readFileSync(material.many), { level: 1 }))
      const bytes = readFileSync(path)
      const db = database(folder)
      const args = ['analyze', path, '-j', jobs, '-i', material.inventories[0], '-d', db]
      const { process: child, ended } = start(args, { temporary: folder })
      child.stdin?.end()
      await wait(150 + random() * READING_MS)
      make(path, bytes)
      const end = await ended
      if (end.code === 0) {
        expectDone(end)
        check(end.err === '' || /^Warning: [^\n]*\n$/.test(end.err), `unexpected words: ${end.err}`)
      } else {
        expectRefusal(end, /changing/)
        await expectUntouched(db)
        if (isHarmless) check(/does not exist|changed|anew|cut off/.test(end.err), `refused: ${end.err}`)
      }
      return undefined
    },
  }
}

export const CHANGING_FILES: readonly Fault[] = [
  ...CHANGES.map((change) => changing(change, 'pcap', '1')),
  ...CHANGES.slice(0, 4).map((change) => changing(change, 'pcap.gz', '1')),
  ...CHANGES.slice(0, 4).map((change) => changing(change, 'pcap', '2')),
]
