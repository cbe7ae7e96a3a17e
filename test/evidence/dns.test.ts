import { describe, expect, it } from 'vitest'
import { DnsAnswers, readAnswers } from '../../src/evidence/dns.ts'
import { addressText } from '../../src/wire/address.ts'
import { join, type Octets, patched, u16, u32 } from '../support/octets.ts'
import { datagram, stream, text, watched } from './identifying.ts'

const name = (dotted: string): Uint8Array =>
  join(...dotted.split('.').map((label) => join([label.length], text(label))), [0])
const question = (dotted: string, type = 1): Uint8Array => join(name(dotted), u16(type, 1))
const record = (owner: Octets, type: number, data: Octets): Uint8Array =>
  join(owner, u16(type, 1), u32(3600), u16(data.length), data)
const query = (asked: Uint8Array): Uint8Array => join(u16(0x9e41, 0x0100, 1, 0, 0, 0), asked)
const response = (asked: Uint8Array, ...records: readonly Uint8Array[]): Uint8Array =>
  join(u16(0x9e41, 0x8580, 1, records.length, 0, 0), asked, ...records)
const overTcp = (message: Uint8Array): Uint8Array => join(u16(message.length), message)

/** The name of the question, by its place in the message. */
const POINTER = u16(0xc00c)
const ASKED = question('sip.contoso.com')
const QUERY = query(ASKED)

describe('DNS', () => {
  it.each([
    ['a query', QUERY, 'dns from originator'],
    ['a query of the root', query(join([0], u16(2, 1))), 'dns from originator'],
    ['a response', response(ASKED, record(POINTER, 1, [10, 0, 0, 20])), 'dns from responder'],
    ['a name that does not exist', patched(response(ASKED), 3, [0x83]), 'dns from responder'],
    ['an update', patched(query(question('contoso.local', 6)), 2, u16(0x2800)), 'dns from originator'],
    ['a question about a service', query(question('_sipfederationtls._tcp.contoso.com', 33)), 'dns from originator'],
  ])('is %s, in streams and datagrams', (_name, bytes, answer) => {
    expect([stream(overTcp(bytes)), datagram(bytes)]).toEqual([answer, answer])
  })

  it('is a datagram that the snap length cut behind its question', () => {
    const many = response(ASKED, ...Array.from({ length: 9 }, () => record(POINTER, 1, [10, 0, 0, 20])))
    expect(datagram(many.subarray(0, 40))).toBe('dns from responder')
  })

  it.each([
    ['with an operation that does not exist', patched(QUERY, 2, u16(0x1900))],
    ['with the reserved bit set', patched(QUERY, 2, u16(0x0140))],
    ['of a query with a result', patched(QUERY, 2, u16(0x0103))],
    ['of a query with answers', patched(QUERY, 6, u16(1))],
    ['without a question', patched(QUERY, 4, u16(0))],
    ['with two questions', patched(QUERY, 4, u16(2))],
    ['with more records than there is room for', patched(QUERY, 10, u16(400))],
    ['with a pointer for a question', patched(QUERY, 12, [0xc0])],
    ['with a control character in its name', patched(QUERY, 14, [7])],
    ['of a type that does not exist', query(question('contoso.com', 999))],
    ['of a class that does not exist', patched(QUERY, QUERY.length - 2, u16(2))],
    ['of NetBIOS', query(question('CKAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA', 0x21))],
    ['of NetBIOS about a name', query(question('EFEEEHEFCACACACACACACACACACACAAA', 0x20))],
    ['with too long a name', query(question(Array.from({ length: 100 }, () => 'abc').join('.')))],
  ])('is not a message %s', (_name, bytes) => {
    expect([stream(overTcp(bytes)), datagram(bytes)]).toEqual(['unidentified', 'unidentified'])
  })

  it('is not a message over TCP that is longer or shorter than it says', () => {
    expect(stream(join(u16(20), QUERY))).toBe('unidentified')
    expect(stream(join(u16(QUERY.length - 1), QUERY))).toBe('unidentified')
    expect(stream(join(u16(16), QUERY))).toBe('unidentified')
  })

  it('is not a datagram cut within its question', () => {
    for (let length = 8; length < QUERY.length; length += 1)
      expect(datagram(QUERY.subarray(0, length))).not.toContain('dns')
  })
})

