import { createHash } from 'node:crypto'
import { appendFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll } from 'vitest'

/*
 * What the targets share. `npm run fuzz` starts them again and again with another PORTOLAN_FUZZ_SEED, with PORTOLAN_FUZZ_RUNS
 * mutants of each seed, and finds in the folder PORTOLAN_FUZZ_REPORT what they tell.
 */

/** Inputs that were tried in this process. */
let executions = 0

const seed = process.env['PORTOLAN_FUZZ_SEED']
const runs = process.env['PORTOLAN_FUZZ_RUNS']

/** The random numbers are the same in every run of the tests. */
export const FIRST_SEED = Number(seed ?? 20_140_602)

/** How many mutants of each seed are tried; `usual` many in the tests. */
export function runsOr(usual: number): number {
  return Number(runs ?? usual)
}

/** A property of fast-check is tried so many times for each mutant that others try of a seed. */
const PROPERTY_RUNS = 10

/** What fast-check is told of a property that is tried `usual` many times in the tests. */
export function propertyRuns(usual: number): { readonly numRuns: number; readonly seed?: number } {
  const numRuns = runs === undefined ? usual : Number(runs) * PROPERTY_RUNS
  executions += numRuns
  return seed === undefined ? { numRuns } : { numRuns, seed: FIRST_SEED }
}

/** A whole number from 0 to below the given one. */
export type Random = (below: number) => number

/** Mulberry32. */
export function randomFrom(seed: number): Random {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}

export function oneOf<Each>(random: Random, all: readonly Each[]): Each {
  return all[random(all.length)] as Each
}

const report = process.env['PORTOLAN_FUZZ_REPORT']
/** Every input is written here before it is tried, so that one that never comes back is known. */
const trace = process.env['PORTOLAN_FUZZ_TRACE']

/** To be called before each input is tried. */
export function executing(input: Uint8Array): void {
  executions += 1
  if (trace !== undefined) writeFileSync(trace, input)
}

/** To be called where something is wrong with an input. */
export function keepInput(input: Uint8Array): void {
  if (report === undefined) return
  writeFileSync(join(report, createHash('sha256').update(input).digest('hex').slice(0, 16)), input)
}

afterAll(() => {
  if (report !== undefined) appendFileSync(join(report, 'executions'), `${executions}\n`)
})
