import { readFileSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import { check, type Ended, expectDone, expectRefusal, portolan, type Running, shown, start } from '../portolan.ts'
import type { Fault, Place } from './fault.ts'

/** Written into a pipe at once. */
const PIECE = 64 * 1024

/** Hands the bytes on a little at a time, until the program ends or `isOver` says so. */
async function feed(
  { process: child }: Running,
  bytes: Uint8Array,
  isOver: () => boolean = () => false,
): Promise<void> {
  for (let at = 0; at < bytes.length && !isOver(); at += PIECE) {
    if (child.stdin?.destroyed !== false || child.exitCode !== null || child.signalCode !== null) return
    child.stdin.write(bytes.subarray(at, at + PIECE))
    await wait(2)
  }
}

function stream({ folder, material, database }: Place): { readonly path: string; readonly running: Running } {
  const path = database(folder)
  const args = ['analyze', '-', '--point', 'stream', '-i', material.inventories[0], '-d', path]
  return { path, running: start(args, { temporary: folder }) }
}

async function streamRecords(path: string): Promise<number | undefined> {
  const captures = JSON.parse(await shown(['captures', '-d', path, '--format', 'json'])) as readonly Record<
    string,
    unknown
  >[]
  return captures.find(({ capture }) => capture === 'stream')?.['records'] as number | undefined
}

/** A stream that a signal ends: what was seen is kept whole, or nothing of it. */
function signalled(signal: 'SIGINT' | 'SIGTERM'): Fault {
  return {
    name: `${signal} while a stream is read`,
    times: 30,
    async happen(place) {
      const { path, running } = stream(place)
      const bytes = readFileSync(place.material.many)
      let isOver = false
      const fed = feed(running, bytes, () => isOver)
      await wait(place.random() * 1500)
      running.process.kill(signal)
      const ended = await running.ended
      isOver = true
      await fed
      const records = await streamRecords(path)
      if (ended.signal === signal) {
        check(records === undefined, `it was ended, and ${records} records of it are there`)
        await place.expectUntouched(path)
      } else {
        check(signal === 'SIGINT', `it ended with ${ended.code}: ${ended.err}`)
        if (records === undefined) expectRefusal(ended, /^standard input/)
        else {
          expectDone(ended)
          check(!/\n./.test(ended.err), `more than a sentence: ${ended.err}`)
        }
      }
      return undefined
    },
  }
}

async function endingAfter(place: Place, length: number): Promise<{ readonly path: string; readonly ended: Ended }> {
  const { path, running } = stream(place)
  await feed(running, readFileSync(place.material.small).subarray(0, length))
  running.process.stdin?.end()
  return { path, ended: await running.ended }
}

export const STREAMS: readonly Fault[] = [
  signalled('SIGINT'),
  signalled('SIGTERM'),
  {
    name: 'standard input ends in the middle',
    times: 20,
    async happen(place) {
      const { length } = readFileSync(place.material.small)
      const { path, ended } = await endingAfter(place, 1 + Math.floor(place.random() * length))
      if (ended.code === 0) {
        const records = await streamRecords(path)
        check(records !== undefined, 'nothing of it is there')
        check(ended.err === '' || /^Warning: [^\n]*\n$/.test(ended.err), `unexpected words: ${ended.err}`)
      } else {
        expectRefusal(ended, /^standard input|^-/)
        await place.expectUntouched(path)
      }
      return undefined
    },
  },
  {
    name: 'standard input is empty, closed, or a folder',
    async happen(place) {
      const { path, ended } = await endingAfter(place, 0)
      expectRefusal(ended, /is empty/)
      await place.expectUntouched(path)
      if (process.platform === 'win32') return undefined
      for (const from of ['<&-', '< /', '< /dev/null']) {
        const under = ['sh', '-c', `exec "$@" ${from}`, 'sh']
        const refused = await portolan(['analyze', '-', '-d', path], { under })
        expectRefusal(refused, /./)
        await place.expectUntouched(path)
      }
      return undefined
    },
  },
  {
    name: 'whoever reads the output has seen enough (| head -1)',
    times: 5,
    async happen({ folder, material, database, random }) {
      const path = database(folder)
      const listings = [
        ['conversations', '-d', path, '--format', 'json'],
        ['flows', '-d', path, '--format', 'csv'],
        ['coverage', '-d', path],
        ['ports', '-d', path],
        ['rules', 'list'],
        ['--help'],
        ['analyze', material.small, '-i', material.inventories[0], '-d', path],
      ]
      for (const args of listings) {
        const { process: child, ended } = start(args)
        child.stdin?.end()
        if (random() < 0.5) child.stdout?.destroy()
        else child.stdout?.once('data', () => child.stdout?.destroy())
        const { code, signal, err } = await ended
        check(code === 0 && err === '', `${args[0]} ended with ${code}, ${signal}: ${err}`)
      }
      return undefined
    },
  },
  {
    name: 'nobody reads standard error',
    async happen({ folder, database, expectUntouched }) {
      const path = database(folder)
      const { process: child, ended } = start(['analyze', `${folder}/missing.pcap`, '-d', path])
      child.stdin?.end()
      child.stderr?.destroy()
      const { code } = await ended
      check(code === 2, `exit code ${code}`)
      await expectUntouched(path)
      return undefined
    },
  },
]
