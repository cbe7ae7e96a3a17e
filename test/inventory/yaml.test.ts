import { describe, expect, it } from 'vitest'
import { parseInventory } from '../../src/inventory/read.ts'
import { refusal } from './refusal.ts'

const DESIGN = `# inventory.yaml
endpoints:
  - { name: dir01.contoso.local, address: 10.0.0.16, role: director }
  - { name: edge01 internal,     address: 10.0.0.20, role: edge-internal }
  - { name: fe pool,             address: [10.0.0.40, 10.0.0.41-10.0.0.44], role: [front-end, cms-master] }
  - { name: Seoul clients,       address: [10.1.0.0/16, 2001:db8:1::/48],  role: client-internal }
`

/** The sentences about a file whose entries are these lines. */
function refusedEntries(...lines: readonly string[]): readonly string[] {
  return refusal(['endpoints:', ...lines, ''].join('\n'))
}

const READABLE = '  - { name: a, address: 10.0.0.1, role: directer }'
const READABLE_PROBLEM = "role 'directer' at inventory.yaml:2:41 is not known; did you mean 'director'?"

describe('a YAML inventory', () => {
  it('is read with the line of each entry', () => {
    const { entries } = parseInventory(Buffer.from(DESIGN), 'inventory.yaml')
    expect(entries).toEqual([
      {
        name: 'dir01.contoso.local',
        roles: ['director'],
        ranges: [{ family: 4, first: '10.0.0.16', last: '10.0.0.16' }],
        file: 'inventory.yaml',
        line: 3,
      },
      {
        name: 'edge01 internal',
        roles: ['edge-internal'],
        ranges: [{ family: 4, first: '10.0.0.20', last: '10.0.0.20' }],
        file: 'inventory.yaml',
        line: 4,
      },
      {
        name: 'fe pool',
        roles: ['front-end', 'cms-master'],
        ranges: [
          { family: 4, first: '10.0.0.40', last: '10.0.0.40' },
          { family: 4, first: '10.0.0.41', last: '10.0.0.44' },
        ],
        file: 'inventory.yaml',
        line: 5,
      },
      {
        name: 'Seoul clients',
        roles: ['client-internal'],
        ranges: [
          { family: 4, first: '10.1.0.0', last: '10.1.255.255', prefix: 16 },
          { family: 6, first: '2001:db8:1::', last: '2001:db8:1:ffff:ffff:ffff:ffff:ffff', prefix: 48 },
        ],
        file: 'inventory.yaml',
        line: 6,
      },
    ])
  })

  it('survives being kept as JSON', () => {
    const inventory = parseInventory(Buffer.from(DESIGN), 'inventory.yaml')
    expect(JSON.parse(JSON.stringify(inventory))).toEqual(inventory)
  })

  it('keeps what looks like a number as it was written', () => {
    const text = 'endpoints:\n  - name: 0012\n    address: "10.0.0.1"\n    role: other\n'
    expect(parseInventory(Buffer.from(text), 'i.yaml').entries[0]?.name).toBe('0012')
  })

  it('may say a role twice', () => {
    const text = 'endpoints: [{ name: a, address: 10.0.0.1, role: [other, director, other] }]'
    expect(parseInventory(Buffer.from(text), 'i.yaml').entries[0]?.roles).toEqual(['other', 'director'])
  })
})

