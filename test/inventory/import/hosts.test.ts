import { describe, expect, it } from 'vitest'
import { changes, importInto, importRefusal, TOPOLOGY } from './importing.ts'

/** What a hosts file adds to the inventory of the topology. */
function withHosts(hosts: string | Uint8Array): readonly string[] {
  const before = importInto(undefined, { 't.xml': TOPOLOGY }).text
  return changes(importInto(before, { hosts }))
}

const DIRECTOR = 'address added | dir01.example.test | 10.0.0.16 | director'

describe('a hosts file', () => {
  it('has comments, tabs, several names a line, and any line end', () => {
    const text =
      '# hosts\n\n10.0.0.16\tdir01.example.test\tdir01 # the Director\n  10.0.0.41   fe.other fe01.example.test\n#10.0.0.9 gw01\n'
    const expected = ['address added | fe01.example.test | 10.0.0.41 | front-end+cms-master', DIRECTOR]
    expect([...withHosts(text)].sort()).toEqual([...expected].reverse())
    expect([...withHosts(text.replaceAll('\n', '\r\n'))].sort()).toEqual([...expected].reverse())
    expect([...withHosts(Buffer.from(`\ufeff${text}`, 'utf16le'))].sort()).toEqual([...expected].reverse())
  })

  it('may have comments in another code page', () => {
    expect(withHosts(Buffer.from('10.0.0.16 dir01.example.test # B\xfcro\n', 'latin1'))).toEqual([DIRECTOR])
  })

  it('has IPv6 addresses beside others', () => {
    expect(withHosts('10.0.0.16 dir01.example.test\n2001:DB8:0::16 dir01.example.test\n')).toEqual([
      'address added | dir01.example.test | 10.0.0.16 2001:db8::16 | director',
    ])
  })

  it('names machines in any case, with a dot at the end, or by their first label where it is the only one', () => {
    for (const name of ['DIR01.Example.Test', 'dir01.example.test.', 'dir01', 'DIR01']) {
      expect(withHosts(`10.0.0.16 ${name}\n`)).toEqual([DIRECTOR])
    }
    const twins = `endpoints:
  - { name: a.one.test, address: unknown, role: director }
  - { name: a.two.test, address: unknown, role: director }
`
    const { imported } = importInto(twins, { hosts: '10.0.0.1 a\n' })
    expect(imported).toMatchObject({ endpoints: [], strangers: ['a'], bytes: undefined })
  })

  it('says nothing by loopback, link and multicast addresses', () => {
    const lines = [
      '127.0.0.1 dir01',
      '::1 dir01',
      'fe80::1%lo0 dir01',
      '0.0.0.0 dir01',
      '255.255.255.255 dir01',
      'ff02::1 dir01',
    ]
    expect(withHosts(`${lines.join('\n')}\n`)).toEqual([])
  })

  it('says who it does not know', () => {
    expect(importInto(undefined, { hosts: '10.0.0.9 printer printer.example.test\n' }).imported).toMatchObject({
      endpoints: [],
      strangers: ['printer', 'printer.example.test'],
    })
  })

  it('with an address that is none is refused with its place', () => {
    expect(importRefusal('10.0.0.1 a\n  10.0.0.300 b\n10.0.0.0/24 c\n', 'hosts')).toEqual([
      "'10.0.0.300' at hosts:2:3 is not an IP address, network or range: 300 is above 255",
      "'10.0.0.0/24' at hosts:3:1 is a network or a range, where a hosts file has an address",
    ])
    expect(importRefusal(`10.0.0.1${'0'.repeat(3000)} a\n`, 'hosts')).toEqual([
      `'10.0.0.1${'0'.repeat(52)}…' at hosts:1:1 is not an IP address, network or range: 1${'0'.repeat(59)}… is above 255`,
    ])
  })
})
