import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, onTestFinished, test } from 'vitest'
import { DEFAULT_RULES, findRule, type Pack, type RuleSet, RulesError, selectRules } from '../../src/rules/pack.ts'
import { parseUserPack, readRules, rulesOfUserPack } from '../../src/rules/user-pack.ts'

const OUR_RULE = `
  - id: backup-agent-9100
    originators: monitoring
    responders: [director, front-end]
    transport: tcp
    ports: [9100, 9110-9119]
    protocol: tls
    purpose: Backup agent on every server
    source: Change 4711 of 2014-02-03`

const OUR_RULES = `title: Rules of Contoso
rules:${OUR_RULE}
override:
  - { id: edge-av-media-udp, ports: 50000-51999, source: Topology of 2014-02-01 }
disable:
  - { id: edge-av-media-tcp, source: No partner is on Office Communications Server 2007 }
`

function parsed(text: string | Uint8Array, file = 'our.yaml'): Pack {
  return parseUserPack(typeof text === 'string' ? Buffer.from(text) : text, file).pack
}

function refusal(text: string | Uint8Array): readonly string[] {
  try {
    parsed(text)
  } catch (error) {
    if (error instanceof RulesError) return error.message.split('\n')
    throw error
  }
  throw new Error('the pack was read')
}

/** Writes files into a folder that goes when the test ends, and returns their paths. */
function files(texts: Readonly<Record<string, string>>): readonly string[] {
  const folder = mkdtempSync(join(tmpdir(), 'portolan-rules-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return Object.entries(texts).map(([name, text]) => {
    writeFileSync(join(folder, name), text)
    return join(folder, name)
  })
}

function ruleIn(set: RuleSet, id: string) {
  return set.rules.find(({ rule }) => rule.id === id)
}

describe("a user's pack", () => {
  test('states rules in the fields that built-in ones have', () => {
    expect(parsed(OUR_RULES)).toEqual({
      name: 'our.yaml',
      title: 'Rules of Contoso',
      rules: [
        {
          id: 'backup-agent-9100',
          originators: ['monitoring'],
          responders: ['director', 'front-end'],
          transport: 'tcp',
          ports: [
            { first: 9100, last: 9100 },
            { first: 9110, last: 9119 },
          ],
          protocol: 'tls',
          purpose: 'Backup agent on every server',
          references: [{ page: 'our.yaml', kind: 'table', where: 'Change 4711 of 2014-02-03' }],
        },
      ],
      overrides: [
        {
          rule: 'edge-av-media-udp',
          fields: { ports: [{ first: 50_000, last: 51_999 }] },
          references: [{ page: 'our.yaml', kind: 'table', where: 'Topology of 2014-02-01' }],
        },
        {
          rule: 'edge-av-media-tcp',
          fields: {},
          references: [
            {
              page: 'our.yaml',
              kind: 'table',
              where: 'No partner is on Office Communications Server 2007',
              withdraws: true,
            },
          ],
        },
      ],
    })
  })

  test('takes the ports of a media range from its start and count', () => {
    const [rule] = parsed(`rules:${OUR_RULE.replace(/ports: .*/, 'media_range: { start: 6000, count: 10 }')}`).rules
    expect([rule?.ports, rule?.mediaRange]).toEqual([[{ first: 6000, last: 6009 }], { start: 6000, count: 10 }])
  })

  test('goes by the name of its file, wherever that lies', () => {
    expect(parsed(OUR_RULES, '/srv/lync/our.yaml').name).toBe('our.yaml')
    expect(parsed(`rules:${OUR_RULE}`).title).toBe('own rules')
  })

  test('is the same with other line ends, in UTF-16 and with a byte order mark', () => {
    const text = OUR_RULES.replace('Backup agent', '백업 에이전트')
    const units = Buffer.from(`\ufeff${text}`, 'utf16le')
    for (const bytes of [text.replaceAll('\n', '\r\n'), `\ufeff${text}`, units, Buffer.from(units).swap16()]) {
      expect(parsed(bytes)).toEqual(parsed(text))
    }
  })

  test('is plain data that a database can hold', () => {
    const pack = parsed(OUR_RULES)
    expect(JSON.parse(JSON.stringify(pack))).toEqual(pack)
  })
})