describe('a mistake in a YAML inventory is refused where it stands:', () => {
  it('a role that is not known', () => {
    expect(refusal(DESIGN.replace('role: director', 'role: directer'))).toEqual([
      "role 'directer' at inventory.yaml:3:60 is not known; did you mean 'director'?",
    ])
    expect(refusedEntries('  - { name: a, address: 10.0.0.1, role: [edge-external, 5] }')).toEqual([
      "role 'edge-external' at inventory.yaml:2:42 is not known; did you mean 'edge-access', 'edge-webconf' or 'edge-av'?",
      "role '5' at inventory.yaml:2:57 is not known",
      expect.stringMatching(/^The roles are director, .*, other\.$/),
    ])
  })

  it("the role 'any', which is none", () => {
    expect(refusedEntries('  - { name: a, address: 0.0.0.0/0, role: any }')).toEqual([
      "role 'any' at inventory.yaml:2:42 is not a role of an endpoint; leave the entry out, for 'any' means every address, listed or not",
    ])
  })

  it('an address that is none, or a number', () => {
    expect(refusedEntries('  - { name: a, address: [10.0.0.300, 10.0], role: other }')).toEqual([
      "address '10.0.0.300' at inventory.yaml:2:26 is not an IP address, network or range: 300 is above 255",
      "address '10.0' at inventory.yaml:2:38 is not an IP address, a network such as 10.0.0.0/24 or a range such as 10.0.0.1-10.0.0.9",
    ])
  })

  it('several words in one text', () => {
    expect(refusedEntries('  - name: a', '    address: 10.0.0.1, 10.0.0.2', '    role: front-end cms-master')).toEqual([
      expect.stringContaining('at inventory.yaml:3:14 is not an IP address, a network'),
      "role 'front-end cms-master' at inventory.yaml:4:11 is not known; did you mean the list [front-end, cms-master]?",
    ])
  })

  it('many words in one text, of which some are shown', () => {
    const address = (last: number) => `10.0.0.${last}`
    const all = Array.from({ length: 200 }, (_, index) => address(index))
    expect(refusedEntries(`  - { name: a, address: '${all.join(' ')}', role: other }`)).toEqual([
      expect.stringMatching(/; did you mean the list \[10\.0\.0\.0, .*, 10\.0\.0\.9, …\]\?$/),
    ])
  })

  it('a key that is not known, with what stands under it', () => {
    expect(refusedEntries('  - { nmae: a, adress: 10.0.0.300, role: other, "": x }')).toEqual([
      "key 'nmae' at inventory.yaml:2:7 is not known; did you mean 'name'?",
      "key 'adress' at inventory.yaml:2:16 is not known; did you mean 'address'?",
      "address '10.0.0.300' at inventory.yaml:2:24 is not an IP address, network or range: 300 is above 255",
      "key '' at inventory.yaml:2:49 is not known; wanted name, address or role",
    ])
  })

  it('keys that every JavaScript object has', () => {
    expect(refusedEntries('  - { __proto__: a, constructor: b, toString: c }')).toEqual([
      'the entry at inventory.yaml:2:5 has no name, address or role; wanted name, address and role',
      "key '__proto__' at inventory.yaml:2:7 is not known; wanted name, address or role",
      "key 'constructor' at inventory.yaml:2:21 is not known; wanted name, address or role",
      "key 'toString' at inventory.yaml:2:37 is not known; wanted name, address or role",
    ])
  })

  it('a key that stands twice', () => {
    expect(refusedEntries('  - { name: a, name: b, address: 10.0.0.1, role: other }')).toEqual([
      "key 'name' at inventory.yaml:2:16 stands twice in one mapping",
    ])
  })

  it('a key that is missing, a value that is empty', () => {
    expect(
      refusedEntries(
        '  - { name: a }',
        '  - { name: ~, address: [], role: "" }',
        '  - { name, address: 10.0.0.1, role: }',
      ),
    ).toEqual([
      'the entry at inventory.yaml:2:5 has no address or role; wanted name, address and role',
      'name at inventory.yaml:3:13 is empty',
      'address at inventory.yaml:3:25 is empty',
      'role at inventory.yaml:3:35 is empty',
      'name at inventory.yaml:4:7 is empty',
      expect.stringMatching(/^role at inventory\.yaml:4:\d+ is empty$/),
    ])
  })

  it('a list or mapping where a text is wanted, and the other way round', () => {
    expect(refusedEntries('  - dir01', '  - { name: [a], address: 10.0.0.1, role: [{ a: b }] }')).toEqual([
      "inventory.yaml:2:5 begins plain text, 'dir01'; wanted an entry such as { name: dir01, address: 10.0.0.16, role: director }",
      'inventory.yaml:3:13 begins a list; wanted a name',
      'inventory.yaml:3:44 begins a mapping; wanted a role or a list of roles',
    ])
  })

  it('a name with a control character', () => {
    expect(refusedEntries('  - { name: "a\\e[31m", address: 10.0.0.1, role: other }')).toEqual([
      'name at inventory.yaml:2:13 holds a line break or another control character',
    ])
  })

  it('a text that a tag makes something else of', () => {
    expect(refusedEntries('  - { name: !!binary b, address: 10.0.0.1, role: other }')).toEqual([
      'inventory.yaml:2:22 begins a text with a tag; wanted a name',
    ])
  })

  it('an alias', () => {
    expect(
      refusedEntries('  - { name: a, address: &x 10.0.0.1, role: other }', '  - { name: b, address: *x, role: other }'),
    ).toEqual([
      'inventory.yaml:3:25 begins an alias, *x, which an inventory does not follow; wanted an address or a list of addresses',
    ])
  })

  it('an alias of a long name', () => {
    expect(refusedEntries(`  - { name: *${'x'.repeat(3000)}, address: 10.0.0.1, role: other }`)).toEqual([
      `inventory.yaml:2:13 begins an alias, *${'x'.repeat(59)}…, which an inventory does not follow; wanted a name`,
    ])
  })

  it.each([
    ['', "the inventory at inventory.yaml:1:1 is empty; wanted the key 'endpoints' with a list of entries"],
    ['# nothing\n', "the inventory at inventory.yaml:1:1 is empty; wanted the key 'endpoints' with a list of entries"],
    [
      '- { name: a }',
      "inventory.yaml:1:1 begins a list; wanted a mapping whose key 'endpoints' holds the list of entries",
    ],
    [
      'hello',
      "inventory.yaml:1:1 begins plain text, 'hello'; wanted a mapping whose key 'endpoints' holds the list of entries",
    ],
    ['{}', "the mapping at inventory.yaml:1:1 has no key 'endpoints'; wanted a list of entries under it"],
    ['endpoint: []', "key 'endpoint' at inventory.yaml:1:1 is not known; did you mean 'endpoints'?"],
    ['endpoints: []', "'endpoints' at inventory.yaml:1:12 is empty; wanted a list of entries"],
    ['endpoints:\n', "'endpoints' at inventory.yaml:1:11 is empty; wanted a list of entries"],
    ['endpoints: { a: b }', 'inventory.yaml:1:12 begins a mapping; wanted a list of entries'],
  ])('a file that holds %j', (text, sentence) => {
    expect(refusal(text)[0]).toBe(sentence)
  })
})

