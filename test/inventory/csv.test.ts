import { describe, expect, it } from 'vitest'
import { parseInventory } from '../../src/inventory/read.ts'
import { refusal } from './refusal.ts'

function read(text: string): readonly string[] {
  const { entries } = parseInventory(Buffer.from(text), 'inventory.csv')
  return entries.map(({ line, name, ranges, roles }) => {
    const addresses = ranges.map(({ first, last }) => (first === last ? first : `${first}-${last}`))
    return `${line}: ${name}, ${addresses.join(' ')}, ${roles.join(' ')}`
  })
}

const FE_POOL = '2: fe pool, 10.0.0.40 10.0.0.41-10.0.0.44, front-end cms-master'

describe('a CSV inventory', () => {
  it.each([
    ['commas in quotes', 'name,address,role\nfe pool,"10.0.0.40,10.0.0.41-10.0.0.44","front-end, cms-master"\n'],
    ['spaces', 'name,address,role\nfe pool,10.0.0.40 10.0.0.41-10.0.0.44,front-end cms-master\n'],
    [
      'spaces around the hyphen of a range',
      'name,address,role\nfe pool,10.0.0.40  10.0.0.41 - 10.0.0.44,front-end cms-master\n',
    ],
    ['semicolons', 'name,address,role\nfe pool,10.0.0.40;10.0.0.41- 10.0.0.44;,front-end;cms-master\n'],
    ['line breaks', 'name,address,role\nfe pool,"10.0.0.40\n10.0.0.41-10.0.0.44","front-end\ncms-master"\n'],
    [
      'commas, between cells that semicolons separate',
      'name;address;role\nfe pool;10.0.0.40,10.0.0.41-10.0.0.44;front-end, cms-master\n',
    ],
    [
      'commas, between cells that tabs separate',
      'name\taddress\trole\nfe pool\t10.0.0.40,10.0.0.41-10.0.0.44\tfront-end, cms-master',
    ],
  ])('may separate the words of a cell by %s', (_separator, text) => {
    expect(read(text)).toEqual([FE_POOL])
  })

  it('has its columns in any order, and empty ones and rows as spreadsheets leave them', () => {
    expect(read('"role", address ,,name\ndirector,10.0.0.1,,"dir ""01""",\n,,,,\n\nother,10.0.0.2,,b\n')).toEqual([
      '2: dir "01", 10.0.0.1, director',
      '5: b, 10.0.0.2, other',
    ])
  })

  it('counts the lines of a cell with line breaks', () => {
    expect(read('name,address,role\na,"10.0.0.1\n10.0.0.2",other\nb,10.0.0.3,other\n')).toEqual([
      '2: a, 10.0.0.1 10.0.0.2, other',
      '4: b, 10.0.0.3, other',
    ])
  })

  it('has room for 20,000 entries', () => {
    const rows = Array.from({ length: 20_000 }, (_, i) => `host ${i},10.0.${i >> 8}.${i & 255},front-end cms-master`)
    expect(read(['name,address,role', ...rows].join('\n'))).toHaveLength(20_000)
  })
})

describe('a mistake in a CSV inventory is refused where it stands:', () => {
  it('roles and addresses, also in quotes and after Korean names', () => {
    const text = 'name,address,role\n서울 😀,"10.0.0.1, 10.0.0.300",directer\n"a,b",10.0.0.2,any front-ent\n'
    expect(refusal(text, 'inventory.csv')).toEqual([
      "address '10.0.0.300' at inventory.csv:2:17 is not an IP address, network or range: 300 is above 255",
      "role 'directer' at inventory.csv:2:29 is not known; did you mean 'director'?",
      "role 'any' at inventory.csv:3:16 is not a role of an endpoint; leave the entry out, for 'any' means every address, listed or not",
      "role 'front-ent' at inventory.csv:3:20 is not known; did you mean 'front-end'?",
    ])
  })

  it('an address that is far too long, quoted in part', () => {
    expect(refusal(`role;name;address\nfront-end;fe01;10.0.0.4${'9'.repeat(43_000)}\n`, 'i.csv')).toEqual([
      `address '10.0.0.4${'9'.repeat(52)}…' at i.csv:2:16 is not an IP address, network or range: 4${'9'.repeat(59)}… is above 255`,
    ])
  })

  it('cells that are empty or missing', () => {
    expect(refusal('name,address,role\n,"",-\nb\n', 'i.csv')).toEqual([
      'name at i.csv:2:1 is empty',
      'address at i.csv:2:3 is empty',
      "role '-' at i.csv:2:5 is not known",
      'address at i.csv:3:1 is empty',
      'role at i.csv:3:1 is empty',
      expect.stringMatching(/^The roles are /),
    ])
  })

  it('half a range', () => {
    expect(refusal('name,address,role\na,10.0.0.1- -10.0.0.2,other\n', 'i.csv')).not.toEqual([])
  })

  it('more cells than columns', () => {
    expect(refusal('name,address,role\na,10.0.0.1,10.0.0.2,other\n', 'i.csv')).toEqual([
      "cell 'other' at i.csv:2:21 has no column; put several addresses or roles in quotes",
    ])
  })

  it('columns that are unknown, misspelt, doubled or missing', () => {
    expect(refusal('Name,adress,role,role,site\na,10.0.0.300,other,,\n', 'i.csv')).toEqual([
      "column 'Name' at i.csv:1:1 is not known; did you mean 'name'?",
      "column 'adress' at i.csv:1:6 is not known; did you mean 'address'?",
      "column 'role' at i.csv:1:18 stands twice",
      "column 'site' at i.csv:1:23 is not known; wanted name, address or role",
      "address '10.0.0.300' at i.csv:2:3 is not an IP address, network or range: 300 is above 255",
    ])
    expect(refusal('name,role\na,other\n', 'i.csv')).toEqual([
      'the header at i.csv:1:1 has no column address; wanted name,address,role',
    ])
  })

  it('quotes, after what is wrong before them', () => {
    const rows = 'name,address,role\n서울,10.0.0.1,directer\n'
    const directer = "role 'directer' at i.csv:2:13 is not known; did you mean 'director'?"
    expect(refusal(`${rows}b,"10.0.0.2,other\nc,10.0.0.3,other\n`, 'i.csv')).toEqual([
      directer,
      'the quote in the cell at i.csv:3:3 is not closed',
    ])
    expect(refusal(`${rows}the "b",10.0.0.2,other\n`, 'i.csv')).toEqual([
      directer,
      'the cell at i.csv:3:1 has a quote inside; put the whole cell in quotes and double those inside',
    ])
  })

  it('a quote in the header', () => {
    expect(refusal('name,"address"s,role\na,10.0.0.1,other', 'i.csv')).toEqual([
      'the cell at i.csv:1:6 has a quote inside; put the whole cell in quotes and double those inside',
    ])
  })

  it('an empty file, a header alone', () => {
    for (const text of ['', '\n', ',,\n', '"",""']) {
      expect(refusal(text, 'i.csv')).toEqual([
        'the inventory at i.csv:1:1 is empty; wanted the header name,address,role',
      ])
    }
    expect(refusal('name,address,role\n', 'i.csv')).toEqual(['the table at i.csv:1:1 has a header and no entries'])
  })
})
