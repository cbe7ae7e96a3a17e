import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { captureHosts, type Talk } from '../../src/judge/capture-hosts.ts'

const DIRECTOR = '10.0.0.16'

/** `10.0.0.16 - 10.0.0.40 x 5`: two addresses and their flows, a line each. */
function talks(text: string): readonly Talk[] {
  return text
    .trim()
    .split('\n')
    .map((line) => {
      const [left = '', , right = '', , flows = '1'] = line.trim().split(' ')
      return { left, right, flows: Number(flows) }
    })
}

const none = () => []
const hosts = (text: string, siblingsOf: (address: string) => readonly string[] = none) =>
  captureHosts(talks(text), siblingsOf)

describe('where a capture was taken', () => {
  test('is the address in all flows, on whichever side', () => {
    const found = hosts(`
      10.1.0.10 - 10.0.0.16
      10.0.0.16 - 10.0.0.40
      10.0.0.20 - 10.0.0.16`)
    expect(found).toEqual({ addresses: [DIRECTOR], isUnsure: false })
  })

  test('is nowhere without flows', () => {
    expect(captureHosts([], none)).toEqual({ addresses: [], isUnsure: false })
  })

  test('is unsure between the two ends of the only pair', () => {
    expect(hosts('10.0.0.20 - 10.0.0.16 x 7')).toEqual({ addresses: [DIRECTOR, '10.0.0.20'], isUnsure: true })
  })

  test('is the end with another flow besides, even where the other end is in nearly all', () => {
    const found = hosts(`
      10.0.0.20 - 10.0.0.16 x 99
      10.1.0.10 - 10.0.0.16 x 1`)
    expect(found).toEqual({ addresses: [DIRECTOR], isUnsure: false })
  })

  test('is not lost to a tenth of stray traffic, and is to more', () => {
    const stray = (flows: number) => `
      10.1.0.10 - 10.0.0.16 x 45
      10.1.0.11 - 10.0.0.16 x 45
      10.9.0.1 - 10.9.0.2 x ${flows}`
    expect(hosts(stray(10)).addresses).toEqual([DIRECTOR])
    expect(hosts(stray(11)).addresses).toEqual([])
  })

  test('is all addresses of a host on several networks', () => {
    const found = hosts(`
      10.0.0.20 - 10.0.0.16 x 30
      10.0.0.40 - 10.0.0.20 x 20
      198.51.100.10 - 192.0.2.20 x 20
      203.0.113.5 - 192.0.2.20 x 5
      203.0.113.7 - 192.0.2.20 x 3
      198.51.100.11 - 192.0.2.20 x 2
      198.51.100.10 - 192.0.2.22 x 9
      198.51.100.11 - 192.0.2.22 x 1
      203.0.113.6 - 192.0.2.22 x 8
      198.51.100.11 - 192.0.2.21 x 1
      203.0.113.6 - 192.0.2.21 x 1`)
    expect(found).toEqual({ addresses: ['192.0.2.20', '192.0.2.22', '10.0.0.20', '192.0.2.21'], isUnsure: false })
  })

  test('takes the other address of the same host from the inventory, where it was seen', () => {
    const siblings = (address: string) =>
      address === DIRECTOR ? ['2001:db8:10::16'] : address === '10.0.0.20' ? ['2001:db8:10::20'] : []
    const flows = `
      10.1.0.10 - 10.0.0.16 x 40
      10.0.0.20 - 10.0.0.16 x 40`
    expect(hosts(flows, siblings).addresses).toEqual([DIRECTOR])
    expect(hosts(`${flows}\n2001:db8:10::20 - 2001:db8:10::16 x 20`, siblings).addresses).toEqual([
      DIRECTOR,
      '2001:db8:10::16',
    ])
  })

  test('is where the capture itself says, if that address was seen', () => {
    const flows = talks(`
      10.1.0.10 - 10.0.0.16 x 40
      10.0.0.20 - 10.0.0.16 x 40`)
    expect(captureHosts(flows, none, ['192.168.1.5', '10.0.0.20']).addresses).toEqual(['10.0.0.20'])
    expect(captureHosts(flows, none, ['192.168.1.5']).addresses).toEqual([DIRECTOR])
  })

  test('is nowhere at the port of a switch that hosts pass who talk with each other', () => {
    const found = hosts(`
      10.1.0.10 - 10.0.0.16 x 30
      10.1.0.11 - 10.0.0.16 x 30
      10.1.0.10 - 10.0.0.40 x 20
      10.1.0.12 - 10.0.0.40 x 20
      10.0.0.16 - 10.0.0.40 x 10`)
    expect(found.addresses).toEqual([])
  })

  test('does not depend on the order of the flows, nor on who is left and who is right', () => {
    const address = fc.integer({ min: 1, max: 6 }).map((octet) => `10.0.0.${octet}`)
    const talk = fc.record({ left: address, right: address, flows: fc.integer({ min: 1, max: 20 }) })
    fc.assert(
      fc.property(fc.array(talk, { maxLength: 12 }), (list) => {
        const turned = list.map(({ left, right, flows }) => ({ left: right, right: left, flows })).reverse()
        expect(captureHosts(turned, none)).toEqual(captureHosts(list, none))
      }),
    )
  })

  test('is not what a capture names where those addresses talk with each other: traffic is forwarded there', () => {
    const forwarded = talks(`
      10.1.0.10 - 10.0.0.16 x 4
      10.1.0.11 - 10.0.0.16 x 4
      10.1.0.12 - 10.0.0.16 x 4`)
    const named = ['10.1.0.10', '10.1.0.11', '10.1.0.12', DIRECTOR]
    expect(captureHosts(forwarded, none, named)).toEqual({ addresses: [DIRECTOR], isUnsure: false })
    expect(captureHosts(forwarded, none, ['10.1.0.10', '10.1.0.11']).addresses).toEqual(['10.1.0.10', '10.1.0.11'])
  })
})