const answers = new DnsAnswers()

function read(message: Uint8Array): { name: string; addresses: readonly string[] } {
  const view = watched(message)
  readAnswers(view, view.from, view.to, answers)
  return {
    name: Buffer.from(answers.name.subarray(0, answers.nameLength)).toString('latin1'),
    addresses: Array.from({ length: answers.count }, (_, index) => {
      const [a = 0, b = 0, c = 0, d = 0] = answers.words.subarray(index * 4, index * 4 + 4)
      return addressText(answers.families[index]!, a, b, c, d)
    }),
  }
}

const NOTHING = { name: '', addresses: [] }
const V6 = [0x20, 1, 0x0d, 0xb8, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x16]

describe('the answer to a query', () => {
  it('gives the name and its addresses', () => {
    const message = response(
      question('SIP.Contoso.com'),
      record(POINTER, 1, [10, 0, 0, 20]),
      record(name('sip.contoso.com'), 28, V6),
    )
    expect(read(message)).toEqual({ name: 'sip.contoso.com', addresses: ['10.0.0.20', '2001:db8:1::16'] })
    expect([...answers.words.subarray(0, 4)]).toEqual([0, 0, 0xffff, 0x0a000014])
  })

  it('gives those behind an alias', () => {
    const message = response(
      ASKED,
      record(POINTER, 5, name('edge01.contoso.com')),
      record(join([3], text('abc'), POINTER), 1, [203, 0, 113, 9]),
    )
    expect(read(message)).toEqual({ name: 'sip.contoso.com', addresses: ['203.0.113.9'] })
  })

  it('gives no more than 16', () => {
    const message = response(ASKED, ...Array.from({ length: 20 }, (_, index) => record(POINTER, 1, [10, 0, 0, index])))
    expect(read(message).addresses.length).toBe(16)
    expect(read(message).addresses[15]).toBe('10.0.0.15')
  })

  it('leaves out addresses of another class or length', () => {
    const other = patched(record(POINTER, 1, [10, 0, 0, 20]), 5, [3])
    expect(read(response(ASKED, other, record(POINTER, 1, V6), record(POINTER, 28, [10, 0, 0, 20])))).toEqual({
      name: 'sip.contoso.com',
      addresses: [],
    })
  })

  it.each([
    ['a query', QUERY],
    ['a failure', patched(response(ASKED, record(POINTER, 1, [10, 0, 0, 20])), 3, [0x83])],
    ['an update', patched(response(ASKED), 2, u16(0xa880))],
    ['a name with a blank', response(question('sip contoso.com'), record(POINTER, 1, [10, 0, 0, 20]))],
    ['a name beyond ASCII', response(question('sip.contoso.c\xf6m'), record(POINTER, 1, [10, 0, 0, 20]))],
    ['the root', response(join([0], u16(1, 1)), record([0], 1, [10, 0, 0, 20]))],
    ['a pointer to itself', patched(response(ASKED, record(POINTER, 1, [10, 0, 0, 20])), 12, u16(0xc00c))],
  ])('gives nothing for %s', (_name, message) => {
    expect(read(message)).toEqual(NOTHING)
  })

  it('gives nothing for a dot within a label', () => {
    const message = response(join([5], text('a.b.c'), [0], u16(1, 1)), record(POINTER, 1, [10, 0, 0, 20]))
    expect(read(message)).toEqual(NOTHING)
  })

  it('gives what stands before a cut', () => {
    const message = response(ASKED, record(POINTER, 1, [10, 0, 0, 20]), record(POINTER, 1, [10, 0, 0, 21]))
    for (let length = 0; length <= message.length; length += 1) {
      const { addresses } = read(message.subarray(0, length))
      const whole = length >= message.length ? 2 : Number(length >= message.length - 16)
      expect([length, addresses.length]).toEqual([length, whole])
    }
  })
})
