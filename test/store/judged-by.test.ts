import { describe, expect, test } from 'vitest'
import { EMPTY_INVENTORY } from '../../src/inventory/inventory.ts'
import { parseInventory } from '../../src/inventory/read.ts'
import { DEFAULT_RULES, selectRules } from '../../src/rules/pack.ts'
import { parseUserPack } from '../../src/rules/user-pack.ts'
import { isSameJudgedBy, type JudgedBy, readJudgedBy, writeJudgedBy } from '../../src/store/judged-by.ts'
import { emptyDatabase, FULL_RULES, sample, sampleInventory } from '../support/analysis.ts'

const SAMPLE: JudgedBy = {
  inventoryFile: 'captures/edge.yaml',
  inventory: sampleInventory('edge.yaml'),
  rules: FULL_RULES,
}

/** The default rules, of which a user's file disables one. */
function withUserPack(source: string) {
  const text = `disable:\n  - { id: director-rp-8080, source: ${source} }\n`
  const { pack } = parseUserPack(Buffer.from(text), 'our.yaml')
  return selectRules([...DEFAULT_RULES, 'our.yaml'], 'full', [pack])
}

const MOVED = 'ports:\n  - { name: web, role: director, transport: tcp, documented: 443, actual: 444 }\n'

describe('what everything in a database is judged by', () => {
  test('is nothing in a new one', () => {
    expect(readJudgedBy(emptyDatabase())).toBeUndefined()
  })

  test.each<[string, JudgedBy]>([
    ['a sample inventory', SAMPLE],
    ['Korean names', { ...SAMPLE, inventory: sampleInventory('director-ko.yaml') }],
    ['no inventory', { inventoryFile: undefined, inventory: EMPTY_INVENTORY, rules: FULL_RULES }],
    ["rules of a user's own", { ...SAMPLE, rules: withUserPack('Change 4711') }],
    ['one page as published', { ...SAMPLE, rules: selectRules(['lync-2013/single-director'], 'published') }],
  ])('is read back whole: %s', (_, judgedBy) => {
    const db = emptyDatabase()
    writeJudgedBy(db, judgedBy)
    const read = readJudgedBy(db)
    expect(read).toEqual(judgedBy)
    expect(read && isSameJudgedBy(read, judgedBy)).toBe(true)
  })

  test('is one, the latest', () => {
    const db = emptyDatabase()
    writeJudgedBy(db, SAMPLE)
    writeJudgedBy(db, { ...SAMPLE, inventoryFile: undefined, inventory: EMPTY_INVENTORY })
    expect(readJudgedBy(db)?.inventory).toEqual(EMPTY_INVENTORY)
    expect(db.prepare('SELECT count(*) FROM judged_by').pluck().get()).toBe(1)
  })
})

describe('whether two are the same', () => {
  const parsed = (yaml: string, file = 'inventory.yaml') => parseInventory(Buffer.from(yaml), file)
  const LINE = '  - { name: dir01, address: 10.0.0.16, role: director }\n'
  const OTHER = '  - { name: edge01, address: 10.0.0.20, role: edge-internal }\n'
  const base: JudgedBy = {
    inventoryFile: 'inventory.yaml',
    inventory: parsed(`endpoints:\n${LINE}${OTHER}`),
    rules: FULL_RULES,
  }

  test.each<[string, JudgedBy]>([
    ['a name', { ...base, inventory: parsed(`endpoints:\n${LINE.replace('dir01', 'dir02')}${OTHER}`) }],
    ['an address', { ...base, inventory: parsed(`endpoints:\n${LINE.replace('.16', '.17')}${OTHER}`) }],
    ['a role', { ...base, inventory: parsed(`endpoints:\n${LINE.replace('director', 'front-end')}${OTHER}`) }],
    ['an entry', { ...base, inventory: parsed(`endpoints:\n${LINE}`) }],
    [
      'a network for its last address',
      { ...base, inventory: parsed(`endpoints:\n${LINE.replace('10.0.0.16', '10.0.0.16/30')}${OTHER}`) },
    ],
    ['a moved port', { ...base, inventory: parsed(`endpoints:\n${LINE}${OTHER}${MOVED}`) }],
    ["rules of a user's own", { ...base, rules: withUserPack('Change 4711') }],
    ['the reading', { ...base, rules: selectRules(['lync-2013', 'windows-baseline'], 'prose') }],
    ['the packs', { ...base, rules: selectRules(['lync-2013'], 'full') }],
  ])('%s makes another', (_, other) => {
    expect(isSameJudgedBy(base, other)).toBe(false)
  })

  test("a changed file of a user's rules makes another", () => {
    const before: JudgedBy = { ...base, rules: withUserPack('Change 4711') }
    expect(isSameJudgedBy(before, { ...base, rules: withUserPack('Change 4711') })).toBe(true)
    expect(isSameJudgedBy(before, { ...base, rules: withUserPack('Change 4712') })).toBe(false)
  })

  test('a port that is moved elsewhere makes another, and what people call it does not', () => {
    const inventory = (ports: string) => ({ ...base, inventory: parsed(`endpoints:\n${LINE}${OTHER}${ports}`) })
    const before = inventory(MOVED)
    expect(isSameJudgedBy(before, inventory(MOVED.replace('444', '445')))).toBe(false)
    expect(isSameJudgedBy(before, inventory(MOVED.replace('director', 'front-end')))).toBe(false)
    expect(isSameJudgedBy(before, inventory(MOVED.replace('name: web', 'name: other')))).toBe(true)
    expect(isSameJudgedBy(before, inventory(`# moved\n${MOVED}`))).toBe(true)
  })

  test('the path that the user wrote is no part of it', () => {
    const moved = parsed(`endpoints:\n${LINE}${OTHER}`, sample('inventory.yaml'))
    expect(isSameJudgedBy(base, { ...base, inventoryFile: sample('inventory.yaml'), inventory: moved })).toBe(true)
  })

  test('nor is the line of an entry: a comment changes no judgement', () => {
    const commented = parsed(`# who is who\nendpoints:\n${LINE}${OTHER}`)
    expect(isSameJudgedBy(base, { ...base, inventory: commented })).toBe(true)
  })
})
