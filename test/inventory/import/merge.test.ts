import { describe, expect, it } from 'vitest'
import { changes, importInto, TOPOLOGY } from './importing.ts'

/** What an import of hosts or a topology says of an inventory of these entries. */
function remarks(entries: string, files: Readonly<Record<string, string>>): readonly string[] {
  const { imported } = importInto(entries, files)
  return imported.endpoints.map(({ change, name, remark }) => `${change} | ${name} | ${remark}`)
}

const TOPOLOGY_FILES = { 't.xml': TOPOLOGY }

describe('merging', () => {
  it('twice changes nothing', () => {
    const files = { 't.xml': TOPOLOGY, hosts: '10.0.0.16 dir01\n10.0.0.41 fe01\n' }
    const once = importInto(undefined, files)
    const twice = importInto(once.text, files)
    expect(twice.imported.bytes).toBeUndefined()
    expect(changes(twice)).toEqual(changes(once).map((line) => line.replace(/^added/, 'known')))
    expect(twice.imported.ports.map(({ change }) => change)).toEqual(['known'])
  })

  it('comes to the same in one step or in two', () => {
    const hosts = { hosts: '10.0.0.16 dir01\n2001:db8::16 dir01\n' }
    const first = importInto(undefined, TOPOLOGY_FILES).text
    expect(importInto(first, hosts).text).toBe(importInto(undefined, { ...TOPOLOGY_FILES, ...hosts }).text)
  })

  it('keeps what contradicts, and shows both', () => {
    const text = `endpoints:
  - { name: Sally, address: 172.25.33.10, role: edge-internal }
  - { name: edge01.example.test access, address: 10.45.16.10, role: client-internal }
  - { name: edge01.example.test webconf, address: 10.45.16.99, role: edge-webconf }
  - { name: fe01.example.test, address: 10.0.0.41, role: front-end }
`
    const { imported, text: after } = importInto(text, TOPOLOGY_FILES)
    const differing = imported.endpoints.filter(({ change }) => change === 'differs')
    expect(differing.map(({ name, addresses, remark }) => [name, addresses.join(), remark])).toEqual([
      ['fe01.example.test', '10.0.0.41', 'inventory.yaml:5 says front-end, and was kept'],
      ['edge01.example.test internal', '172.25.33.10', 'inventory.yaml:2 says Sally (edge-internal), and was kept'],
      [
        'edge01.example.test access',
        '10.45.16.10',
        'inventory.yaml:3 says edge01.example.test access (client-internal), and was kept',
      ],
      ['edge01.example.test webconf', '10.45.16.20', 'inventory.yaml:4 says 10.45.16.99, and was kept'],
    ])
    expect(after.startsWith(text)).toBe(true)
    expect(after.slice(text.length)).not.toMatch(/fe01|internal|access|webconf/)
  })

  it('shows the beginning of what is long', () => {
    const addresses = Array.from({ length: 200 }, (_, index) => `10.0.0.${index}`)
    const text = `endpoints:
  - { name: dir01, address: [${addresses.join(', ')}], role: director }
ports:
  - { name: gateway, role: pstn-gateway, transport: tcp, documented: 5081, actual: [${addresses.map((_, index) => 2 * index + 1).join(', ')}] }
`
    expect(remarks(text, { hosts: '10.0.1.1 dir01\n' })).toEqual([
      expect.stringMatching(/^differs \| dir01 \| inventory\.yaml:2 says [\d., ]{200}…, and was kept$/),
    ])
    expect(importInto(text, TOPOLOGY_FILES).imported.ports.map(({ remark }) => remark)).toEqual([
      expect.stringMatching(/^inventory\.yaml:4 says [\d., ]{200}…, and was kept$/),
    ])
  })

  it('adds an address of the family that a machine does not have, and leaves another of the same to a person', () => {
    const text = 'endpoints:\n  - { name: dir01, address: 10.0.0.16, role: director }\n'
    expect(importInto(text, { hosts: '2001:db8::16 dir01\n' }).text).toBe(
      `${text}  - { name: dir01, address: 2001:db8::16, role: director }\n`,
    )
    expect(remarks(text, { hosts: '10.0.0.17 dir01\n' })).toEqual([
      'differs | dir01 | inventory.yaml:2 says 10.0.0.16, and was kept',
    ])
  })

  it('takes no role away from an address by an entry of its own', () => {
    const hosts = { hosts: '10.0.0.16 dir01.example.test\n' }
    const inside = (role: string): readonly string[] =>
      remarks(`endpoints:\n  - { name: net, address: 10.0.0.0/24, role: ${role} }\n`, {
        ...TOPOLOGY_FILES,
        ...hosts,
      }).filter((line) => line.includes('dir01'))
    expect(inside('client-internal')).toEqual(['added | dir01.example.test | '])
    expect(inside('director')).toEqual(['known | dir01.example.test | inventory.yaml:2 says net (director)'])
    expect(inside('[director, other]')).toEqual([
      'known | dir01.example.test | inventory.yaml:2 says net (director, other)',
    ])
    const frontEnd = remarks('endpoints:\n  - { name: net, address: 10.0.0.0/24, role: [front-end, mediation] }\n', {
      ...TOPOLOGY_FILES,
      hosts: '10.0.0.41 fe01\n',
    })
    expect(frontEnd[0]).toBe(
      'differs | fe01.example.test | inventory.yaml:2 says net (front-end, mediation), and was kept',
    )
  })

  it('fills an address in that lies in a network of the same role', () => {
    const text = `endpoints:
  - { name: net, address: 10.0.0.0/24, role: director }
  - { name: dir01, address: unknown, role: director }
`
    expect(importInto(text, { hosts: '10.0.0.16 dir01\n' }).text).toBe(text.replace('unknown', '10.0.0.16'))
  })

  it('gives one address to the first machine that claims it', () => {
    const shared = TOPOLOGY.replace('IPAddress="10.45.16.20"', 'IPAddress="10.45.16.10"')
    expect(changes(importInto(undefined, { 't.xml': shared }))).toContain(
      'differs | edge01.example.test webconf | 10.45.16.10 | edge-webconf',
    )
  })

  it('keeps a port of the inventory that the topology has elsewhere', () => {
    const text = `endpoints:
  - { name: a, address: 10.0.0.1, role: other }
ports:
  - { name: gateways, role: pstn-gateway, transport: tcp, documented: 5081, actual: [5060, 5066] }
  - { name: web, role: edge-webconf, transport: tcp, documented: 443, actual: 444 }
`
    const { ports } = importInto(text, TOPOLOGY_FILES).imported
    expect(ports.map(({ change, port, remark }) => [change, port.role, remark])).toEqual([
      ['differs', 'edge-webconf', 'inventory.yaml:5 says 444, and was kept'],
      ['differs', 'pstn-gateway', 'inventory.yaml:4 says 5060, 5066, and was kept'],
    ])
  })
})
