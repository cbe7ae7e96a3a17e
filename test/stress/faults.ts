import { rmSync } from 'node:fs'
import { CHANGING_FILES } from './faults/changing-files.ts'
import { CLOCKS } from './faults/clocks.ts'
import { DATABASES } from './faults/databases.ts'
import { DISK_FULL } from './faults/disk-full.ts'
import { createPlaces, type Fault, type Place } from './faults/fault.ts'
import { STREAMS } from './faults/streams.ts'
import type { Material } from './material.ts'
import type { Random } from './random.ts'

export const FAULTS: readonly Fault[] = [...DISK_FULL, ...DATABASES, ...STREAMS, ...CHANGING_FILES, ...CLOCKS]

/** Lets all of them happen; returns the number of those that something did not survive. */
export async function runFaults(folder: string, material: Material, random: Random, only: string): Promise<number> {
  console.log(`\n${'faults'.padEnd(76)}tried  survived`)
  const placeFor = await createPlaces(folder, material, random)
  let lost = 0
  for (const fault of FAULTS.filter(({ name }) => name.includes(only))) lost += await runFault(fault, placeFor)
  return lost
}

async function runFault({ name, times = 1, happen }: Fault, placeFor: () => Place): Promise<number> {
  let survived = 0
  const problems = new Set<string>()
  for (let attempt = 0; attempt < times; attempt += 1) {
    const place = placeFor()
    try {
      const notTried = await happen(place)
      if (notTried !== undefined) {
        console.log(`${name.padEnd(76)}    -         -  ${notTried.because}`)
        return 0
      }
      survived += 1
    } catch (error) {
      problems.add((error as Error).message)
    } finally {
      rmSync(place.folder, { recursive: true, force: true })
    }
  }
  console.log(`${name.padEnd(76)}${String(times).padStart(5)}${String(survived).padStart(10)}`)
  for (const problem of problems) console.log(`  ${problem}`)
  return survived < times ? 1 : 0
}
