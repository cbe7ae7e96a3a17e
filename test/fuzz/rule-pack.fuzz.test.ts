import { describe, expect, it } from 'vitest'
import { RulesError, selectRules } from '../../src/rules/pack.ts'
import { parseUserPack, rulesOfUserPack, type UserPack } from '../../src/rules/user-pack.ts'
import { FIRST_SEED, randomFrom, runsOr } from './fuzzing.ts'
import { checkRefusal, type TextSeed, textMutant, textSeeds, tried } from './texts.ts'

/*
 * Rule packs of users that were right once, changed at random: they are read and can be put in force, or are refused in
 * sentences.
 */

const RUNS = runsOr(100)
const SEEDS = textSeeds('rule-packs')

function readOrRefused<Result>(read: () => Result): Result | undefined {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof RulesError)) throw error
    checkRefusal(error.message)
    return undefined
  }
}

function putInForce({ pack, places }: UserPack): void {
  for (const [rule, place] of places) {
    if (!/^[^\n]+:\d+:\d+$/.test(place)) throw new Error(`the place of ${rule} is ${place}`)
  }
  readOrRefused(() => rulesOfUserPack(pack))
  for (const reading of ['published', 'prose', 'full'] as const) {
    readOrRefused(() => selectRules(['lync-2013', 'windows-baseline', pack.name], reading, [pack]))
    readOrRefused(() => selectRules([pack.name], reading, [pack]))
  }
}

describe('changed rule packs', () => {
  it.each(SEEDS)(
    '$name: they are read or refused',
    ({ name, text }: TextSeed) => {
      const random = randomFrom(FIRST_SEED + name.length)
      for (let run = 0; run < RUNS; run += 1) {
        const bytes = textMutant(text, random, SEEDS)
        tried(bytes, () => {
          const pack = readOrRefused(() => parseUserPack(bytes, name))
          if (pack !== undefined) putInForce(pack)
        })
      }
    },
    600_000,
  )

  it('begin with packs that are read', () => {
    for (const { name, text } of SEEDS)
      expect([name, parseUserPack(Buffer.from(text), name).pack.name]).toEqual([name, name])
  })
})
