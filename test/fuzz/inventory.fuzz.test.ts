import { describe, expect, it } from 'vitest'
import type { Inventory } from '../../src/inventory/inventory.ts'
import { InventoryError } from '../../src/inventory/inventory-error.ts'
import { compileDirectedBroadcast, compileLookup } from '../../src/inventory/lookup.ts'
import { parseInventory } from '../../src/inventory/read.ts'
import { FIRST_SEED, oneOf, randomFrom, runsOr } from './fuzzing.ts'
import { checkRefusal, type TextSeed, textMutant, textSeeds, tried } from './texts.ts'

/*
 * Inventories that were right once, changed at random: they are read, and every address that they name is found again, or
 * they are refused in sentences. Nothing else is thrown, and nothing takes long.
 */

const RUNS = runsOr(150)
const SEEDS = textSeeds('inventory')
/** The name tells the form, or leaves it to the content. */
const NAMES = ['a.yaml', 'a.csv', 'a', 'a.json'] as const

function readOrRefused(bytes: Uint8Array, file: string): Inventory | undefined {
  try {
    return parseInventory(bytes, file)
  } catch (error) {
    if (!(error instanceof InventoryError)) throw error
    checkRefusal(error.message)
    return undefined
  }
}

function checkRead(inventory: Inventory): void {
  const lookup = compileLookup(inventory)
  const isBroadcast = compileDirectedBroadcast(inventory)
  for (const { name, roles, ranges, line } of inventory.entries) {
    if (name === '' || roles.length === 0 || line < 1) throw new Error(`an entry is ${name}, ${roles}, ${line}`)
    for (const { first, last, family } of ranges) {
      if (family !== 4 && family !== 6) throw new Error(`a range is of family ${family}`)
      for (const address of [first, last]) {
        if (lookup(address) === undefined) throw new Error(`${address} is not found`)
        isBroadcast(address)
      }
    }
  }
}

function attempt(bytes: Uint8Array, file: string): void {
  tried(bytes, () => {
    const inventory = readOrRefused(bytes, file)
    if (inventory !== undefined) checkRead(inventory)
  })
}

describe('changed inventories', () => {
  it.each(SEEDS)(
    '$name: they are read or refused',
    ({ name, text }: TextSeed) => {
      const random = randomFrom(FIRST_SEED + name.length)
      for (let run = 0; run < RUNS; run += 1) {
        const bytes = textMutant(text, random, SEEDS)
        attempt(bytes, random(3) === 0 ? oneOf(random, NAMES) : name)
      }
    },
    600_000,
  )

  it.each([
    ['a number of many digits', 'a.csv', `role;name;address\nfront-end;fe01;10.0.0.4${'9'.repeat(43_000)}\n`],
    [
      'a range that ends in one',
      'a.csv',
      `name,address,role\nfe01,10.0.0.40-10.0.0.4${'65535'.repeat(700)},front-end\n`,
    ],
    [
      'one role a thousand times',
      'a.yaml',
      `endpoints:\n  - { name: a, address: 10.0.0.1, role: ${'sql-backend  '.repeat(1000)} }\n`,
    ],
  ])('that were found once are refused in sentences: %s', (_what, file, text) => {
    attempt(Buffer.from(text), file)
  })

  it('begin with inventories that are read', () => {
    for (const { name, text } of SEEDS)
      expect([name, parseInventory(Buffer.from(text), name).entries.length > 0]).toEqual([name, true])
  })
})
