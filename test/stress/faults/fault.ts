import { copyFileSync, mkdirSync, mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import type { Material } from '../material.ts'
import { check, expectDone, exportsOf, portolan } from '../portolan.ts'
import type { Random } from '../random.ts'

/** Something that goes wrong around the program, and what then must hold. */
export interface Fault {
  readonly name: string
  /** How often it is tried, at other moments each time. */
  readonly times?: number
  /** Throws where something is not as it must be; returns why it could not be tried here. */
  readonly happen: (place: Place) => Promise<NotTried | undefined>
}

export interface NotTried {
  readonly because: string
}

/** What a fault happens to. */
export interface Place {
  /** Empty, and of this attempt alone. */
  readonly folder: string
  readonly material: Material
  readonly random: Random
  /** Puts a copy of a database that holds the small capture into a folder. */
  readonly database: (folder: string) => string
  /** Throws unless that database holds what it held. */
  readonly expectUntouched: (database: string) => Promise<void>
}

export async function createPlaces(folder: string, material: Material, random: Random): Promise<() => Place> {
  const standing = join(folder, 'standing.db')
  expectDone(await portolan(['analyze', material.small, '-i', material.inventories[0], '-d', standing]))
  const before = await exportsOf(standing)
  return () => {
    const own = mkdtempSync(join(folder, 'fault-'))
    return {
      folder: own,
      material,
      random,
      database(where) {
        mkdirSync(where, { recursive: true })
        copyFileSync(standing, join(where, 'portolan.db'))
        return join(where, 'portolan.db')
      },
      async expectUntouched(database) {
        check((await exportsOf(database)) === before, 'the database does not hold what it held before')
      },
    }
  }
}
