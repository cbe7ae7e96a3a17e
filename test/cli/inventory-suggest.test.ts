import { readFileSync, writeFileSync } from 'node:fs'
import { afterAll, describe, expect, it } from 'vitest'
import { sample } from '../support/analysis.ts'
import { portolan, rowsOf, shown, temporaryFolder } from './portolan.ts'

const folder = temporaryFolder()
afterAll(folder.remove)

function write(name: string, content: string): string {
  writeFileSync(folder.path(name), content)
  return folder.path(name)
}

const EDGE = sample('edge.pcap')
const KNOWN = write('known.yaml', 'endpoints:\n  - { name: nobody, address: 10.99.0.1, role: other }\n')

describe('inventory suggest', () => {
  it('writes nothing unless it is asked to', async () => {
    const before = readFileSync(KNOWN, 'utf8')
    const text = await shown(['inventory', 'suggest', EDGE, '-i', KNOWN])
    expect(text).toContain('192.0.2.20, 2001:db8:ff::20: clearly edge-access\n')
    expect(text).toContain('  - { name: sip.contoso.com, address: [192.0.2.20, 2001:db8:ff::20], role: edge-access }\n')
    expect(readFileSync(KNOWN, 'utf8')).toBe(before)
  })

  it('makes an inventory that a second look has nothing sure to add to', async () => {
    const file = folder.path('made.yaml')
    const first = await portolan(['inventory', 'suggest', EDGE, '-o', file])
    expect([first.code, first.err]).toEqual([0, `${file} was written: 8 entries.\n`])
    const text = readFileSync(file, 'utf8')
    expect(text).toContain('{ name: fe01.contoso.local, address: 10.0.0.40, role: [front-end, cms-master] }')
    expect(text).not.toContain('sip.fabrikam.com')
    const second = await portolan(['inventory', 'suggest', EDGE, '-o', file])
    expect(second.code).toBe(0)
    expect(readFileSync(file, 'utf8').startsWith(text)).toBe(true)
    const third = await portolan(['inventory', 'suggest', EDGE, '-o', file])
    expect(third.err).toBe(`${file} stays as it is.\n`)
  })

  it('gives an entry its address, and leaves the rest of the file as it is', async () => {
    const file = write(
      'open.yaml',
      `# By hand.
endpoints:
  - { name: dir01.contoso.local, address: unknown, role: director }  # the Director
`,
    )
    const { code } = await portolan(['inventory', 'suggest', sample('director.pcapng'), '-i', file, '-o', file])
    expect(code).toBe(0)
    expect(readFileSync(file, 'utf8')).toContain(`# By hand.
endpoints:
  - { name: dir01.contoso.local, address: [10.0.0.16, 2001:db8:10::16], role: director }  # the Director
  - `)
  })

  it('gives programs all addresses, those of which nothing can be told too', async () => {
    const rows = await rowsOf(['inventory', 'suggest', EDGE, '-i', KNOWN, '--lang', 'ko'])
    expect(rows.find(({ addresses }) => (addresses as string[])[0] === '192.0.2.22')).toMatchObject({
      roles: ['edge-av'],
      confidence: 'clear',
      clients: 0,
    })
    expect(rows.find(({ addresses }) => (addresses as string[])[0] === '10.9.9.9')).toMatchObject({ confidence: null })
    const csv = await shown(['inventory', 'suggest', EDGE, '-i', KNOWN, '--format', 'csv'])
    expect(csv.split('\n')[0]).toBe(
      'addresses,name,name_from,roles,confidence,alternatives,entry,flows,clients,evidence',
    )
  })

  it('says that an inventory knows everybody', async () => {
    const everybody = write(
      'everybody.yaml',
      "endpoints:\n  - { name: all, address: [0.0.0.0/0, '::/0'], role: other }\n",
    )
    expect(await shown(['inventory', 'suggest', EDGE, '-i', everybody])).toBe(
      'The inventory knows every address of the capture.\n',
    )
  })

  it('refuses a table to write into before it reads a capture, and writes nothing of a capture that is none', async () => {
    const table = write('hosts.csv', 'name,address,role\na,10.99.0.1,other\n')
    const refused = await portolan(['inventory', 'suggest', EDGE, '-o', table])
    expect([refused.code, refused.out]).toEqual([2, ''])
    expect(refused.err).toContain('is a table, into which nothing is merged')
    const none = await portolan(['inventory', 'suggest', KNOWN, '-o', folder.path('none.yaml')])
    expect([none.code, none.out]).toEqual([2, ''])
    expect(() => readFileSync(folder.path('none.yaml'))).toThrow()
  })
})
