import { createHash } from 'node:crypto'
import { copyFileSync, existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
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

const NOTHING: Held = { many: false, small: false, inventory: 0 }

const keyOf = ({ many, small, inventory }: Held): string => `${many} ${small} ${inventory}`

/** A command line that makes one state of another. */
interface Step {
  readonly name: string
  readonly args: readonly string[]
  readonly after: Held
}

/** What can be done to a database that holds this. */
function steps({ many, small, inventories }: Material, held: Held): readonly Step[] {
  const analyze = (path: string, inventory: 0 | 1) => ['analyze', path, '-i', inventories[inventory]]
  if (held === NOTHING) {
    const after: Held = { many: true, small: false, inventory: 0 }
    return [{ name: 'analyze into no database', args: analyze(many, 0), after }]
  }
  const other = held.inventory === 0 ? 1 : 0
  const withMany: Held = { ...held, many: true, inventory: other }
  const withSmall: Held = { ...held, small: true, inventory: other }
  const rejudged: Held = { ...held, inventory: other }
  const changes: readonly Step[] = [
    { name: 'analyze, and judge all again', args: analyze(many, other), after: withMany },
    { name: 'the same with two threads', args: [...analyze(many, other), '-j', '2'], after: withMany },
    { name: 'analyze a small one, and judge all again', args: analyze(small, other), after: withSmall },
    { name: 'rejudge', args: ['rejudge', '-i', inventories[other]], after: rejudged },
  ]
  if (!(held.many && held.small)) return changes
  const removal = {
    name: 'captures remove',
    args: ['captures', 'remove', pointOf(many)],
    after: { ...held, many: false },
  }
  return [...changes, removal]
}

/** Folder and file name. */
function pointOf(path: string): string {
  return path
    .split(/[\\/]/)
    .slice(-2)
    .join('/')
    .replace(/\.[^.]*$/, '')
}

/** How the attempts came out. */
export interface KillCounts {
  attempts: number
  /** It had ended by itself. */
  ended: number
  /** In its transaction: a journal was left, and taken back. */
  inTransaction: number
  /** Behind its transaction: the new state stands. */
  behind: number
  /** Before its transaction: the state before stands. */
  before: number
  /** What was left in the temporary folder. */
  leftFolders: number
  leftBytes: number
}

export interface KillSetting {
  readonly folder: string
  readonly material: Material
  readonly random: Random
  readonly onAttempt: () => void
}

export async function kill(signal: NodeJS.Signals, times: number, setting: KillSetting): Promise<KillCounts> {
  const folder = join(setting.folder, signal)
  const temporary = join(folder, 'tmp')
  mkdirSync(temporary, { recursive: true })
  const database = join(folder, 'portolan.db')
  const counts: KillCounts = {
    attempts: 0,
    ended: 0,
    inTransaction: 0,
    behind: 0,
    before: 0,
    leftFolders: 0,
    leftBytes: 0,
  }
  const wanted = new WantedStates(setting)
  let held = NOTHING
  for (; counts.attempts < times; counts.attempts += 1) {
    // Now and then from the beginning: making a database is also something that can be interrupted.
    if (setting.random() < 0.1) {
      rmSync(database, { force: true })
      held = NOTHING
    } else if (held === NOTHING) held = await wanted.putInPlace(database)
    const possible = steps(setting.material, held)
    const step = possible[Math.floor(setting.random() * possible.length)] as Step
    const { next, seconds } = await wanted.after(step, held)
    const delay = setting.random() * 1.1 * seconds * 1000
    const endedAfter = await stopped(signal, delay, [...step.args, '-d', database], temporary)
    const ended = endedAfter !== undefined
    const hasJournal = existsSync(`${database}-journal`)
    const left = takeLeftovers(temporary)
    counts.leftFolders += left.folders
    counts.leftBytes += left.bytes
    const found = await soundState(database)
    const where = `${step.name}, stopped after ${delay.toFixed(0)} of ${(seconds * 1000).toFixed(0)} ms`
    const isNext = found === next
    if (!isNext && found !== wanted.digestOf(held))
      throw new Error(`${where}: neither the state before nor the one behind`)
    if (ended && !isNext) throw new Error(`${where}: it had ended well, and its result is not there`)
    if (ended) wanted.took(step, endedAfter)
    if (ended) counts.ended += 1
    else if (hasJournal) counts.inTransaction += 1
    else if (isNext) counts.behind += 1
    else counts.before += 1
    if (isNext) held = step.after
    setting.onAttempt()
  }
  return counts
}

/** Starts the program and stops it after so many milliseconds. Returns the seconds it took where it had ended by itself. */
async function stopped(
  signal: NodeJS.Signals,
  ms: number,
  args: readonly string[],
  temporary: string,
): Promise<number | undefined> {
  const { process: child, ended } = start(args, { temporary })
  await Promise.race([wait(ms), ended])
  child.kill(signal)
  const end = await ended
  if (end.signal === signal) return undefined
  expectDone(end)
  return end.seconds
}

/** A digest of all that the database gives out, once it has been found sound; '' where it holds no capture. */
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
  const beside = readdirSync(dirname(database)).filter((name) => /-journal$|-wal$|-shm$/.test(name))
  check(beside.length === 0 || (await isHarmless(database)), `left beside the database: ${beside}`)
  return digest(text)
}

