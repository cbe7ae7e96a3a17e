import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DEFAULT_RULES, findRule, PACKS, type RuleSet, RulesError, selectRules } from '../../src/rules/pack.ts'
import { PAGES } from '../../src/rules/pages.ts'
import { READINGS } from '../../src/rules/reference.ts'

const SINGLE_DIRECTOR = ['lync-2013/single-director']

const NINE_ROWS = [
  'director-rp-8080',
  'director-rp-4443',
  'director-to-front-end-444',
  'director-client-80',
  'director-client-443',
  'director-edge-5061',
  'edge-internal-cls-50001',
  'edge-internal-cls-50002',
  'edge-internal-cls-50003',
]

const SENTENCES = ['edge-internal-next-hop-5061', 'front-end-edge-5061', 'front-end-rp-4443', 'front-end-rp-8080']

const CORRECTIONS = [
  'director-client-5061',
  'director-cls-50001',
  'director-cls-50002',
  'director-cls-50003',
  'director-cms-445',
  'director-front-end-444',
  'director-front-end-5061',
  'director-to-front-end-5061',
  'director-to-web-farm-443',
  'director-to-web-farm-80',
]

function ids(set: RuleSet): readonly string[] {
  return set.rules.map((each) => each.rule.id)
}

describe('the page of the single Director', () => {
  test('is exactly its nine rows as published, in the order of the page', () => {
    const set = selectRules(SINGLE_DIRECTOR, 'published')
    expect(ids(set)).toEqual(NINE_ROWS)
    const cited = set.rules.flatMap((each) => each.references)
    expect(cited).toHaveLength(9)
    expect(cited.every((each) => each.page === 'single-director' && each.kind === 'table')).toBe(true)
  })

  test('gains its sentences with its prose', () => {
    const set = selectRules(SINGLE_DIRECTOR, 'prose')
    expect([...ids(set)].sort()).toEqual([...NINE_ROWS, ...SENTENCES].sort())
  })

  test('gains what it forgot when read in full', () => {
    const set = selectRules(SINGLE_DIRECTOR, 'full')
    expect([...ids(set)].sort()).toEqual([...NINE_ROWS, ...SENTENCES, ...CORRECTIONS].sort())
    expect(set.rules.some((each) => each.withdrawn)).toBe(false)
  })
})

describe('choosing rules', () => {
  test('by default takes the whole of lync-2013 and of windows-baseline', () => {
    const set = selectRules(DEFAULT_RULES, 'full')
    const packs = PACKS.filter(({ name }) => name !== 'sfb-2015')
    expect(ids(set)).toEqual(packs.flatMap((pack) => pack.rules.map((rule) => rule.id)))
    expect(set.rules.every((each) => each.references.length === each.rule.references.length)).toBe(true)
  })

  test('by page shows only the references on that page', () => {
    const set = selectRules(['lync-2013/director-hlb'], 'published')
    expect(set.rules.find((each) => each.rule.id === 'director-rp-8080')?.references).toEqual([
      { page: 'director-hlb', kind: 'table', where: 'dirhlb-rp-web-8080' },
    ])
  })

  test('lists a rule once that a pack and its page both name', () => {
    expect(ids(selectRules(['lync-2013', ...SINGLE_DIRECTOR], 'full'))).toEqual(ids(selectRules(['lync-2013'], 'full')))
  })

  test('keeps pack order, whatever the order of the names', () => {
    expect(ids(selectRules([...DEFAULT_RULES].reverse(), 'full'))).toEqual(ids(selectRules(DEFAULT_RULES, 'full')))
  })

  test('tells the baseline from Lync', () => {
    const packs = new Map(selectRules(DEFAULT_RULES, 'full').rules.map((each) => [each.rule.id, each.pack]))
    expect(packs.get('windows-time-123')).toBe('windows-baseline')
    expect(packs.get('director-rp-8080')).toBe('lync-2013')
  })

  test('gives plain data that a database can hold', () => {
    const set = selectRules(DEFAULT_RULES, 'full')
    expect(JSON.parse(JSON.stringify(set))).toEqual(set)
  })

  test('grows with the reading, keeps order and repeats nothing, for any choice of pages', () => {
    const order = PACKS.flatMap((pack) => pack.rules.map((rule) => rule.id))
    const names = fc.constantFrom('lync-2013', 'sfb-2015', 'windows-baseline', ...lyncPages())
    fc.assert(
      fc.property(fc.uniqueArray(names, { minLength: 1 }), (chosen) => {
        const [published = [], prose = [], full = []] = READINGS.map((reading) => idsOrNone(chosen, reading))
        expect(prose).toEqual(expect.arrayContaining([...published]))
        expect(full).toEqual(expect.arrayContaining([...prose]))
        expect(full).toEqual(order.filter((id) => full.includes(id)))
      }),
      { numRuns: 50 },
    )
  })
})

describe('what cannot be chosen', () => {
  test.each([
    ['lync-2031', "rules 'lync-2031' are not known; did you mean 'lync-2013'?"],
    [
      'lync-2013/singel-director',
      "rules 'lync-2013/singel-director' are not known; did you mean 'lync-2013/single-director'?",
    ],
    ['single-director', "rules 'single-director' are not known; did you mean 'lync-2013/single-director'?"],
    [
      'ocs-2007',
      "rules 'ocs-2007' are not known; wanted: one of lync-2013, sfb-2015, windows-baseline, one page, such as lync-2013/single-director, or a YAML file",
    ],
    [
      '',
      "rules '' are not known; wanted: one of lync-2013, sfb-2015, windows-baseline, one page, such as lync-2013/single-director, or a YAML file",
    ],
    [
      'our.yaml',
      "rules 'our.yaml' are not known; wanted: one of lync-2013, sfb-2015, windows-baseline, one page, such as lync-2013/single-director, or a YAML file",
    ],
  ])('%j is refused with one sentence', (name, sentence) => {
    expect(() => selectRules([name], 'full')).toThrow(new RulesError(sentence))
  })

  test('a page without anything in force names the reading that has it', () => {
    expect(() => selectRules(['lync-2013/av-requirements'], 'prose')).toThrow(
      new RulesError(
        "rules 'lync-2013/av-requirements' have nothing in force under the reading 'prose'; wanted: the reading 'full'",
      ),
    )
  })

  test('no names at all are refused', () => {
    expect(() => selectRules([], 'full')).toThrow(RulesError)
  })
})

describe('finding a rule', () => {
  test('gives it with its pack', () => {
    const { pack, rule } = findRule('director-cls-50001')
    expect([pack.name, rule.id]).toEqual(['lync-2013', 'director-cls-50001'])
  })

  test('suggests the nearest id', () => {
    expect(() => findRule('director-pr-8080')).toThrow(
      new RulesError("rule 'director-pr-8080' is not known; did you mean 'director-rp-8080'?"),
    )
  })

  test('suggests nothing where nothing is near', () => {
    expect(() => findRule('smtp')).toThrow(new RulesError("rule 'smtp' is not known; 'portolan rules' lists them"))
  })
})

function lyncPages(): readonly string[] {
  return Object.keys(PAGES)
    .filter((page) => page !== 'windows-baseline' && !page.endsWith('-2015'))
    .map((page) => `lync-2013/${page}`)
}

/** A page that only other readings have is refused, which is as good as having no rules. */
function idsOrNone(names: readonly string[], reading: (typeof READINGS)[number]): readonly string[] {
  try {
    return ids(selectRules(names, reading))
  } catch (error) {
    if (error instanceof RulesError) return []
    throw error
  }
}
