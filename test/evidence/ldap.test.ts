import { describe, expect, it } from 'vitest'
import { join, type Octets, patched } from '../support/octets.ts'
import { datagram, stream, text } from './identifying.ts'

/** With a length of one byte, or of four as Active Directory writes them. */
const short = (tag: number, content: Octets): Uint8Array => join([tag, content.length], content)
const long = (tag: number, content: Octets): Uint8Array => join([tag, 0x84, 0, 0, 0, content.length], content)

const ID = [2, 1, 1]
const BIND_CONTENT = join([2, 1, 3, 4, 0], short(0x80, []))
const RESULT = [0x0a, 1, 0, 4, 0, 4, 0]
const SEARCH_CONTENT = join([4, 0, 0x0a, 1, 0, 0x0a, 1, 0], [2, 1, 0, 2, 1, 0, 1, 1, 0, 0x87], [0])
const BIND = short(0x30, join(ID, short(0x60, BIND_CONTENT)))

describe('LDAP', () => {
  it.each([
    ['a bind request', BIND, 'ldap from originator'],
    ['one of Windows', long(0x30, join(ID, long(0x60, BIND_CONTENT))), 'ldap from originator'],
    ['a search request', long(0x30, join([2, 2, 1, 44], long(0x63, SEARCH_CONTENT))), 'ldap from originator'],
    [
      'a request for TLS',
      short(0x30, join(ID, short(0x77, short(0x80, text('1.3.6.1.4.1.1466.20037'))))),
      'ldap from originator',
    ],
    ['a request with controls', short(0x30, join(ID, short(0x60, BIND_CONTENT), [0xa0, 0])), 'ldap from originator'],
    ['a bind response', short(0x30, join(ID, short(0x61, RESULT))), 'ldap from responder'],
    ['an entry', long(0x30, join(ID, long(0x64, join([4, 0], [0x30, 0])))), 'ldap from responder'],
    ['the end of a search', short(0x30, join(ID, short(0x65, RESULT))), 'ldap from responder'],
  ])('is %s, in streams and datagrams', (_name, bytes, answer) => {
    expect([stream(bytes), datagram(bytes)]).toEqual([answer, answer])
  })

  it.each([
    ['with another first tag', patched(BIND, 0, [0x31])],
    ['with a length of no definite form', patched(BIND, 1, [0x80])],
    ['with a length of five bytes', patched(BIND, 1, [0x85])],
    ['with a length above 16 MB', patched(BIND, 1, [0x84, 1, 0, 0, 0])],
    ['without an identifier', patched(BIND, 2, [4])],
    ['with an empty identifier', patched(BIND, 3, [0])],
    ['with an identifier of five bytes', patched(BIND, 3, [5])],
    ['with another operation', patched(BIND, 5, [0x62])],
    ['with an operation longer than itself', patched(BIND, 6, [BIND_CONTENT.length + 1])],
    ['with an empty operation', patched(BIND, 6, [0])],
    ['with a bind that has no version', patched(BIND, 7, [4])],
    ['with a search that begins with a number', patched(BIND, 5, [0x63])],
    ['with a result that begins with a number', patched(BIND, 5, [0x61])],
    ['with an entry that begins with a number', patched(BIND, 5, [0x64])],
    ['with an extended request that begins with a number', patched(BIND, 5, [0x77])],
  ])('is not a message %s', (_name, bytes) => {
    const padded = join(bytes, new Uint8Array(8))
    expect([stream(padded), datagram(padded)]).toEqual(['unidentified', 'unidentified'])
  })

  it('is not the management protocol with the same encoding', () => {
    const snmp = short(0x30, join([2, 1, 1], [4, 6], text('public'), [0xa0, 2, 2, 0]))
    expect(datagram(snmp)).toBe('unidentified')
  })
})