describe('a syntax error in a YAML inventory is one sentence, after what is wrong before it:', () => {
  it.each([
    [
      'a tab',
      ['  - name: b', '\taddress: 10.0.0.1'],
      'the line at inventory.yaml:4:1 is indented with a tab; YAML wants spaces',
    ],
    [
      'a tab after spaces',
      ['  - { name: b,', '  \taddress: 10.0.0.1 }'],
      'the line at inventory.yaml:4:3 is indented with a tab; YAML wants spaces',
    ],
    [
      'an open quote',
      ['  - { name: "b, address: 10.0.0.1, role: x }', '  - { name: c }'],
      'the quote at inventory.yaml:3:13 is not closed',
    ],
    [
      'an open brace',
      ['  - { name: b, address: 10.0.0.1', '  - { name: c }'],
      "the '{' at inventory.yaml:3:5 is not closed",
    ],
    [
      'an open bracket',
      ['  - { name: b, role: [x, y }', '  - { name: c }'],
      "the '[' at inventory.yaml:3:22 is not closed",
    ],
    [
      'an address that ends in a colon',
      ['  - { name: b, address: 2001:db8::, role: x }'],
      'the text at inventory.yaml:3:25 has a colon before a space or at its end; put it in quotes',
    ],
    [
      'a colon in a name',
      ['  - name: b: c', '    role: x'],
      'the text at inventory.yaml:3:11 has a colon before a space or at its end; put it in quotes',
    ],
    [
      'a backquote',
      ['  - { name: `b` }'],
      'the text at inventory.yaml:3:13 begins with a character that has a meaning in YAML; put it in quotes',
    ],
    [
      'a brace too many',
      ['  - { name: b }}', '  - { name: c }'],
      'inventory.yaml:3:16 is not YAML: unexpected flow-map-end token in YAML stream: "}"',
    ],
    ['a tag', ['  - { name: !host b }'], 'inventory.yaml:3:13 is not YAML: unresolved tag: !host'],
    [
      'a long tag',
      [`  - { name: !${'h'.repeat(3000)} b }`],
      `inventory.yaml:3:13 is not YAML: unresolved tag: !${'h'.repeat(184)}…`,
    ],
  ])('%s', (_what, lines, sentence) => {
    expect(refusedEntries(READABLE, ...lines)).toEqual([READABLE_PROBLEM, sentence])
  })

  it('in an entry, of which nothing else is said', () => {
    expect(refusedEntries('  - name: a', '\trole: directer')).toEqual([
      'the line at inventory.yaml:3:1 is indented with a tab; YAML wants spaces',
    ])
  })

  it('a second document', () => {
    expect(refusal(`${DESIGN}---\n${DESIGN}`)).toEqual([
      'inventory.yaml:7:1 begins a second document; an inventory is one',
    ])
  })

  it.each(['[', '{ a: ', '- '])('%j a hundred thousand times', (opening) => {
    expect(refusal(opening.repeat(100_000))).toEqual([
      'inventory.yaml:1:1 begins a text that is nested too deep for an inventory',
    ])
  })

  it('an alias bomb', () => {
    const lines = Array.from({ length: 30 }, (_, i) => `  - &a${i + 1} [*a${i}, *a${i}, *a${i}]`)
    expect(refusedEntries('  - &a0 [x]', ...lines)).toHaveLength(21)
  })
})
