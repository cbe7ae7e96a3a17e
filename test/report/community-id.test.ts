import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { transportName } from '../../src/flow/flow.ts'
import { communityId, type FlowEnds } from '../../src/report/community-id.ts'

function idOf(proto: string, orig: readonly [string, number], resp: readonly [string, number]): string | null {
  return communityId({ proto, orig_addr: orig[0], orig_port: orig[1], resp_addr: resp[0], resp_port: resp[1] })
}

describe('the Community ID', () => {
  it('is that of the published examples', () => {
    // github.com/corelight/community-id-spec, README and baseline files, seed 0.
    expect(idOf('tcp', ['128.232.110.120', 34855], ['66.35.250.204', 80])).toBe('1:LQU9qZlK+B5F3KDmev6m5PMibrg=')
    expect(idOf('udp', ['192.168.1.52', 54585], ['8.8.8.8', 53])).toBe('1:d/FP5EW3wiY1vCndhwleRRKHowQ=')
    const orig = ['2001:470:e5bf:dead:4957:2174:e82c:4887', 63943] as const
    expect(idOf('tcp', orig, ['2607:f8b0:400c:c03::1a', 25])).toBe('1:/qFaeAR+gFe1KYjMzVDsMv+wgU4=')
  })

  it('is the same from either end', () => {
    const address = fc.oneof(
      fc.constantFrom('10.0.0.1', '10.0.0.2', '255.0.0.1', '::1', '2001:db8::1', 'fe80::ff:fe00:1', '::'),
    )
    const end = fc.tuple(address, fc.nat(65_535))
    fc.assert(
      fc.property(end, end, fc.constantFrom('tcp', 'udp', 'gre', 'ip-99'), (orig, resp, proto) => {
        expect(idOf(proto, orig, resp)).toBe(idOf(proto, resp, orig))
      }),
    )
  })

  it('tells ports, transports and addresses apart', () => {
    const ids = [
      idOf('tcp', ['10.0.0.1', 1], ['10.0.0.2', 2]),
      idOf('tcp', ['10.0.0.1', 2], ['10.0.0.2', 1]),
      idOf('udp', ['10.0.0.1', 1], ['10.0.0.2', 2]),
      idOf('tcp', ['10.0.0.1', 1], ['10.0.0.3', 2]),
      idOf('tcp', ['2001:db8::1', 1], ['2001:db8::2', 2]),
      idOf('tcp', ['2001:db8:0:1::1', 1], ['2001:db8::2', 2]),
    ]
    expect(new Set(ids).size).toBe(ids.length)
  })

  it('leaves the ports out where a transport has none', () => {
    expect(idOf('esp', ['10.0.0.1', 0], ['10.0.0.2', 0])).toMatch(/^1:[\w+/]{27}=$/)
  })

  it('is told of every transport but those whose ports or types are not kept', () => {
    const ends: Omit<FlowEnds, 'proto'> = { orig_addr: '10.0.0.1', orig_port: 0, resp_addr: '10.0.0.2', resp_port: 0 }
    const ids = Array.from({ length: 256 }, (_, number) => communityId({ ...ends, proto: transportName(number) }))
    expect(ids.flatMap((id, number) => (id === null ? [number] : []))).toEqual([1, 58, 132])
    expect(new Set(ids).size).toBe(256 - 2)
  })
})
