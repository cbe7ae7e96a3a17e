import { describe, expect, it } from 'vitest'
import { OutboundSources } from '../../src/flow/outbound-sources.ts'
import { addressText } from '../../src/wire/address.ts'
import { createPacket } from '../../src/wire/packet.ts'
import { blocks } from '../support/captures.ts'
import { observeFlows, setOf } from '../support/observing.ts'
import { join, u32 } from '../support/octets.ts'
import { ethernet, ipv4, ipv6, tcp } from '../support/packets.ts'

const FLAGS = 2
const INBOUND = u32(0x01000000)
const OUTBOUND = u32(0x02000000)
const { section, interface: describeInterface, enhanced } = blocks(true)

/** Connections of a host with others; each frame says which way it went. */
function captureOf(...frames: readonly (readonly [Uint8Array, Uint8Array | undefined])[]) {
  const packets = frames.map(([frame, flags]) =>
    enhanced({ frame, ...(flags === undefined ? {} : { options: [[FLAGS, flags]] }) }),
  )
  return setOf(join(section(), describeInterface(), ...packets))
}

async function sourcesIn(...frames: readonly (readonly [Uint8Array, Uint8Array | undefined])[]) {
  const { outboundSources } = await observeFlows(captureOf(...frames))
  return outboundSources.map(({ family, words }) => addressText(family, ...words))
}

const data = (src: string, dst: string) => ethernet(ipv4(tcp({ payload: [1, 2, 3] }), { src, dst }))

describe('the addresses that a capturing host sends from', () => {
  it('are the sources of frames that went out', async () => {
    const found = await sourcesIn(
      [data('10.0.0.20', '10.0.0.16'), INBOUND],
      [data('10.0.0.16', '10.0.0.20'), OUTBOUND],
      [ethernet(ipv6(tcp(), { src: '2001:db8::16', dst: '2001:db8::20' })), OUTBOUND],
      [data('10.0.0.16', '10.0.0.21'), OUTBOUND],
      [data('10.0.0.99', '10.0.0.16'), undefined],
    )
    expect(found).toEqual(['10.0.0.16', '2001:db8::16'])
  })

  it('are unknown where no frame says which way it went', async () => {
    expect(await sourcesIn([data('10.0.0.16', '10.0.0.20'), undefined])).toEqual([])
  })

  it('leave out what came out of a tunnel', () => {
    const sources = new OutboundSources()
    sources.note({ ...createPacket(), family: 4, src3: 1, encapsulation: 1 })
    expect(sources.addresses).toEqual([])
  })

  it('are sixteen at most: what sends from more forwards', () => {
    const sources = new OutboundSources()
    const packet = { ...createPacket(), family: 4, src2: 0xffff }
    for (let turn = 0; turn < 2; turn += 1) {
      for (let number = 1; number <= 16; number += 1) sources.note({ ...packet, src3: number })
    }
    expect(sources.addresses).toHaveLength(16)
    sources.note({ ...packet, src3: 17 })
    expect(sources.addresses).toEqual([])
  })
})