const RULE_LINES = OUR_RULE.trim().split('\n')

/** The one rule with a line of it replaced; its first line is the third of the file. */
function withLine(key: string, line: string): string {
  const lines = RULE_LINES.map((each) => (each.trim().replace('- ', '').startsWith(`${key}:`) ? line : each))
  return `# comment\nrules:\n  ${lines.filter((each) => each !== '').join('\n')}\n`
}

describe('what is wrong with a rule is told with its place', () => {
  test.each([
    [
      'an unknown role',
      'originators',
      '    originators: [monitoring, front-edn]',
      "role 'front-edn' at our.yaml:4:31 is not known; did you mean 'front-end'?",
    ],
    [
      'a word that people use for roles',
      'originators',
      '    originators: edge-external',
      "4:18 is not known; did you mean 'edge-access', 'edge-webconf' or 'edge-av'?",
    ],
    ['an unknown protocol', 'protocol', '    protocol: htps', "8:15 is not known; did you mean 'https'?"],
    [
      'an unknown transport',
      'transport',
      '    transport: sctp',
      "transport 'sctp' at our.yaml:6:16 is not known; wanted tcp or udp",
    ],
    [
      'several transports',
      'transport',
      '    transport: [tcp, udp]',
      '6:16 begins a list; wanted tcp or udp, and a rule for each',
    ],
    ['a port too high', 'ports', '    ports: [443, 70000]', "port '70000' at our.yaml:7:18 is not between 1 and 65535"],
    ['port 0', 'ports', '    ports: 0', "port '0' at our.yaml:7:12 is not between 1 and 65535"],
    [
      'a range backwards',
      'ports',
      '    ports: 500-400',
      "port '500-400' at our.yaml:7:12 runs backwards; did you mean '400-500'?",
    ],
    [
      'ports that overlap',
      'ports',
      '    ports: [443, 400-500]',
      "port '400-500' at our.yaml:7:18 overlaps '443' before it",
    ],
    ['a port by name', 'ports', '    ports: https', "port 'https' at our.yaml:7:12 is not a number such as 443"],
    [
      'a range of another size',
      'ports',
      '    ports: { from: 1, to: 2 }',
      '7:12 begins a mapping; wanted a port, a range or a list of these',
    ],
    ['an empty list', 'responders', '    responders: []', 'responders at our.yaml:5:17 is empty'],
    [
      'any beside roles',
      'responders',
      '    responders: [director, any]',
      "'any' at our.yaml:5:28 is everybody; leave out what stands beside it",
    ],
    [
      'no source',
      'source',
      '',
      "the rule at our.yaml:3:5 has no source; wanted 'source' with a text, or 'references' to pages",
    ],
    ['an empty source', 'source', '    source:', 'source at our.yaml:10:12 is empty'],
    [
      'a missing field',
      'purpose',
      '',
      'the rule at our.yaml:3:5 has no purpose; wanted id, originators, responders, transport, ports, protocol and purpose',
    ],
    [
      'an unknown field',
      'purpose',
      '    porpose: x',
      "key 'porpose' at our.yaml:9:5 is not known; did you mean 'purpose'?",
    ],
    [
      'the name in the program',
      'source',
      '    source: x\n    sharedWith: sba',
      "key 'sharedWith' at our.yaml:11:5 is not known; did you mean 'shared_with'?",
    ],
    [
      'an id with capitals',
      'id',
      '- id: Backup Agent',
      "id 'Backup Agent' at our.yaml:3:9 is not written in small letters, digits and hyphens; did you mean 'backup-agent'?",
    ],
    [
      'an id that is too long to be shown',
      'id',
      `- id: ${'X'.repeat(9353)}`,
      `id '${'X'.repeat(60)}…' at our.yaml:3:9 is not written in small letters, digits and hyphens; did you mean '${'x'.repeat(60)}…'?`,
    ],
    [
      'a purpose of two lines',
      'purpose',
      '    purpose: "a\\nb"',
      'purpose at our.yaml:9:14 holds a line break or another control character',
    ],
    [
      'usual parties beside roles',
      'source',
      '    source: x\n    usual_originators: monitoring',
      "usual_originators at our.yaml:11:24 say who comes where originators are 'any', and they are not",
    ],
    [
      'any that is usual',
      'originators',
      '    originators: any\n    usual_originators: any',
      "'any' at our.yaml:5:24 is not a role; wanted roles",
    ],
    [
      'a shared role that responds',
      'source',
      '    source: x\n    shared_with: [sba, director]',
      "shared_with at our.yaml:11:18 names 'director', which is a responder already",
    ],
    [
      'a media range that does not end',
      'ports',
      '    media_range: { start: 65000, count: 1000 }',
      'media_range at our.yaml:7:18 ends at port 65999; the last port is 65535',
    ],
    [
      'half a media range',
      'ports',
      '    media_range: { start: 65000 }',
      'media_range at our.yaml:7:18 has no count; wanted start and count',
    ],
    [
      'a media range beside other ports',
      'ports',
      '    media_range: { start: 50, count: 10 }\n    ports: 50-70',
      'ports at our.yaml:8:12 are not the media range 50-59; leave one of the two out',
    ],
    [
      'a reference to an unknown page',
      'source',
      '    references: [{ page: singel-director, kind: table, where: x }]',
      "page 'singel-director' at our.yaml:10:26 is not known; did you mean 'single-director'?",
    ],
    [
      'a reference of an unknown kind',
      'source',
      '    references: { page: topology, kind: tabel, where: x }',
      "kind 'tabel' at our.yaml:10:41 is not known; did you mean 'table'?",
    ],
    [
      'a reference to a page alone',
      'source',
      '    references: [{ page: topology }]',
      'the reference at our.yaml:10:18 has no kind or where; wanted page, kind and where',
    ],
    ['no references', 'source', '    references: []', 'references at our.yaml:10:17 is empty'],
    [
      'a withdrawal of another word',
      'source',
      '    references: { page: topology, kind: table, where: x, withdraws: yes }',
      "withdraws 'yes' at our.yaml:10:69 is not known; wanted true or false",
    ],
    ['a tab', 'ports', '\tports: 1', 'the line at our.yaml:7:1 is indented with a tab; YAML wants spaces'],
  ])('%s', (_, key, line, sentence) => {
    const [first, ...more] = refusal(withLine(key, line)).filter((each) => !each.startsWith('The '))
    expect(first).toContain(sentence)
    expect(more).toEqual([])
  })

  test('both sides any', () => {
    const text = withLine('originators', '    originators: any').replace('[director, front-end]', 'any')
    expect(refusal(text)).toEqual(["responders at our.yaml:5:17 are 'any' as originators are; name roles on one side"])
  })

  test('several things in the order of the file, with all words where none is near', () => {
    const text = withLine('protocol', '    protocol: zzz').replace('9110-9119', '9119-9110')
    const [port, protocol, words, ...more] = refusal(text)
    expect(port).toContain("port '9119-9110' at our.yaml:7:19 runs backwards")
    expect(protocol).toBe("protocol 'zzz' at our.yaml:8:15 is not known")
    expect(words).toMatch(/^The protocols are sip, sip-tls, .*, tls\.$/)
    expect(more).toEqual([])
  })
})

