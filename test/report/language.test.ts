import { describe, expect, it } from 'vitest'
import { fullPartyName, languageOf, partyName, purposeOf, roleName } from '../../src/report/language.ts'
import { findRule } from '../../src/rules/pack.ts'

describe('the language', () => {
  it('is the one asked for, whatever the environment says', () => {
    expect(languageOf('en', { LC_ALL: 'ko_KR.UTF-8' }, 'ko-KR')).toBe('en')
    expect(languageOf('ko', { LC_ALL: 'C' }, undefined)).toBe('ko')
  })

  it('is that of the first variable that says something', () => {
    expect(languageOf(undefined, { LANG: 'ko_KR.UTF-8' }, undefined)).toBe('ko')
    expect(languageOf(undefined, { LC_ALL: '', LC_MESSAGES: 'ko', LANG: 'en_US.UTF-8' }, undefined)).toBe('ko')
    expect(languageOf(undefined, { LC_ALL: 'C', LANG: 'ko_KR.UTF-8' }, 'ko-KR')).toBe('en')
  })

  it('is that of the system where the environment says nothing', () => {
    expect(languageOf(undefined, {}, 'ko-KR')).toBe('ko')
    expect(languageOf(undefined, {}, 'en-KR')).toBe('en')
    expect(languageOf(undefined, {}, undefined)).toBe('en')
  })

  it('is not Korean where a locale only begins with the same letters', () => {
    expect(languageOf(undefined, { LANG: 'kok_IN.UTF-8' }, undefined)).toBe('en')
  })
})

describe('names in a language', () => {
  it('are the words of inventories in English', () => {
    expect([roleName('director', 'en'), partyName('any', 'en'), fullPartyName('director', 'en')]).toEqual([
      'director',
      'any',
      'director',
    ])
  })

  it('are those of the Korean pages in Korean', () => {
    expect([roleName('director', 'ko'), partyName('any', 'ko'), fullPartyName('director', 'ko')]).toEqual([
      '디렉터',
      '모두',
      '디렉터(director)',
    ])
  })
})

describe('a purpose', () => {
  const { rule } = findRule('front-end-to-gateway-5066')

  it('is translated', () => {
    expect(purposeOf(rule, 'ko')).toBe('E9-1-1 게이트웨이로의 긴급 통화')
    expect(purposeOf(rule, 'en')).toBe('Emergency calls to the E9-1-1 gateway')
  })

  it("stays as it is where it is not ours, such as in a user's own pack", () => {
    expect(purposeOf({ purpose: 'Backup to tape' }, 'ko')).toBe('Backup to tape')
  })
})
