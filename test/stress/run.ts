import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { runFaults } from './faults.ts'
import { runHostile } from './hostile.ts'
import { type KillCounts, kill } from './kills.ts'
import { type Material, writeMaterial } from './material.ts'
import { type Random, randomFrom } from './random.ts'

/*
 * `npm run stress`: what happens to the program and around it when it must not lose anything: stopped at random moments,
 * disks that are full, databases that are locked, captures that change while they are read; and captures that somebody made
 * to be expensive. Prints how often it survived.
 *
 *   npm run stress -- [--part kills|faults|hostile] [--kills 200] [--only <words of a name>] [--seed 1] [--scale 1]
 *
 * Exit code 0: it survived everything. 1: it did not.
 */

const PARTS = ['kills', 'faults', 'hostile'] as const
type Part = (typeof PARTS)[number]

/** The other signals that people and systems stop programs with; they leave no more behind than SIGKILL does. */
const GENTLER = ['SIGTERM', 'SIGINT'] as const

async function runKills(folder: string, material: Material, random: Random, times: number): Promise<number> {
  const heads = ['attempts', 'survived', 'had ended', 'before', 'in it', 'behind', 'left folders', 'MB']
  console.log(`\nstopped by${heads.map((head) => head.padStart(13)).join('')}`)
  let lost = 0
  for (const signal of ['SIGKILL', ...GENTLER] as const) {
    const most = signal === 'SIGKILL' ? times : Math.ceil(times / 8)
    let survived = 0
    const onAttempt = () => {
      survived += 1
      if (process.stderr.isTTY) process.stderr.write(`\r${signal} ${survived} of ${most}\r`)
    }
    try {
      printKills(signal, await kill(signal, most, { folder, material, random, onAttempt }))
    } catch (error) {
      lost += 1
      console.log(`${signal.padEnd(10)}   survived ${survived}, then: ${(error as Error).message}`)
    }
  }
  console.log('before, in it, behind: where the transaction was that the program was stopped at')
  return lost
}

function printKills(signal: string, counts: KillCounts): void {
  const { attempts, ended, before, inTransaction, behind, leftFolders, leftBytes } = counts
  const figures = [attempts, attempts, ended, before, inTransaction, behind, leftFolders, Math.round(leftBytes / 1e6)]
  console.log(signal.padEnd(10) + figures.map((figure) => String(figure).padStart(13)).join(''))
}

const { values } = parseArgs({
  options: {
    part: { type: 'string' },
    kills: { type: 'string', default: '200' },
    only: { type: 'string', default: '' },
    seed: { type: 'string', default: '1' },
    scale: { type: 'string', default: '1' },
  },
})

function isAsked(part: Part): boolean {
  return values.part === undefined || values.part === part
}

if (values.part !== undefined && !PARTS.some((part) => part === values.part)) {
  throw new Error(`--part '${values.part}' is none of ${PARTS.join(', ')}`)
}
const folder = mkdtempSync(join(tmpdir(), 'portolan-stress-'))
// Another user looks into it.
chmodSync(folder, 0o755)
const random = randomFrom(Number(values.seed))
try {
  const material = writeMaterial(folder)
  let lost = 0
  if (isAsked('kills')) lost += await runKills(folder, material, random, Number(values.kills))
  if (isAsked('faults')) lost += await runFaults(folder, material, random, values.only)
  if (isAsked('hostile')) lost += runHostile(folder, values.only, Number(values.scale))
  process.exitCode = lost > 0 ? 1 : 0
} finally {
  rmSync(folder, { recursive: true, force: true })
}
