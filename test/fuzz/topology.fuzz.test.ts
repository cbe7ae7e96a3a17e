import { describe, expect, it } from 'vitest'
import type { Deployment } from '../../src/inventory/import/deployment.ts'
import { type Imported, importDeployment } from '../../src/inventory/import/import.ts'
import { parseImport } from '../../src/inventory/import/read.ts'
import { InventoryError } from '../../src/inventory/inventory-error.ts'
import { parseInventory } from '../../src/inventory/read.ts'
import { FIRST_SEED, oneOf, randomFrom, runsOr } from './fuzzing.ts'
import { checkRefusal, type TextSeed, textMutant, textSeeds, tried } from './texts.ts'

/*
 * Topology documents, exports of cmdlets and hosts files that were right once, changed at random: they are read or refused
 * in sentences; what is read makes an inventory that can be read, or is merged into one without spoiling it.
 */

const RUNS = runsOr(60)
const SEEDS = textSeeds('imports')
const INVENTORIES = textSeeds('inventory').filter(({ name }) => name.endsWith('.yaml'))

function readOrRefused<Result>(read: () => Result): Result | undefined {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof InventoryError)) throw error
    checkRefusal(error.message)
    return undefined
  }
}

function checkRemarks({ endpoints, ports, remarks }: Imported): void {
  const said = [...remarks, ...[...endpoints, ...ports].map(({ remark }) => remark)]
  for (const remark of said.filter((each) => each !== '')) checkRefusal(remark)
}

/** A new inventory never fails; an import into it again changes nothing. */
function checkNew(deployment: Deployment): void {
  const imported = importDeployment([deployment], { file: 'inventory.yaml', bytes: undefined })
  const { bytes, endpoints } = imported
  checkRemarks(imported)
  if (bytes === undefined) {
    if (endpoints.some(({ change }) => change === 'added')) throw new Error('nothing is written of what was added')
    return
  }
  parseInventory(bytes, 'inventory.yaml')
  const again = importDeployment([deployment], { file: 'inventory.yaml', bytes })
  checkRemarks(again)
  if (again.bytes !== undefined) throw new Error('importing again changes the inventory')
}

/** What stood in the inventory before stands in it still. */
function checkMerged(deployment: Deployment, before: TextSeed): void {
  const bytes = Buffer.from(before.text)
  const merged = readOrRefused(() => importDeployment([deployment], { file: before.name, bytes }))
  if (merged !== undefined) checkRemarks(merged)
  if (merged?.bytes === undefined) return
  const names = new Set(parseInventory(merged.bytes, before.name).entries.map(({ name }) => name))
  for (const { name } of parseInventory(bytes, before.name).entries) {
    if (!names.has(name)) throw new Error(`${name} is not in the inventory any more`)
  }
}

function attempt(bytes: Uint8Array, file: string, before: TextSeed): void {
  tried(bytes, () => {
    const deployment = readOrRefused(() => parseImport(bytes, file))
    if (deployment === undefined) return
    checkNew(deployment)
    checkMerged(deployment, before)
  })
}

describe('changed files of a deployment', () => {
  it.each(SEEDS)(
    '$name: they are read or refused',
    ({ name, text }: TextSeed) => {
      const random = randomFrom(FIRST_SEED + name.length)
      for (let run = 0; run < RUNS; run += 1) {
        const bytes = textMutant(text, random, SEEDS)
        attempt(bytes, name, oneOf(random, INVENTORIES))
      }
    },
    600_000,
  )

  it.each([
    ['an address of many digits', 'hosts', `# hosts\n10.0.0.1${'0'.repeat(2700)}6 dir01\n`],
    ['a pool of the name null', 'services.csv', 'PoolFqdn,Role\nnull,CentralManagement\nfe01,Registrar\n'],
  ])('that were found once are read or refused: %s', (_what, file, text) => {
    for (const before of INVENTORIES) attempt(Buffer.from(text), file, before)
  })

  it('begin with files that are read', () => {
    for (const { name, text } of SEEDS)
      expect([name, typeof parseImport(Buffer.from(text), name)]).toEqual([name, 'object'])
  })
})