describe('what is wrong with a pack is told with its place', () => {
  test.each([
    [
      'nothing',
      '',
      'the pack at our.yaml:1:1 is empty; wanted a mapping with the key rules, override, disable or amend',
    ],
    [
      'a title alone',
      'title: x\n',
      'the pack at our.yaml:1:1 has no rules; wanted a mapping with the key rules, override, disable or amend',
    ],
    [
      'a list',
      '- id: x\n',
      'our.yaml:1:1 begins a list; wanted a mapping with the key rules, override, disable or amend',
    ],
    ['no rules', 'rules:\n', "'rules' at our.yaml:1:7 is empty; wanted a list, or leave the key out"],
    ['a mapping of rules', 'rules: { id: x }\n', 'our.yaml:1:8 begins a mapping; wanted a list'],
    [
      'an unknown key',
      `disabled:\n  - { id: director-rp-8080, source: x }\nrules:${OUR_RULE}\n`,
      "key 'disabled' at our.yaml:1:1 is not known; did you mean 'disable'?",
    ],
    [
      'a rule twice',
      `rules:${OUR_RULE}${OUR_RULE}\n`,
      "rule 'backup-agent-9100' at our.yaml:10:9 stands at our.yaml:2:9 already; say it in one place",
    ],
    [
      'an override of nothing',
      'override:\n  - { id: director-rp-8808, ports: 1, source: x }\n',
      "rule 'director-rp-8808' at our.yaml:2:11 is no rule of a built-in pack; did you mean 'director-rp-8080'?",
    ],
    [
      'a rule of nothing disabled',
      'disable:\n  - { id: director-rp-8808, source: x }\n',
      "rule 'director-rp-8808' at our.yaml:2:11 is no rule of a built-in pack; did you mean 'director-rp-8080'?",
    ],
    [
      'two overrides of a rule',
      'override:\n  - { id: director-rp-8080, ports: 1, source: x }\n  - { id: director-rp-8080, protocol: https, source: y }\n',
      "rule 'director-rp-8080' at our.yaml:3:11 stands at our.yaml:2:11 already; say it in one place",
    ],
    [
      'a rule overridden and disabled',
      'disable:\n  - { id: director-rp-8080, source: x }\noverride:\n  - { id: director-rp-8080, ports: 1, source: y }\n',
      "rule 'director-rp-8080' at our.yaml:2:11 stands at our.yaml:4:11 already; say it in one place",
    ],
    [
      'an override without a source',
      'override:\n  - { id: director-rp-8080, ports: 1 }\n',
      "the override at our.yaml:2:5 has no source; wanted 'source' with a text, or 'references' to pages",
    ],
    [
      'an override that changes nothing',
      'override:\n  - { id: director-rp-8080, source: x }\n',
      "the override of 'director-rp-8080' at our.yaml:2:11 changes nothing; wanted fields of a rule, or 'disable'",
    ],
    [
      'an override that leaves both sides any',
      'override:\n  - { id: edge-av-media-udp, responders: any, source: x }\n',
      "responders at our.yaml:2:42 are 'any' as originators are; name roles on one side",
    ],
    [
      'an id without its source',
      'disable:\n  - director-rp-8080\n',
      "our.yaml:2:5 begins plain text, 'director-rp-8080'; wanted a mapping such as { id: director-rp-8080, source: Change 4711 }",
    ],
    [
      'a source without its id',
      'disable:\n  - { source: x }\n',
      "the item of 'disable' at our.yaml:2:5 has no id; wanted that of a rule",
    ],
    ['brackets that do not close', 'rules: [\n', "the '[' at our.yaml:1:8 is not closed"],
  ])('%s', (_, text, sentence) => {
    expect(refusal(text)).toEqual([sentence])
  })

  test('whatever is put in or taken out anywhere, as one error', () => {
    const whole = OUR_RULES.replace(
      '    source: C',
      '    references: [{ page: topology, kind: table, where: x }]\n    source: C',
    )
    const piece = fc.constantFrom(
      '',
      '',
      ' ',
      '\n',
      '[',
      ']',
      '{',
      '}',
      ':',
      ',',
      '-',
      '&a ',
      '*a',
      '!!int ',
      '"',
      '~',
      '\t',
      '0',
      '|',
      '? ',
    )
    const place = fc.nat(whole.length)
    fc.assert(
      fc.property(fc.array(fc.tuple(place, fc.nat(4), piece), { minLength: 1, maxLength: 4 }), (edits) => {
        const text = edits.reduce((each, [at, cut, put]) => each.slice(0, at) + put + each.slice(at + cut), whole)
        try {
          expect(parsed(text).name).toBe('our.yaml')
        } catch (error) {
          expect(error).toBeInstanceOf(RulesError)
          expect((error as RulesError).message).toMatch(/our\.yaml/)
        }
      }),
      { numRuns: 500 },
    )
  })

  test('bytes that are no text', () => {
    expect(refusal(Uint8Array.of(0x72, 0xff, 0x72))).toEqual([
      'rules our.yaml are not text: byte 0xff at offset 1 is not UTF-8; wanted YAML, best in UTF-8',
    ])
  })
})

