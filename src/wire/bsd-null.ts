import { type Decoded, LINK_HEADER_CUT, NOT_IP } from './decoded.ts'
import { decodeIpv4 } from './ipv4.ts'
import { decodeIpv6 } from './ipv6.ts'
import type { Packet } from './packet.ts'

// The loopback header is a protocol family number of the recording system, in that system's byte order (NULL) or
// big-endian (LOOP). All families are below 256, so that either half tells it.
const LENGTH = 4
const AF_INET = 2
// AF_INET6 on NetBSD, OpenBSD and Windows' Npcap; FreeBSD; Darwin.
const AF_INET6_NETBSD = 24
const AF_INET6_FREEBSD = 28
const AF_INET6_DARWIN = 30

export function decodeBsdNull(view: DataView, at: number, end: number, packet: Packet): Decoded {
  if (end - at < LENGTH) return LINK_HEADER_CUT
  const big = view.getUint32(at)
  const family = big <= 0xffff ? big : view.getUint32(at, true)
  if (family === AF_INET) return decodeIpv4(view, at + LENGTH, end, packet)
  if (family === AF_INET6_NETBSD || family === AF_INET6_FREEBSD || family === AF_INET6_DARWIN) {
    return decodeIpv6(view, at + LENGTH, end, packet)
  }
  return NOT_IP
}
