import { describe, expect, it } from 'vitest'
import { PACKS } from '../../src/rules/pack.ts'
import { PURPOSES_KO } from '../../src/rules/purposes-ko.ts'

const purposes = new Set(PACKS.flatMap(({ rules }) => rules.map(({ purpose }) => purpose)))

describe('the Korean purposes', () => {
  it('are there for every rule of every pack', () => {
    expect([...purposes].filter((purpose) => !PURPOSES_KO.has(purpose))).toEqual([])
  })

  it('belong to a rule each', () => {
    expect([...PURPOSES_KO.keys()].filter((purpose) => !purposes.has(purpose))).toEqual([])
  })

  it('are Korean, but for names that the Korean pages keep', () => {
    const others = [...PURPOSES_KO.values()].filter((purpose) => !/[가-힣]/.test(purpose))
    expect(others).toEqual([])
  })

  it('are one line without an end mark, in composed letters', () => {
    for (const purpose of PURPOSES_KO.values()) {
      expect(purpose).not.toMatch(/[.\n]$|^\s|\s$|\s\s/)
      expect(purpose).toBe(purpose.normalize('NFC'))
    }
  })

  it('tell apart what the English ones tell apart', () => {
    expect(new Set(PURPOSES_KO.values()).size).toBe(PURPOSES_KO.size)
  })

  it('keep the numbers of the English ones', () => {
    const numbers = (text: string): readonly string[] => text.match(/\d+/g) ?? []
    const differing = [...PURPOSES_KO].filter(
      ([english, korean]) => numbers(english).filter((each) => !numbers(korean).includes(each)).length > 0,
    )
    expect(differing).toEqual([])
  })
})