/** A journal with nothing in it goes with the next program that writes. */
async function isHarmless(database: string): Promise<boolean> {
  const copy = `${database}.copy`
  copyFileSync(database, copy)
  copyFileSync(`${database}-journal`, `${copy}-journal`)
  const { code } = await portolan(['captures', 'remove', 'none', '-d', copy])
  const isGone = !existsSync(`${copy}-journal`)
  rmSync(copy)
  return isGone && code === 2
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

/** What each step comes to when nobody stops it, and how long it takes. */
class WantedStates {
  readonly #setting: KillSetting
  readonly #digests = new Map<string, string>([[keyOf(NOTHING), '']])
  readonly #seconds = new Map<string, number>()

  constructor(setting: KillSetting) {
    this.#setting = setting
  }

  digestOf(held: Held): string | undefined {
    return this.#digests.get(keyOf(held))
  }

  /** Puts a database with both captures in the place of whatever is there. */
  async putInPlace(database: string): Promise<Held> {
    const held: Held = { many: true, small: true, inventory: 0 }
    const made = join(this.#setting.folder, 'both.db')
    if (!this.#digests.has(keyOf(held))) {
      await this.#make(made, held)
      this.#digests.set(keyOf(held), digest(await exportsOf(made)))
    }
    copyFileSync(made, database)
    return held
  }

  /** Follows how busy the machine is, so that the moments stay spread over all of the time that a step takes. */
  took({ name }: Step, seconds: number): void {
    this.#seconds.set(name, ((this.#seconds.get(name) ?? seconds) + seconds) / 2)
  }

  async after(step: Step, before: Held): Promise<{ readonly next: string; readonly seconds: number }> {
    const key = keyOf(step.after)
    if (!this.#digests.has(key) || !this.#seconds.has(step.name)) {
      const database = join(this.#setting.folder, 'wanted.db')
      await this.#make(database, before)
      const ended = await portolan([...step.args, '-d', database])
      expectDone(ended)
      this.#seconds.set(step.name, ended.seconds)
      const found = digest(await exportsOf(database))
      check((this.#digests.get(key) ?? found) === found, `${step.name}: what comes of it depends on what was before`)
      this.#digests.set(key, found)
      rmSync(database)
    }
    return { next: this.#digests.get(key) as string, seconds: this.#seconds.get(step.name) as number }
  }

  /** A database that holds this, made straight away. */
  async #make(database: string, { many, small, inventory }: Held): Promise<void> {
    rmSync(database, { force: true })
    const { material } = this.#setting
    for (const path of [...(many ? [material.many] : []), ...(small ? [material.small] : [])]) {
      expectDone(await portolan(['analyze', path, '-i', material.inventories[inventory], '-d', database]))
    }
  }
}
