import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import Sqlite from 'better-sqlite3'
import type { Material } from './material.ts'
import { check, expectDone, exportsOf, portolan, start, takeLeftovers } from './portolan.ts'
import type { Random } from './random.ts'

/*
 * A program that writes into a database is stopped at a random moment, again and again. Every time the database holds the
 * state before or the one behind, to the byte of everything that it gives out.
 */

/** What a database holds: the captures, and the number of the inventory that they are judged by. */
interface Held {
  readonly many: boolean
  readonly small: boolean
  readonly inventory: 0 | 1
}

/** A command line that makes one state of another. */
interface Step {
  readonly name: string
  readonly args: readonly string[]
  readonly after: Held
}

const NOTHING: Held = { many: false, small: false, inventory: 0 }

/** What can be done to a database that holds this. */
function steps({ many, small, inventories }: Material, held: Held): readonly Step[] {
  const other = held.inventory === 0 ? 1 : 0
  const analyze = (path: string, inventory: 0 | 1, ...more: readonly string[]) => [
    'analyze',
    path,
    '-i',
    inventories[inventory],
    ...more,
  ]
  if (!held.many && !held.small) {
    return [{ name: 'analyze into nothing', args: analyze(many, 0), after: { many: true, small: false, inventory: 0 } }]
  }
  const again = { ...held, many: true, inventory: other } as const
  const all: readonly Step[] = [
    { name: 'analyze again, judge all anew', args: analyze(many, other), after: again },
    { name: 'the same with two threads', args: analyze(many, other, '-j', '2'), after: again },
    {
      name: 'analyze another capture, judge all anew',
      args: analyze(small, other),
      after: { ...held, small: true, inventory: other },
    },
    { name: 'rejudge', args: ['rejudge', '-i', inventories[other]], after: { ...held, inventory: other } },
    ...(held.many && held.small
      ? [{ name: 'captures remove', args: ['captures', 'remove', pointOf(many)], after: { ...held, many: false } }]
      : []),
  ]
  return all
}

/** Folder and file name. */
function pointOf(path: string): string {
  return path.split(/[\\/]/).slice(-2).join('/').replace(/\.[^.]*$/, '')
}

const keyOf = ({ many, small, inventory }: Held) => `${many} ${small} ${inventory}`

/** How the attempts came out. */
export interface KillCounts {
  readonly signal: NodeJS.Signals
  attempts: number
  /** By what the database showed afterwards. */
  finishedBefore: number
  journalLeft: number
  newState: number
  noDatabase: number
  /** Temporary folders that were left. */
  leftovers: number
  leftBytes: number
  readonly byStep: Map<string, number>
}

export interface KillSetting {
  readonly folder: string
  readonly material: Material
  readonly random: Random
}

export async function kill(signal: NodeJS.Signals, times: number, setting: KillSetting): Promise<KillCounts> {
  const folder = join(setting.folder, signal)
  const temporary = join(folder, 'tmp')
  mkdirSync(temporary, { recursive: true })
  const database = join(folder, 'portolan.db')
  const counts: KillCounts = {
    signal,
    attempts: 0,
    finishedBefore: 0,
    journalLeft: 0,
    newState: 0,
    noDatabase: 0,
    leftovers: 0,
    leftBytes: 0,
    byStep: new Map(),
  }
  const wanted = new WantedStates(setting)
  let held = NOTHING
  while (counts.attempts < times) {
    // Now and then from the beginning: making a database is also something that can be interrupted.
    if (setting.random() < 0.1) {
      rmSync(database, { force: true })
      held = NOTHING
    }
    const possible = steps(setting.material, held)
    const step = possible[Math.floor(setting.random() * possible.length)] as Step
    const { digest: next, seconds } = await wanted.of(step, held)
    const before = held === NOTHING ? '' : wanted.known(held)
    const program = start([...step.args, '-d', database], { temporary })
    const delay = setting.random() * 1.1 * seconds * 1000
    await Promise.race([wait(delay), program.ended])
    const hadEnded = program.process.exitCode !== null
    program.process.kill(signal)
    const ended = await program.ended
    counts.attempts += 1
    counts.byStep.set(step.name, (counts.byStep.get(step.name) ?? 0) + 1)
    if (hadEnded || ended.code === 0) {
      expectDone(ended)
      counts.finishedBefore += 1
      wanted.took(step, ended.seconds)
    } else check(ended.signal === signal, `it ended with ${ended.code}, ${ended.signal}: ${ended.err}`)
    if (existsSync(`${database}-journal`)) counts.journalLeft += 1
    const left = takeLeftovers(temporary)
    counts.leftovers += left.folders
    counts.leftBytes += left.bytes
    const found = await soundState(database)
    const where = `${step.name}, stopped after ${delay.toFixed(0)} ms of ${(seconds * 1000).toFixed(0)}`
    check(found === before || found === next, `${where}: the database holds neither the state before nor the one behind`)
    check(ended.code !== 0 || found === next, `${where}: it ended well, and its result is not there`)
    if (found === '') counts.noDatabase += 1
    else if (found === next && next !== before) {
      held = step.after
      if (ended.code !== 0) counts.newState += 1
    }
    check(found === '' || found === wanted.known(held), `${where}: the state is not known`)
    process.stderr.write('.')
  }
  process.stderr.write('\n')
  return counts
}

