import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { importDeployment } from '../../../src/inventory/import/import.ts'
import { InventoryError } from '../../../src/inventory/inventory-error.ts'
import { parseInventory } from '../../../src/inventory/read.ts'
import { ROLES } from '../../../src/inventory/roles.ts'
import { importInto, TOPOLOGY } from './importing.ts'

const BY_HAND = `# Who is who at Example.
# Last looked at by Kim.

endpoints:
  # The Director
  - { name: dir01.example.test,   address: unknown,   role: director }   # ask Lee
  - name: "dc 1"
    address:
      - 10.0.0.2   # old
      - 10.0.0.3
    role: domain-controller
    # moves in March

# The end.
`

const HOSTS = { hosts: '10.0.0.16 dir01\n' }
const EDGE = { 'a.csv': 'Identity,IPAddress\ne/Internal/1,10.0.0.20\n' }
const EDGE_LINE = '- { name: e internal, address: 10.0.0.20, role: edge-internal }'

describe('an inventory that is merged into', () => {
  it('keeps every letter that a person wrote', () => {
    const { text } = importInto(BY_HAND, { ...HOSTS, ...EDGE })
    expect(text).toBe(
      BY_HAND.replace('unknown', '10.0.0.16').replace(
        '    role: domain-controller\n',
        `    role: domain-controller\n  ${EDGE_LINE}\n`,
      ),
    )
  })

  it('gets its ports below everything else', () => {
    const text = 'endpoints:\n- { name: a, address: 10.0.0.1, role: other }  # x\n# end'
    const after = importInto(text, { 't.xml': TOPOLOGY }).text
    expect(after.startsWith(`${text.slice(0, -6)}\n- { name: fe01`)).toBe(true)
    expect(after).toMatch(/\n- \{ name: gw01[^\n]*\n# end\n\nports:\n {2}- \{ name: GatewayComp[^\n]*$|\n\nports:\n/)
    expect(parseInventory(Buffer.from(after), 'a.yaml').ports).toHaveLength(1)
  })

  it('with ports gets more of them beside those', () => {
    const text = `ports:
  - { name: web, role: edge-webconf, transport: tcp, documented: 5269, actual: 444 } # ours
endpoints:
  - { name: a, address: 10.0.0.1, role: other }
`
    const after = importInto(text, { 't.xml': TOPOLOGY }).text
    expect(after.split('\n').slice(0, 4)).toEqual([
      ...text.split('\n').slice(0, 2),
      '  - { name: GatewayComp SipClient, role: pstn-gateway, transport: tcp, documented: 5081, actual: 5066 }',
      'endpoints:',
    ])
  })

  it('may be JSON, in one line or in many', () => {
    const inventory = { endpoints: [{ name: 'dir01', address: 'unknown', role: 'director' }] }
    for (const text of [JSON.stringify(inventory), JSON.stringify(inventory, null, 2)]) {
      const after = importInto(text, { ...HOSTS, 't.xml': TOPOLOGY }).text
      const read = JSON.parse(after) as { endpoints: unknown[]; ports: unknown[] }
      expect(read.endpoints).toHaveLength(9)
      expect(read.ports).toHaveLength(1)
      expect(parseInventory(Buffer.from(after), 'a.json').entries).toHaveLength(9)
    }
  })

  it('may have lists in brackets', () => {
    const text = `endpoints: [
  { name: dir01, address: [unknown], role: director },   # x
]
`
    expect(importInto(text, { hosts: '10.0.0.16 dir01\n10.0.0.17 dir01\n', ...EDGE }).text).toBe(`endpoints: [
  { name: dir01, address: [10.0.0.16, 10.0.0.17], role: director },
  { name: e internal, address: 10.0.0.20, role: edge-internal },   # x
]
`)
  })

  it('may have the word for no address in a list of lines', () => {
    const text = 'endpoints:\n  - name: dir01\n    address:\n    - unknown # soon\n    role: director\n'
    const after = importInto(text, { hosts: '10.0.0.16 dir01\n2001:db8:: dir01\n' }).text
    expect(after).toBe(
      'endpoints:\n  - name: dir01\n    address:\n    - 10.0.0.16\n    - "2001:db8::" # soon\n    role: director\n',
    )
  })

  it('keeps its encoding and line ends', () => {
    const windows = BY_HAND.replaceAll('\n', '\r\n')
    for (const encode of [
      (text: string) => Buffer.from(text),
      (text: string) => Buffer.from(`\ufeff${text}`),
      (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le'),
      (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le').swap16(),
    ]) {
      const { imported } = importInto(encode(windows), HOSTS)
      expect(Buffer.from(imported.bytes ?? [])).toEqual(encode(windows.replace('unknown', '10.0.0.16')))
    }
  })

  it('may hold nothing but comments yet', () => {
    for (const text of ['', '# ours\n', '# ours']) {
      const after = importInto(text, EDGE).text
      expect(after).toBe(`${text === '' ? '' : '# ours\n'}endpoints:\n  ${EDGE_LINE}\n`)
    }
    expect(importInto('# ours\n', { hosts: '10.0.0.1 nobody\n' }).imported.bytes).toBeUndefined()
  })

  it('gets a name in quotes where it would be read as something else', () => {
    const services = 'PoolFqdn,Role\nNULL,Registrar\nnullable,Registrar\n'
    const { text } = importInto(undefined, { 'services.csv': services })
    expect(text).toBe(`endpoints:
  - { name: "NULL", address: unknown, role: front-end }
  - { name: nullable, address: unknown, role: front-end }
`)
    expect(importInto(text, { 'services.csv': services }).imported.bytes).toBeUndefined()
  })

  it('has to be in order, and no table', () => {
    const refused = (text: string) => () => importInto(text, EDGE)
    expect(refused('endpoints:\n  - { name: a, address: 10.0.0.300, role: other }\n')).toThrow(InventoryError)
    const table = { file: 'a.csv', bytes: Buffer.from('name,address,role\na,10.0.0.1,other\n') }
    for (const target of [table, { file: 'new.csv', bytes: undefined }]) {
      expect(() => importDeployment([], target)).toThrow(
        new InventoryError(`${target.file} is a table, into which nothing is merged; wanted an inventory in YAML`),
      )
    }
  })

  it('stays as it was to the letter but for what is added, whatever it holds', () => {
    const word = fc.stringMatching(/^[a-z가-힣][a-z가-힣 .:'#-]{0,6}[a-z]$/u)
    const comment = fc.oneof(
      fc.constant(''),
      word.map((text) => `  # ${text}`),
    )
    const entry = fc.record({ name: word, role: fc.constantFrom(...ROLES), comment, isBlock: fc.boolean() })
    fc.assert(
      fc.property(
        fc.array(entry, { minLength: 1, maxLength: 6 }),
        fc.boolean(),
        fc.boolean(),
        (list, hasUnknown, crlf) => {
          const lines = list.flatMap(({ name, role, comment, isBlock }, index) => {
            const address = hasUnknown && index === 0 ? 'unknown' : `10.1.0.${index}`
            const named = JSON.stringify(index === 0 ? 'dir01.example.test' : name)
            return isBlock
              ? [`  - name: ${named}${comment}`, `    address: ${address}`, `    role: ${role}${comment}`]
              : [`  - { name: ${named}, address: ${address},  role: ${role} }${comment}`]
          })
          const text = ['# top', 'endpoints:', ...lines, '# bottom', ''].join(crlf ? '\r\n' : '\n')
          const files = { 't.xml': TOPOLOGY, hosts: '10.0.0.16 dir01\n' }
          const after = importInto(text, files)
          const kept = after.text.split(/\r?\n/).map((line) => line.replace('10.0.0.16', 'unknown'))
          const missing = text.split(/\r?\n/).filter((line) => !kept.includes(line))
          expect(missing).toEqual([])
          expect(importInto(after.text, files).imported.bytes).toBeUndefined()
        },
      ),
      { numRuns: 150 },
    )
  })
})
