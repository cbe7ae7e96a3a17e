import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createPlaces, type Place } from './faults/fault.ts'
import { FAULTS } from './faults.ts'
import { writeMaterial } from './material.ts'
import { randomFrom } from './random.ts'

/* Once each, what `npm run stress` tries often: those that take little time, and need neither root nor another user. */

const NAMES = [
  'the folder of temporary files is not there',
  'the disk of the output is full',
  'files may not grow beyond a limit (ulimit -f)',
  'a journal that another program left beside no database',
  'SIGINT while a stream is read',
  'SIGTERM while a stream is read',
  'standard input ends in the middle',
  'a capture shrinks while it is read',
  'a capture is written anew while it is read, compressed',
  "the capture's clock: to and fro",
  "the capture's clock: the largest ticks",
  "the capture's clock: 1970, and the last time that is known",
] as const

const folder = mkdtempSync(join(tmpdir(), 'portolan-faults-'))
let placeFor: () => Place
beforeAll(async () => {
  placeFor = await createPlaces(folder, writeMaterial(folder), randomFrom(1))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('what goes wrong around the program leaves the database whole', () => {
  it.each(NAMES)('%s', async (name) => {
    const fault = FAULTS.find((each) => each.name === name)
    expect(fault).toBeDefined()
    await fault?.happen(placeFor())
  })
})