/** A digest of all that the database gives out, once it has been found sound; '' where there is none, or nothing in it. */
async function soundState(database: string): Promise<string> {
  if (!existsSync(database) || statSync(database).size === 0) return ''
  // The program itself opens it first: it takes back what a journal holds.
  const text = await exportsOf(database)
  const db = new Sqlite(database)
  try {
    const faults = db.prepare('PRAGMA integrity_check').pluck().all()
    check(faults.join() === 'ok', `integrity_check: ${faults.join('; ')}`)
    check(db.prepare('PRAGMA foreign_key_check').all().length === 0, 'foreign_key_check finds rows')
    if (db.prepare('SELECT count(*) FROM captures').pluck().get() === 0) return ''
  } finally {
    db.close()
  }
  const beside = readdirSync(join(database, '..')).filter((name) => name.startsWith('portolan.db-'))
  if (beside.length > 0) await exportsOf(database)
  return digestOf(text)
}

const digestOf = (text: string) => createHash('sha256').update(text).digest('hex')

/** What each step comes to when nobody stops it, and how long it takes. */
class WantedStates {
  readonly #setting: KillSetting
  readonly #digests = new Map<string, string>()
  readonly #seconds = new Map<string, number>()

  constructor(setting: KillSetting) {
    this.#setting = setting
  }

  known(held: Held): string {
    return this.#digests.get(keyOf(held)) as string
  }

  took(step: Step, seconds: number): void {
    const before = this.#seconds.get(step.name) ?? seconds
    this.#seconds.set(step.name, (before * 3 + seconds) / 4)
  }

  async of(step: Step, before: Held): Promise<{ readonly digest: string; readonly seconds: number }> {
    const key = keyOf(step.after)
    if (!this.#digests.has(key) || !this.#seconds.has(step.name)) {
      const database = join(this.#setting.folder, 'wanted.db')
      await this.#make(database, before)
      const ended = await portolan([...step.args, '-d', database])
      expectDone(ended)
      this.took(step, ended.seconds)
      const digest = digestOf(await exportsOf(database))
      check((this.#digests.get(key) ?? digest) === digest, `${step.name}: the result depends on what was there before`)
      this.#digests.set(key, digest)
      rmSync(database)
    }
    return { digest: this.#digests.get(key) as string, seconds: this.#seconds.get(step.name) as number }
  }

  /** A database that holds this, made straight away. */
  async #make(database: string, { many, small, inventory }: Held): Promise<void> {
    rmSync(database, { force: true })
    const { material } = this.#setting
    const inventoryFile = material.inventories[inventory]
    for (const path of [...(many ? [material.many] : []), ...(small ? [material.small] : [])]) {
      expectDone(await portolan(['analyze', path, '-i', inventoryFile, '-d', database]))
    }
  }
}

