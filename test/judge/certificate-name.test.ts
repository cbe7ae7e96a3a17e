import { describe, expect, test } from 'vitest'
import type { Placement } from '../../src/inventory/lookup.ts'
import { differsFromName } from '../../src/judge/certificate-name.ts'
import { certificate } from './samples.ts'

const listed = (name: string): Placement => ({ name, roles: ['front-end'], entries: [] })
const differs = (name: string, ...names: readonly string[]) => differsFromName(certificate(names), listed(name))

describe('a certificate names another machine than the inventory', () => {
  test.each([
    ['another name', 'fe01.contoso.local', ['fe99.contoso.local']],
    ['another domain', 'fe01.contoso.local', ['fe01.contoso.com']],
    ['the machine’s short name', 'fe01.contoso.local', ['fe01']],
    ['a longer name', 'fe01.contoso.local', ['fe01.contoso.local.evil.example']],
    ['the end of the name', 'fe01.contoso.local', ['contoso.local', '01.contoso.local']],
    ['a wildcard of another domain', 'fe01.contoso.local', ['*.contoso.com']],
    ['a wildcard further up: it stands for one label', 'fe01.pool.contoso.local', ['*.contoso.local']],
    ['a wildcard for the domain itself', 'contoso.local', ['*.contoso.local']],
    ['a wildcard in the middle', 'fe01.contoso.local', ['fe01.*.local']],
    ['a part of a label', 'fe01.contoso.local', ['fe*.contoso.local', '*']],
    ['several names, none of them this one', 'fe01.contoso.local', ['a.contoso.local', 'b.contoso.local']],
  ])('%s', (_, name, names) => {
    expect(differs(name, ...names)).toBe(true)
  })
})

describe('a certificate does not name another machine', () => {
  test.each([
    ['the same name', 'fe01.contoso.local', ['fe01.contoso.local']],
    ['in other letters', 'FE01.Contoso.LOCAL', ['fe01.contoso.local']],
    ['among alternative names', 'fe01.contoso.local', ['pool01.contoso.local', 'fe01.contoso.local']],
    ['by a wildcard', 'fe01.contoso.local', ['*.contoso.local']],
    ['with an underscore', 'fe_01.contoso.local', ['fe_01.contoso.local']],
  ])('%s', (_, name, names) => {
    expect(differs(name, ...names)).toBe(false)
  })

  test.each([
    'edge01 internal',
    'Seoul clients',
    'fe01',
    '서울.contoso.local',
    '프런트 엔드',
    '',
    'a..b',
    '.contoso.local',
  ])('where the inventory’s name is no full name of a host: %j', (name) => {
    expect(differs(name, 'fe99.contoso.local')).toBe(false)
  })

  test.each(['10.0.0.16', '192.0.2.20'])('where the inventory calls a host by its address: %s', (name) => {
    expect(differs(name, 'fe99.contoso.local')).toBe(false)
  })

  test('without a certificate, without a name in it, or where nobody is listed', () => {
    expect(differsFromName(undefined, listed('fe01.contoso.local'))).toBe(false)
    expect(differs('fe01.contoso.local')).toBe(false)
    expect(differsFromName(certificate(['fe99.contoso.local']), undefined)).toBe(false)
  })

  test('of the longest name, and of a name that is longer than any host’s', () => {
    const longest = `${'a'.repeat(63)}.${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(61)}`
    expect(longest).toHaveLength(253)
    expect(differs(longest, longest)).toBe(false)
    expect(differs(longest, 'x.y')).toBe(true)
    expect(differs(`${longest}e`, 'x.y')).toBe(false)
  })
})
