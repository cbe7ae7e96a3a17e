import { DIRECTOR_CERTIFICATE, EDGE_CERTIFICATE, FRONT_END_CERTIFICATE } from './certificates.ts'
import type { Failure, Speech } from './dialogue.ts'

/** Why Portolan should call a connection unexpected, in the words of the design. */
export type Reason = 'unknown-source' | 'unknown-destination' | 'wrong-direction' | 'wrong-source' | 'wrong-port'

/** Who is at the other end of the Director's connections. A stranger is in no inventory. */
export type Peer = 'client' | 'reverse-proxy' | 'edge' | 'front-end' | 'domain-controller' | 'stranger'

/** One sort of connection between the Director and one sort of peer. */
export interface Sort {
  /** How many in a thousand connections are of this sort. */
  readonly perMille: number
  readonly peer: Peer
  readonly opens: 'peer' | 'director'
  /** The responder's. */
  readonly port: number
  readonly does: Speech | Failure
  /** Null: the documentation expects it. */
  readonly reason: Reason | null
}

const called = (
  perMille: number,
  peer: Peer,
  port: number,
  does: Sort['does'],
  reason: Sort['reason'] = null,
): Sort => ({
  perMille,
  peer,
  opens: 'peer',
  port,
  does,
  reason,
})
const calls = (
  perMille: number,
  peer: Peer,
  port: number,
  does: Sort['does'],
  reason: Sort['reason'] = null,
): Sort => ({
  ...called(perMille, peer, port, does, reason),
  opens: 'director',
})

/** What a Director's capture holds: 980 of a thousand connections are documented ones. */
export const SORTS: readonly Sort[] = [
  called(290, 'client', 443, 'tls'),
  called(285, 'client', 5061, 'tls-client-without-certificate'),
  called(75, 'client', 80, 'http'),
  called(5, 'client', 443, 'unanswered'),
  called(5, 'client', 80, 'refused'),
  called(50, 'reverse-proxy', 4443, 'tls'),
  called(40, 'reverse-proxy', 8080, 'http'),
  called(40, 'edge', 5061, 'mutual-tls'),
  calls(20, 'edge', 5061, 'mutual-tls'),
  called(2, 'edge', 5061, 'unanswered'),
  calls(5, 'edge', 50001, 'framed-mutual-tls'),
  called(30, 'front-end', 5061, 'mutual-tls'),
  calls(25, 'front-end', 5061, 'mutual-tls'),
  calls(30, 'front-end', 444, 'mutual-tls'),
  called(10, 'front-end', 444, 'mutual-tls'),
  calls(3, 'front-end', 444, 'refused'),
  called(8, 'front-end', 50001, 'framed-mutual-tls'),
  called(4, 'front-end', 50002, 'framed-mutual-tls'),
  called(3, 'front-end', 50003, 'framed-mutual-tls'),
  calls(50, 'domain-controller', 53, 'dns'),

  called(6, 'stranger', 443, 'tls', 'unknown-source'),
  called(2, 'stranger', 4443, 'unanswered', 'unknown-source'),
  calls(2, 'stranger', 80, 'http', 'unknown-destination'),
  called(4, 'client', 8443, 'tls', 'wrong-port'),
  called(1, 'client', 22, 'refused', 'wrong-port'),
  calls(2, 'client', 5061, 'refused', 'wrong-direction'),
  calls(2, 'reverse-proxy', 8080, 'http', 'wrong-direction'),
  called(1, 'reverse-proxy', 443, 'tls', 'wrong-source'),
]

export interface Host {
  readonly ipv4: number
  readonly ipv6: Uint8Array
}

/** 10.0.0.x and 2001:db8:0:10::x. */
const server = (number: number): Host => ({ ipv4: 0x0a00_0000 + number, ipv6: ipv6Address([0, 0x10], number) })

export const DIRECTOR = server(16)

/** Which of the server addresses each sort of server has: the first, and how many. */
const SERVERS: Readonly<
  Record<Exclude<Peer, 'client' | 'stranger'>, { readonly first: number; readonly count: number }>
