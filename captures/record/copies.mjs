import { framesOf } from './plain-pcapng.mjs'

/**
 * What duplicated.pcapng has of each row, told by the interfaces: all rows pass the Director's port, which is the first
 * one recorded, so its records are the packets and those of the other ports are the copies.
 */

const ETHERNET = 14
const IPV4 = 0x0800
const TCP = 6
const UDP = 17

/** Addresses, ports and what TCP sends in a frame; undefined of another kind of frame. IP options do not occur. */
function packetOf(frame) {
  if (frame.readUInt16BE(12) !== IPV4) return undefined
  const ip = frame.subarray(ETHERNET, ETHERNET + frame.readUInt16BE(ETHERNET + 2))
  const protocol = ip[9]
  if (protocol !== TCP && protocol !== UDP) return undefined
  const [from, to] = [12, 16].map((at) => ip.subarray(at, at + 4).join('.'))
  const [fromPort, toPort] = [ip.readUInt16BE(20), ip.readUInt16BE(22)]
  const payload = protocol === TCP ? ip.length - 20 - 4 * (ip[32] >> 4) : 0
  return {
    transport: protocol === TCP ? 'tcp' : 'udp',
    from,
    to,
    fromPort,
    toPort,
    payload,
    sequence: ip.readUInt32BE(24),
  }
}

function isOriginators({ from, to, toPort, transport }, row) {
  return from === row.from && to === row.to && toPort === row.port && transport === (row.transport ?? 'tcp')
}

const reversed = ({ from, to, fromPort, toPort, ...rest }) => ({
  ...rest,
  from: to,
  to: from,
  fromPort: toPort,
  toPort: fromPort,
})

function countOf(frames) {
  const own = frames.filter(({ interfaceId }) => interfaceId === 0)
  const sent = own.filter(({ packet }) => packet.payload > 0).map(({ packet }) => packet.sequence)
  return { packets: own.length, copies: frames.length - own.length, repeats: sent.length - new Set(sent).size }
}

function check(row, side) {
  const copies = row.isOnce ? 0 : side.packets
  if (side.packets > 0 && side.copies === copies) return
  throw new Error(`${row.from} -> ${row.to}:${row.port} has ${side.packets} packets and ${side.copies} copies`)
}

/** Packets and copies of a row by side. A recording in which anything but the lost request was sent again is no good. */
export function copiesOf(bytes, row) {
  const frames = framesOf(bytes).flatMap(({ interfaceId, frame }) => {
    const packet = packetOf(frame)
    return packet ? [{ interfaceId, packet }] : []
  })
  const originator = countOf(frames.filter(({ packet }) => isOriginators(packet, row)))
  const responder = countOf(frames.filter(({ packet }) => isOriginators(reversed(packet), row)))
  for (const side of [originator, responder]) check(row, side)
  const repeats = originator.repeats + responder.repeats
  if (repeats !== Number(row.loses ?? false))
    throw new Error(`${row.from} -> ${row.to}:${row.port}: ${repeats} repeats`)
  return { originator, responder }
}
