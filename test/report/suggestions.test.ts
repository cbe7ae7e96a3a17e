import { describe, expect, it } from 'vitest'
import { parseInventory } from '../../src/inventory/read.ts'
import type { Clue, PortClue } from '../../src/judge/role-scores.ts'
import type { Suggestion } from '../../src/judge/suggest.ts'
import { jsonFields } from '../../src/report/json.ts'
import { isWritten, snippetOf, suggestedEntries } from '../../src/report/suggested-entries.ts'
import { clueText, SUGGESTION_FIELDS, writeSuggestions } from '../../src/report/suggestions.ts'
import { entry } from '../judge/samples.ts'
import { inventoryOf } from '../support/analysis.ts'
import { captureOutput } from './captured-output.ts'

function clue(fields: Partial<PortClue> = {}): PortClue {
  return {
    kind: 'port',
    does: 'accepts',
    transport: 'tcp',
    port: 5061,
    isDynamic: false,
    services: new Set(['mtls']),
    success: 'answered',
    peers: new Set(['10.0.0.16']),
    listedRoles: new Set(['director']),
    suggestedRoles: new Set(),
    ...fields,
  }
}

function suggestion(fields: Partial<Suggestion> = {}): Suggestion {
  return {
    addresses: ['10.0.0.20'],
    names: [{ kind: 'certificate', name: 'edge01.contoso.local', times: 3 }],
    roles: ['edge-internal'],
    clues: [clue()],
    confidence: 'clear',
    alternatives: [],
    flows: 3,
    clients: 0,
    entry: undefined,
    ...fields,
  }
}

const NOTHING = inventoryOf('endpoints: [{ name: a, address: 10.99.0.1, role: other }]')

function shown(list: readonly Suggestion[], outside = 0, language: 'en' | 'ko' = 'en'): string {
  const out = captureOutput(100)
  writeSuggestions(out, { list, outside }, suggestedEntries(list, NOTHING), language)
  return out.text()
}

describe('a reason', () => {
  it.each([
    [clue(), 'accepts tcp 5061 (mtls) from 10.0.0.16 (director)'],
    [clue({ success: 'assumed', services: new Set() }), 'seems to accept tcp 5061 from 10.0.0.16 (director)'],
    [clue({ success: 'failed' }), 'does not answer tcp 5061 (mtls) to 10.0.0.16 (director)'],
    [clue({ success: 'refused' }), 'refuses tcp 5061 (mtls) to 10.0.0.16 (director)'],
    [clue({ does: 'opens' }), 'opens tcp 5061 (mtls) to 10.0.0.16 (director)'],
    [clue({ does: 'opens', success: 'refused' }), 'tries tcp 5061 (mtls) at 10.0.0.16 (director), and is refused'],
    [clue({ peers: new Set(['a', 'b']), listedRoles: new Set() }), 'accepts tcp 5061 (mtls) from 2 hosts'],
    [
      clue({ suggestedRoles: new Set(['director', 'front-end']) }),
      'accepts tcp 5061 (mtls) from 10.0.0.16 (director, front-end?)',
    ],
    [clue({ isDynamic: true, port: 50_300 }), 'accepts tcp 50300 or thereabouts (mtls) from 10.0.0.16 (director)'],
  ] as const satisfies readonly (readonly [Clue, string])[])('says what was seen', (seen, text) => {
    expect(clueText(seen, 'en')).toBe(text)
  })

  it('has Korean roles for people who read Korean', () => {
    expect(clueText(clue(), 'ko')).toBe('accepts tcp 5061 (mtls) from 10.0.0.16 (디렉터)')
  })
})

