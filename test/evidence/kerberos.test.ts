import { describe, expect, it } from 'vitest'
import { join, type Octets, patched, u32 } from '../support/octets.ts'
import { datagram, stream } from './identifying.ts'

const long = (tag: number, content: Octets): Uint8Array =>
  join([tag, 0x82, content.length >> 8, content.length & 0xff], content)
const request = (tag: number): Uint8Array =>
  long(tag, long(0x30, join([0xa1, 3, 2, 1, 5, 0xa2, 3, 2, 1, tag & 0x1f], new Uint8Array(300))))
const answer = (tag: number): Uint8Array =>
  long(tag, long(0x30, join([0xa0, 3, 2, 1, 5, 0xa1, 3, 2, 1, tag & 0x1f], new Uint8Array(300))))
const record = (message: Uint8Array): Uint8Array => join(u32(message.length), message)

describe('Kerberos', () => {
  it.each([
    ['a request for a ticket', request(0x6a), 'kerberos from originator'],
    ['a request for a service', request(0x6c), 'kerberos from originator'],
    ['a ticket', answer(0x6b), 'kerberos from responder'],
    ['a service ticket', answer(0x6d), 'kerberos from responder'],
    ['an error', answer(0x7e), 'kerberos from responder'],
    ['a short request', join([0x6a, 40, 0x30, 38], request(0x6a).subarray(8, 46)), 'kerberos from originator'],
  ])('is %s, in streams and datagrams', (_name, message, said) => {
    expect([stream(record(message)), datagram(message)]).toEqual([said, said])
  })

  it('is a datagram that the snap length cut', () => {
    expect(datagram(request(0x6a).subarray(0, 54))).toBe('kerberos from originator')
  })

  it.each([
    ['of another tag', patched(request(0x6a), 0, [0x6e])],
    ['without a sequence', patched(request(0x6a), 4, [0x31])],
    ['with a length of no definite form', patched(request(0x6a), 5, [0x80])],
    ['of version 4', patched(request(0x6a), 12, [4])],
    ['of another type than its tag', patched(request(0x6a), 17, [12])],
    ['numbered as an answer', answer(0x6a)],
    ['numbered as a request', request(0x6b)],
  ])('is not a message %s', (_name, message) => {
    expect([stream(record(message)), datagram(message)]).toEqual(['unidentified', 'unidentified'])
  })

  it('is not a record of another length than its message', () => {
    const message = request(0x6a)
    expect(stream(join(u32(message.length + 1), message))).toBe('unidentified')
    expect(stream(join([0x80, 0, 0, 0], message))).toBe('unidentified')
  })
})
