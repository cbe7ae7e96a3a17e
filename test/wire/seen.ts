import { addressText } from '../../src/wire/address.ts'
import { encapsulationNames } from '../../src/wire/encapsulation.ts'
import { LINK_ETHERNET } from '../../src/wire/link-type.ts'
import { filler } from '../support/octets.ts'
import * as build from '../support/packets.ts'
import { decode } from './decoding.ts'

/* A packet of each version, what stands around them, and how the decoders see them. */

export const V4 = build.ipv4(build.tcp({ payload: filler(9) }))
export const V6 = build.ipv6(build.udp({ payload: filler(9) }))
export const FRAME_V4 = build.ethernet(V4)
export const FRAME_V6 = build.ethernet(V6, { tags: [0x8100] })
export const ARP = build.ethernet({ etherType: 0x0806, bytes: new Uint8Array(28) })

export const SEEN_V4 = '6 10.0.0.20:50000 > 10.0.0.16:5061 9 of 49'
export const SEEN_V6 = '17 2001:db8::20:50000 > 2001:db8::16:3478 9 of 57'

/** What a frame says, in one line: transport, ends, payload and IP length, and what stands around it. */
export function seen(frame: Uint8Array, linkType = LINK_ETHERNET, captured = frame.length): string {
  const { name, packet } = decode(frame, linkType, captured)
  if (name !== 'ok' && name !== 'tunnel-unreadable') return name
  const src = addressText(packet.family, packet.src0, packet.src1, packet.src2, packet.src3)
  const dst = addressText(packet.family, packet.dst0, packet.dst1, packet.dst2, packet.dst3)
  const ends = `${packet.protocol} ${src}:${packet.srcPort} > ${dst}:${packet.dstPort}`
  const text = `${ends} ${packet.payloadLength} of ${packet.ipLength}`
  const names = encapsulationNames(packet.encapsulation)
  return [text, ...names, ...(name === 'ok' ? [] : [name])].join(' ')
}