describe('suggestions for people', () => {
  it('name the machine, the role, how sure it is, and why; then lines to paste', () => {
    expect(shown([suggestion()])).toBe(`10.0.0.20: clearly edge-internal
  presents the name edge01.contoso.local
  accepts tcp 5061 (mtls) from 10.0.0.16 (director)

For the inventory, once you have seen that it is so
endpoints:
  - { name: edge01.contoso.local, address: 10.0.0.20, role: edge-internal }
`)
  })

  it('name the other roles that it may be', () => {
    expect(shown([suggestion({ confidence: 'possible', alternatives: ['front-end'] })])).toMatch(
      /^10\.0\.0\.20: possibly edge-internal, or front-end\n/,
    )
    expect(shown([suggestion()], 0, 'ko')).toMatch(/^10\.0\.0\.20: clearly 에지 서버 내부 인터페이스\n/)
  })

  it('name the entry that has no address, and where it stands', () => {
    const open = entry('edge01 internal', ['edge-internal'], [], 7)
    expect(shown([suggestion({ entry: open })])).toContain(
      '10.0.0.20: clearly edge01 internal, without an address at inventory.yaml:7\n',
    )
  })

  it('count clients of a network, whoever is outside, and what cannot be told', () => {
    const network = suggestion({ addresses: ['10.1.0.0/24'], clients: 12, names: [], roles: ['client-internal'] })
    const untold = suggestion({ addresses: ['10.9.9.9'], roles: [], confidence: undefined })
    const text = shown([network, untold], 3)
    expect(text).toContain('10.1.0.0/24 (12 clients): clearly client-internal\n')
    expect(text).toContain(
      'Nothing can be told of 1 address\n  10.9.9.9: presents the name edge01.contoso.local; accepts',
    )
    expect(text).toContain('3 addresses speak with the Internet side only')
  })

  it('say it when there is nothing to suggest', () => {
    expect(shown([])).toBe('The inventory knows every address of the capture.\n')
  })

  it('show what traffic calls a name without letting it act', () => {
    const names = [{ kind: 'certificate', name: 'a\x1b[2J\u202eb', times: 1 }] as const
    const text = shown([suggestion({ names })])
    expect(text).toContain('presents the name a\\x1b[2J\\u202eb')
    expect(text).toContain('{ name: edge-internal 10.0.0.20, address: 10.0.0.20, role: edge-internal }')
  })
})

describe('suggestions for programs', () => {
  it('have the words of inventories, and all the evidence', () => {
    expect(jsonFields(SUGGESTION_FIELDS, suggestion({ alternatives: ['front-end'] }))).toEqual({
      addresses: ['10.0.0.20'],
      name: 'edge01.contoso.local',
      name_from: 'certificate',
      roles: ['edge-internal'],
      confidence: 'clear',
      alternatives: ['front-end'],
      entry: null,
      flows: 3,
      clients: 0,
      evidence: 'accepts tcp 5061 (mtls) from 10.0.0.16 (director)',
    })
  })

  it('have an end where somebody tried all ports', () => {
    const clues = Array.from({ length: 1050 }, (_, port) => clue({ port, does: 'opens', success: 'failed' }))
    expect(jsonFields(SUGGESTION_FIELDS, suggestion({ clues }))['evidence']).toMatch(/; and 1,000 more$/)
  })
})

describe('lines to paste', () => {
  it('can be read as an inventory; what is not sure enough is a comment', () => {
    const list = [
      suggestion({ addresses: ['10.0.0.20', '2001:db8::20'] }),
      suggestion({ addresses: ['10.0.0.21'], confidence: 'likely', alternatives: ['front-end'] }),
      suggestion({ addresses: ['10.0.0.22'], confidence: 'likely', roles: ['front-end', 'cms-master'] }),
      suggestion({ addresses: ['10.1.0.0/24'], clients: 5, roles: ['client-internal'] }),
      suggestion({ addresses: ['10.0.0.23'], roles: [], confidence: undefined }),
      suggestion({ addresses: ['10.0.0.24'], entry: entry('open', ['director'], [], 9) }),
    ]
    const entries = suggestedEntries(list, NOTHING)
    const text = snippetOf(entries)
    expect(text).toBe(`endpoints:
  - { name: edge01.contoso.local, address: [10.0.0.20, 2001:db8::20], role: edge-internal }
  # - { name: edge01.contoso.local 10.0.0.21, address: 10.0.0.21, role: edge-internal }  # likely; or front-end
  - { name: edge01.contoso.local 10.0.0.22, address: 10.0.0.22, role: [front-end, cms-master] }
  - { name: clients 10.1.0.0/24, address: 10.1.0.0/24, role: client-internal }
  # inventory.yaml:9: { name: open, address: 10.0.0.24, role: director }
`)
    const read = parseInventory(Buffer.from(text), 'pasted.yaml')
    expect(read.entries.map(({ name }) => name)).toEqual([
      'edge01.contoso.local',
      'edge01.contoso.local 10.0.0.22',
      'clients 10.1.0.0/24',
    ])
    expect(entries.filter(isWritten).map((each) => each.entry.addresses[0])).toEqual([
      '10.0.0.20',
      '10.0.0.22',
      '10.1.0.0/24',
      '10.0.0.24',
    ])
  })

  it('do not take the name of an entry that has another address', () => {
    const inventory = inventoryOf('endpoints: [{ name: edge01.contoso.local, address: 10.99.0.1, role: other }]')
    expect(suggestedEntries([suggestion()], inventory)[0]?.entry.name).toBe('edge01.contoso.local 10.0.0.20')
  })
})
