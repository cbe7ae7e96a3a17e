import { describe, expect, it } from 'vitest'
import { parseInventory } from '../../src/inventory/read.ts'
import { refusal } from './refusal.ts'

const ENDPOINTS = 'endpoints:\n  - { name: a, address: 10.0.0.1, role: other }\n'

function inventory(...ports: readonly string[]): string {
  return `${ENDPOINTS}ports:\n${ports.map((port) => `  - ${port}\n`).join('')}`
}

const WEB = '{ name: web conferencing, role: edge-webconf, transport: tcp, documented: 443, actual: 444 }'

describe('the moved ports of an inventory', () => {
  it('are read, with their places', () => {
    const media =
      '{ name: media, role: edge-av, transport: udp, documented: 50000 - 59999, actual: [40001-49999, 443, 40000] }'
    expect(parseInventory(Buffer.from(inventory(WEB, media)), 'a.yaml').ports).toEqual([
      {
        name: 'web conferencing',
        role: 'edge-webconf',
        transport: 'tcp',
        documented: { first: 443, last: 443 },
        actual: [{ first: 444, last: 444 }],
        file: 'a.yaml',
        line: 4,
      },
      {
        name: 'media',
        role: 'edge-av',
        transport: 'udp',
        documented: { first: 50000, last: 59999 },
        actual: [
          { first: 443, last: 443 },
          { first: 40000, last: 49999 },
        ],
        file: 'a.yaml',
        line: 5,
      },
    ])
  })

  it('are absent where there are none', () => {
    expect(parseInventory(Buffer.from(ENDPOINTS), 'a.yaml')).not.toHaveProperty('ports')
  })

  it.each([
    [
      WEB.replace('edge-webconf', 'edge-webcnf'),
      "role 'edge-webcnf' at inventory.yaml:4:37 is not known; did you mean 'edge-webconf'?",
    ],
    [WEB.replace('tcp', 'tcpp'), "transport 'tcpp' at inventory.yaml:4:62 is not known; did you mean 'tcp'?"],
    [WEB.replace('444', '70000'), "port '70000' at inventory.yaml:4:92 is not between 1 and 65535"],
    [WEB.replace('444', '0'), "port '0' at inventory.yaml:4:92 is not between 1 and 65535"],
    [WEB.replace('444', '500-444'), "port '500-444' at inventory.yaml:4:92 runs backwards; did you mean '444-500'?"],
    [
      WEB.replace('444', 'https'),
      "port 'https' at inventory.yaml:4:92 is not a number such as 443 or a range such as 50000-59999",
    ],
    [WEB.replace('444', '[]'), 'actual at inventory.yaml:4:92 is empty'],
    [WEB.replace('actual', 'actaul'), "key 'actaul' at inventory.yaml:4:84 is not known; did you mean 'actual'?"],
    [
      WEB.replace(', actual: 444', ''),
      'the port at inventory.yaml:4:5 has no actual; wanted name, role, transport, documented and actual',
    ],
  ])('are refused with the nearest right word: %s', (line, sentence) => {
    expect(refusal(inventory(line))).toEqual([sentence])
  })

  it('are refused where two lines are about the same', () => {
    expect(refusal(inventory(WEB, WEB.replace('444', '445')))).toEqual([
      'edge-webconf tcp 443 stands at inventory.yaml:4 and at inventory.yaml:5; give one line all its ports',
    ])
  })

  it('are a list', () => {
    expect(refusal(`${ENDPOINTS}ports:\n`)).toEqual([
      "'ports' at inventory.yaml:3:7 is empty; wanted a list, or leave the key out",
    ])
    expect(refusal(`${ENDPOINTS}ports: { a: 1 }\n`)).toEqual([
      'inventory.yaml:3:8 begins a mapping; wanted a list of ports',
    ])
  })
})

describe('an address that is not known yet', () => {
  it('is one word, in either format, and belongs to no address', () => {
    const [entry] = parseInventory(
      Buffer.from('endpoints:\n  - { name: a, address: unknown, role: director }\n'),
      'a.yaml',
    ).entries
    expect(entry).toMatchObject({ name: 'a', roles: ['director'], ranges: [] })
    const table = parseInventory(Buffer.from('name,address,role\na,unknown,director\nb,unknown,director\n'), 'a.csv')
    expect(table.entries.map(({ ranges }) => ranges)).toEqual([[], []])
  })

  it('stands alone', () => {
    expect(refusal('endpoints:\n  - { name: a, address: [10.0.0.1, unknown], role: director }\n')).toEqual([
      "'unknown' at inventory.yaml:2:36 stands beside an address; leave it out",
    ])
  })
})
