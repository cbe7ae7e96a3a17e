import { describe, expect, it } from 'vitest'
import { didYouMean, nearestWords } from '../../src/inventory/nearest-word.ts'
import { ROLES } from '../../src/inventory/roles.ts'

describe('the nearest words', () => {
  it.each([
    ['directer', ['director']],
    ['Director', ['director']],
    ['frontend', ['front-end']],
    ['Front End', ['front-end']],
    ['front_end', ['front-end']],
    ['front-end-pool', ['front-end']],
    ['director-vip', ['director']],
    ['client', ['client-internal', 'client-external']],
    ['edge', ['edge-internal', 'edge-access', 'edge-webconf', 'edge-av']],
    ['ohter', ['other']],
    ['web', []],
    ['', []],
    ['directer'.repeat(100), []],
  ])("for '%s'", (text, words) => {
    expect(nearestWords(text, ROLES)).toEqual(words)
  })

  it('end a sentence', () => {
    expect(didYouMean([])).toBe('')
    expect(didYouMean(['a'])).toBe("; did you mean 'a'?")
    expect(didYouMean(['a', 'b', 'c'])).toBe("; did you mean 'a', 'b' or 'c'?")
  })
})