> = {
  'domain-controller': { first: 10, count: 2 },
  edge: { first: 20, count: 2 },
  'reverse-proxy': { first: 30, count: 2 },
  'front-end': { first: 40, count: 4 },
}

/** Client addresses come from 10.16.0.0/12, which has this many. */
export const MOST_CLIENTS = 2 ** 20
/** How many strangers there are, and how many clients do something unexpected. */
const OFFENDERS = 100

/** With how many peers the connections of this sort are, in a capture of `clients` clients. */
export function peerCount({ peer, reason }: Sort, clients: number): number {
  if (peer === 'client') return reason === null ? clients : Math.min(clients, OFFENDERS)
  return peer === 'stranger' ? OFFENDERS : SERVERS[peer].count
}

/** `index` is below peerCount. */
export function peerHost(peer: Peer, index: number): Host {
  if (peer === 'client') return client(index)
  return peer === 'stranger' ? stranger(index) : server(SERVERS[peer].first + index)
}

/** An odd multiplier visits each of the 2^20 addresses once, scattered as leases are. */
const client = (index: number): Host => ({
  ipv4: 0x0a10_0000 + (Math.imul(index, 0x9e375) & (MOST_CLIENTS - 1)),
  ipv6: ipv6Address([1, index >>> 8], index),
})

const stranger = (index: number): Host => ({
  ipv4: 0xc612_0000 + index * 251 + 1,
  ipv6: ipv6Address([0xbad, 0], index + 1),
})

/** 2001:db8, two groups, and the number as interface identifier. */
function ipv6Address(groups: readonly [number, number], number: number): Uint8Array {
  const address = new Uint8Array(16)
  const view = new DataView(address.buffer)
  view.setUint32(0, 0x2001_0db8)
  view.setUint16(4, groups[0])
  view.setUint16(6, groups[1])
  view.setUint32(12, number)
  return address
}

/** The name and the certificate with which a peer answers or, in mutual TLS, calls. */
export function presents(peer: Peer | 'director'): { readonly name: string; readonly certificate: Uint8Array } {
  if (peer === 'edge') return { name: 'edge.contoso.local', certificate: EDGE_CERTIFICATE }
  if (peer === 'front-end') return { name: 'fepool.contoso.local', certificate: FRONT_END_CERTIFICATE }
  if (peer === 'reverse-proxy') return { name: 'proxy.contoso.local', certificate: DIRECTOR_CERTIFICATE }
  if (peer === 'stranger') return { name: 'crl.example.com', certificate: DIRECTOR_CERTIFICATE }
  return { name: 'dir01.contoso.local', certificate: DIRECTOR_CERTIFICATE }
}

/** Knows everybody but the strangers. */
export const INVENTORY = `# Who is who in the generated captures.
endpoints:
  - { name: dir01.contoso.local, address: [10.0.0.16, 2001:db8:0:10::10], role: director }
  - { name: dc.contoso.local, address: [10.0.0.10-10.0.0.11, 2001:db8:0:10::a, 2001:db8:0:10::b], role: [domain-controller, dns-server] }
  - { name: edge.contoso.local, address: [10.0.0.20-10.0.0.21, 2001:db8:0:10::14, 2001:db8:0:10::15], role: edge-internal }
  - { name: proxy.contoso.local, address: [10.0.0.30-10.0.0.31, 2001:db8:0:10::1e, 2001:db8:0:10::1f], role: reverse-proxy-internal }
  - { name: fepool.contoso.local, address: [10.0.0.40-10.0.0.43, 2001:db8:0:10::28, 2001:db8:0:10::29, 2001:db8:0:10::2a, 2001:db8:0:10::2b], role: front-end }
  - { name: Seoul clients, address: [10.16.0.0/13, 2001:db8:1::/48], role: client-internal }
  - { name: Busan clients, address: 10.24.0.0/13, role: client-internal }
`
