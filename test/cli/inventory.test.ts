import { chmodSync, existsSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { afterAll, describe, expect, it } from 'vitest'
import { TOPOLOGY, TOPOLOGY_FILE } from '../inventory/import/importing.ts'
import { sample } from '../support/analysis.ts'
import { portolan, rowsOf, shown, temporaryFolder } from './portolan.ts'

const folder = temporaryFolder()
afterAll(folder.remove)

/** Writes a file into the folder of these tests. */
function write(name: string, content: string | Uint8Array): string {
  writeFileSync(folder.path(name), content)
  return folder.path(name)
}

describe('inventory check', () => {
  it('says what was understood', async () => {
    const text = await shown(['inventory', 'check', sample('director-ko.yaml')])
    expect(text).toContain('디렉터 01')
    expect(text).toMatch(
      /\n\n\S+director-ko\.yaml is in order: 9 entries, 10 addresses, 3 networks and ranges, 11 roles\.\n$/,
    )
  })

  it('gives programs the same', async () => {
    const [first] = await rowsOf(['inventory', 'check', sample('director.yaml')])
    const addresses = ['10.0.0.16', '2001:db8:10::16']
    expect(first).toEqual({ line: 3, name: 'dir01.contoso.local', addresses, roles: ['director'] })
  })

  it('counts what is left open and what was moved', async () => {
    const file = write(
      'open.yaml',
      `endpoints:
  - { name: a, address: unknown, role: director }
  - { name: b, address: 10.0.0.1, role: edge-webconf }
ports:
  - { name: web conferencing, role: edge-webconf, transport: tcp, documented: 443, actual: 444 }
`,
    )
    expect(await shown(['inventory', 'check', file])).toMatch(
      / 2 entries, 1 address, 0 networks and ranges, 2 roles, 1 entry without an address, 1 moved port\.\n$/,
    )
  })

  it('is a command of inventory, which alone prints its help', async () => {
    const { code, out, err } = await portolan(['inventory'])
    expect([code, err]).toEqual([0, ''])
    expect(out).toBe(await shown(['inventory', '--help']))
    expect(out).toContain('check')
    expect((await portolan(['inventory', 'chek', 'x'])).err).toContain("did you mean 'check'?")
  })
})

describe('inventory import', () => {
  it('makes an inventory, and ends in what has no address yet and how to find it', async () => {
    const file = folder.path('new.yaml')
    const text = await shown(['inventory', 'import', TOPOLOGY_FILE, '-o', file])
    expect(readFileSync(file, 'utf8')).toContain('- { name: dir01.example.test, address: unknown, role: director }')
    expect(text).toContain(`${file} was written: 5 entries added, 1 port added, 3 without an address.`)
    expect(text).toContain('Of 24 ports in the files, 1 is not where the documentation has it.')
    expect(text.slice(text.indexOf('Without an address'))).toBe(`Without an address
  fe01.example.test
  dir01.example.test
  gw01.example.test

Until they have one, their traffic is judged as that of strangers. Three ways to give it:
  1. a hosts file that has their names: portolan inventory import <hosts> -o ${file}
  2. DNS answers or certificate names in a capture: portolan inventory suggest <capture> -i ${file}
  3. by hand: write the address in the place of 'unknown' in ${file}
`)
    expect(await shown(['inventory', 'check', file])).toContain('3 entries without an address')
  })

  it('merges into one, and changes nothing the second time', async () => {
    const by = '# mine\nendpoints:\n  - { name: dir01.example.test, address: unknown, role: director } # x\n'
    const file = write('mine.yaml', by)
    const hosts = write('hosts', '10.0.0.16 dir01\n10.0.0.9 printer\n')
    const args = ['inventory', 'import', TOPOLOGY_FILE, hosts, '-o', file]
    expect(await shown(args)).toContain('was written: 5 entries added, 1 address added, 1 port added, 2 without')
    const after = readFileSync(file, 'utf8')
    expect(after.startsWith(by.replace('unknown', '10.0.0.16'))).toBe(true)
    // Reading it may change its time of access, and nothing else.
    const state = () => {
      const { ino, mtimeMs, ctimeMs, size, mode } = statSync(file)
      return { ino, mtimeMs, ctimeMs, size, mode }
    }
    const before = state()
    expect(await shown(args)).toContain(`${file} stays as it is: 7 known already, 2 without an address.`)
    expect(state()).toEqual(before)
  })

  it('prints it instead, and writes nothing', async () => {
    const file = folder.path('printed.yaml')
    for (const args of [
      ['-o', file, '--print'],
      ['-o', '-'],
    ]) {
      const { code, out, err } = await portolan(['inventory', 'import', TOPOLOGY_FILE, ...args])
      expect(code).toBe(0)
      expect(out).toMatch(/^endpoints:\n[\s\S]*\nports:\n[^\n]*\n$/)
      expect(err).toContain('Nothing was written to a file: 5 entries added')
    }
    expect(existsSync(file)).toBe(false)
    const windows = write(
      'utf16.yaml',
      Buffer.from('\ufeffendpoints:\r\n- { name: 가, address: 10.0.0.1, role: other }\r\n', 'utf16le'),
    )
    const { out } = await portolan(['inventory', 'import', TOPOLOGY_FILE, '-o', windows, '--print'])
    expect(out).toMatch(/^endpoints:\n- \{ name: 가, [^\n]*\n- \{ name: fe01/)
  })

  it('is inventory.yaml where no other is named', async () => {
    const before = process.cwd()
    process.chdir(folder.path('.'))
    try {
      await shown(['inventory', 'import', TOPOLOGY_FILE])
      expect(readFileSync('inventory.yaml', 'utf8')).toContain('dir01.example.test')
    } finally {
      process.chdir(before)
    }
  })

  it('gives programs each thing that the files say', async () => {
    const args = ['inventory', 'import', TOPOLOGY_FILE, '-o', folder.path('rows.yaml')]
    const rows = await rowsOf(args)
    expect(rows.map(({ change }) => change)).toEqual([...Array(6).fill('added'), ...Array(3).fill('no address')])
    expect(rows[5]).toEqual({
      change: 'added',
      kind: 'port',
      name: 'GatewayComp SipClient',
      addresses: [],
      roles: ['pstn-gateway'],
      documented: 'tcp 5081',
      actual: ['5066'],
      remark: '',
    })
  })

  it('writes nothing when one of the files cannot be read', async () => {
    const file = folder.path('never.yaml')
    const half = write('half.xml', Buffer.from(`\ufeff${TOPOLOGY.slice(0, 5000)}`, 'utf16le'))
    expect(await portolan(['inventory', 'import', TOPOLOGY_FILE, half, '-o', file])).toEqual({
      code: 2,
      out: '',
      err: `the topology that begins at ${half}:1:1 is cut off: it has no </Topology>; wanted the whole document\n`,
    })
    expect(await portolan(['inventory', 'import', folder.path('nothing'), '-o', file])).toMatchObject({
      code: 2,
      out: '',
    })
    expect(existsSync(file)).toBe(false)
  })

  it('replaces a file at once, keeps its permissions, and follows a link to it', async () => {
    const file = write('private.yaml', 'endpoints:\n  - { name: a, address: 10.0.0.1, role: other }\n')
    chmodSync(file, 0o600)
    symlinkSync(file, folder.path('link.yaml'))
    await shown(['inventory', 'import', TOPOLOGY_FILE, '-o', folder.path('link.yaml')])
    expect(readFileSync(file, 'utf8')).toContain('dir01.example.test')
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(readdirSync(folder.path('.')).filter((name) => name.startsWith('.'))).toEqual([])
  })

  it('says in one sentence that it cannot write', async () => {
    const ended = await portolan(['inventory', 'import', TOPOLOGY_FILE, '-o', folder.path('no/such.yaml')])
    expect(ended).toMatchObject({ code: 2, out: '' })
    expect(ended.err).toMatch(/^\S+such\.yaml could not be written: [^\n]+\n$/)
    expect((await portolan(['inventory', 'import', TOPOLOGY_FILE, '-o', folder.path('.')])).err).toMatch(
      /is a folder|is no file/,
    )
  })
})