describe('choosing a file', () => {
  const choose = (texts: Readonly<Record<string, string>>, names: readonly string[] = DEFAULT_RULES) =>
    readRules([...names, ...files(texts)])

  test('adds its rules after those of the packs', () => {
    const set = choose({ 'our.yaml': OUR_RULES })('full')
    expect(set.names).toEqual([...DEFAULT_RULES, 'our.yaml'])
    expect(set.rules.at(-1)).toMatchObject({ pack: 'our.yaml', rule: { id: 'backup-agent-9100' }, withdrawn: false })
    expect(set.rules).toHaveLength(selectRules(DEFAULT_RULES, 'full').rules.length + 1)
  })

  test('overrides the fields that it gives, and keeps what was there before', () => {
    const found = ruleIn(choose({ 'our.yaml': OUR_RULES })('full'), 'edge-av-media-udp')
    const before = ruleIn(selectRules(DEFAULT_RULES, 'full'), 'edge-av-media-udp')
    expect(found?.rule.ports).toEqual([{ first: 50_000, last: 51_999 }])
    expect(found?.rule.mediaRange).toBeUndefined()
    expect(found?.rule.purpose).toBe(before?.rule.purpose)
    expect(found?.pack).toBe('lync-2013')
    expect(found?.overridden).toEqual({
      by: 'our.yaml',
      before: { ports: [{ first: 50_000, last: 59_999 }], mediaRange: { start: 50_000, count: 10_000 } },
    })
    expect(found?.references).toEqual([
      ...(before?.references ?? []),
      { page: 'our.yaml', kind: 'table', where: 'Topology of 2014-02-01' },
    ])
  })

  test('lets usual parties go with the parties that it overrides', () => {
    const text = 'override:\n  - { id: edge-webconf-client-443, originators: client-external, source: x }\n'
    const found = ruleIn(choose({ 'our.yaml': text })('full'), 'edge-webconf-client-443')
    expect(found?.rule.usualOriginators).toBeUndefined()
    expect(Object.keys(found?.overridden?.before ?? {}).sort()).toEqual(['originators', 'usualOriginators'])
  })

  test('leaves a rule that it disables listed, and allowing nothing', () => {
    const found = ruleIn(choose({ 'our.yaml': OUR_RULES })('published'), 'edge-av-media-tcp')
    expect(found).toMatchObject({ withdrawn: true, overridden: { by: 'our.yaml', before: {} } })
  })

  test('puts nothing in force that it only changes', () => {
    const set = choose({ 'our.yaml': OUR_RULES }, ['lync-2013/single-director'])('full')
    expect(ruleIn(set, 'edge-av-media-udp')).toBeUndefined()
    expect(ruleIn(set, 'edge-av-media-tcp')).toBeUndefined()
    expect(ruleIn(set, 'backup-agent-9100')).toBeDefined()
  })

  test('changes what a reading admits where it admits the reason', () => {
    const text = `override:
  - { id: director-rp-8080, ports: 8081, references: { page: topology, kind: topology, where: x } }\n`
    const rulesFor = choose({ 'our.yaml': text })
    const port = (reading: 'full' | 'published') => ruleIn(rulesFor(reading), 'director-rp-8080')?.rule.ports[0]?.first
    expect([port('published'), port('full')]).toEqual([8080, 8081])
  })

  test('alone judges by its rules alone', () => {
    expect(choose({ 'our.yaml': OUR_RULES }, [])('published').rules.map(({ rule }) => rule.id)).toEqual([
      'backup-agent-9100',
    ])
  })

  test('is chosen again from what a database holds, without the file', () => {
    const set = choose({ 'our.yaml': OUR_RULES })('full')
    const held = JSON.parse(JSON.stringify(set)) as RuleSet
    for (const reading of ['full', 'prose', 'published'] as const) {
      const again = selectRules(held.names, reading, held.userPacks)
      expect(again).toEqual(choose({ 'our.yaml': OUR_RULES })(reading))
    }
  })

  test('named twice is one', () => {
    const [path = ''] = files({ 'our.yaml': OUR_RULES })
    expect(readRules([path, path])('full').userPacks).toHaveLength(1)
  })

  test('leaves rule sets without one as they are', () => {
    expect(readRules(DEFAULT_RULES)('full')).toEqual(selectRules(DEFAULT_RULES, 'full'))
    expect(readRules(DEFAULT_RULES)('full')).not.toHaveProperty('userPacks')
  })

  test('is refused where it only changes rules and nothing is chosen beside', () => {
    const text = 'disable:\n  - { id: director-rp-8080, source: x }\n'
    expect(() => choose({ 'our.yaml': text }, [])('full')).toThrow(
      "rules 'our.yaml' put no rule in force; an override changes rules of packs that are chosen beside, such as lync-2013",
    )
  })

  test('is refused where it states a rule of a pack beside it, and says where', () => {
    const text = `rules:${OUR_RULE.replace('backup-agent-9100', 'director-rp-8080')}\n`
    const rulesFor = choose({ 'our.yaml': text }, ['lync-2013'])
    expect(() => rulesFor('full')).toThrow(
      /^rule 'director-rp-8080' at .*our\.yaml:2:9 is one of lync-2013 as well; to change it, put it under 'override'/,
    )
    expect(choose({ 'our.yaml': text }, ['windows-baseline'])('full').rules.at(-1)?.pack).toBe('our.yaml')
  })

  test('is refused where another file changes the same rule', () => {
    const other = 'disable:\n  - { id: edge-av-media-udp, source: x }\n'
    expect(() => choose({ 'our.yaml': OUR_RULES, 'other.yaml': other })).toThrow(
      /^rule 'edge-av-media-udp' at .*other\.yaml:2:11 is changed at .*our\.yaml:12:11 already; say it in one place$/,
    )
  })

  test('is refused beside another file of the same name', () => {
    const [one = ''] = files({ 'our.yaml': OUR_RULES })
    const [two = ''] = files({ 'our.yaml': OUR_RULES })
    expect(() => readRules([one, two])).toThrow(/would have the same name, our\.yaml; rename one of the files$/)
  })

  test('is refused where it is not there', () => {
    expect(() => readRules(['nowhere/our.yaml'])).toThrow(
      new RulesError('rules nowhere/our.yaml cannot be read: there is no such file'),
    )
  })
})

describe('a rule that a file states or changes', () => {
  const pack = parsed(OUR_RULES)

  test('is found by its id', () => {
    expect(findRule('backup-agent-9100', [pack])).toMatchObject({ pack: { name: 'our.yaml' } })
    const { rule, overridden } = findRule('edge-av-media-udp', [pack])
    expect([rule.ports[0]?.last, overridden?.by]).toEqual([51_999, 'our.yaml'])
    expect(rule.references.at(-1)?.where).toBe('Topology of 2014-02-01')
  })

  test('comes before the rule of a pack that it is a copy of', () => {
    const copy = parsed(`rules:${OUR_RULE.replace('backup-agent-9100', 'director-rp-8080')}\n`)
    expect(findRule('director-rp-8080', [copy]).pack.name).toBe('our.yaml')
    expect(rulesOfUserPack(copy)).toMatchObject({ copied: ['lync-2013'], rules: [{ pack: 'our.yaml' }] })
  })

  test('is among what was understood of the file', () => {
    const { rules, copied } = rulesOfUserPack(pack)
    expect(rules.map(({ rule }) => rule.id)).toEqual(['edge-av-media-udp', 'edge-av-media-tcp', 'backup-agent-9100'])
    expect(copied).toEqual([])
  })
})
