import { hash } from 'node:crypto'
import { ipv4Number } from '../inventory/address.ts'

/** IANA numbers of the transports that flows have by name; others are called `ip-<number>`. */
const PROTOCOL_NUMBERS: Readonly<Record<string, number>> = {
  igmp: 2,
  ipip: 4,
  tcp: 6,
  udp: 17,
  ipv6: 41,
  gre: 47,
  esp: 50,
  ah: 51,
}

/** Without the ports of SCTP and the type and code of ICMP, which a flow does not keep, theirs cannot be told. */
const NOT_TOLD = new Set(['icmp', 'icmp6', 'sctp'])

/** Both ends of a flow; its ports are 0 where its transport has none. */
export interface FlowEnds {
  readonly proto: string
  readonly orig_addr: string
  readonly orig_port: number
  readonly resp_addr: string
  readonly resp_port: number
}

/**
 * The Community ID of a flow, version 1 with seed 0 (github.com/corelight/community-id-spec): the same in every tool, and
 * from either end. Null where what a flow keeps does not suffice.
 */
export function communityId(flow: FlowEnds): string | null {
  const { proto } = flow
  const number = NOT_TOLD.has(proto) ? undefined : (PROTOCOL_NUMBERS[proto] ?? numberIn(proto))
  if (number === undefined) return null
  const bytes = hashedBytes(flow, number)
  const hasPorts = proto === 'tcp' || proto === 'udp'
  return `1:${hash('sha1', hasPorts ? bytes : bytes.subarray(0, -PORT_BYTES), 'base64')}`
}

function numberIn(proto: string): number | undefined {
  const [, digits] = /^ip-(\d{1,3})$/.exec(proto) ?? []
  return digits === undefined ? undefined : Number(digits)
}

/** Bytes of the two ports, which come last. */
const PORT_BYTES = 4
/**
 * The bytes that are hashed of IPv4: two of the seed, the addresses, the protocol and a zero, the ports. Shaped by speed:
 * every exported flow has an id, and one piece of memory is hashed in a third of the time that a hash object takes.
 */
const OF_IPV4 = Buffer.alloc(16)

/** What is hashed: the lower end first. The bytes are those of this call until the next. */
function hashedBytes({ orig_addr, orig_port, resp_addr, resp_port }: FlowEnds, protocol: number): Buffer {
  const [orig, resp] = [ipv4Number(orig_addr), ipv4Number(resp_addr)]
  if (orig < 0 || resp < 0) return otherBytes([orig_addr, orig_port], [resp_addr, resp_port], protocol)
  const isOrdered = (orig - resp || orig_port - resp_port) <= 0
  OF_IPV4.writeUInt32BE(isOrdered ? orig : resp, 2)
  OF_IPV4.writeUInt32BE(isOrdered ? resp : orig, 6)
  OF_IPV4[10] = protocol
  OF_IPV4.writeUInt16BE(isOrdered ? orig_port : resp_port, 12)
  OF_IPV4.writeUInt16BE(isOrdered ? resp_port : orig_port, 14)
  return OF_IPV4
}

type End = readonly [address: string, port: number]

/** Likewise of IPv6. */
function otherBytes(orig: End, resp: End, protocol: number): Buffer {
  const ends = [orig, resp].map(([address, port]) => {
    return { address: addressBytes(address), port: Buffer.of(port >>> 8, port & 0xff) }
  })
  ends.sort((left, right) => Buffer.compare(left.address, right.address) || Buffer.compare(left.port, right.port))
  const middle = Buffer.of(protocol, 0)
  return Buffer.concat([SEED, ...ends.map(({ address }) => address), middle, ...ends.map(({ port }) => port)])
}

const SEED = Buffer.of(0, 0)

function addressBytes(address: string): Buffer {
  const ipv4 = ipv4Number(address)
  if (ipv4 >= 0) return Buffer.of(ipv4 >>> 24, (ipv4 >>> 16) & 0xff, (ipv4 >>> 8) & 0xff, ipv4 & 0xff)
  const [head = '', tail = ''] = address.split('::')
  const left = groupsOf(head)
  const right = groupsOf(tail)
  const zeros = new Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0000')
  return Buffer.from([...left, ...zeros, ...right].join(''), 'hex')
}

/** The text is canonical: there are no dots in an IPv6 address here. */
function groupsOf(text: string): readonly string[] {
  return text === '' ? [] : text.split(':').map((group) => group.padStart(4, '0'))
}
