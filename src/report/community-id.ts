import { createHash } from 'node:crypto'
import { isIPv4 } from 'node:net'

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
export function communityId({ proto, orig_addr, orig_port, resp_addr, resp_port }: FlowEnds): string | null {
  const number = NOT_TOLD.has(proto) ? undefined : (PROTOCOL_NUMBERS[proto] ?? numberIn(proto))
  if (number === undefined) return null
  const orig = { address: addressBytes(orig_addr), port: portBytes(orig_port) }
  const resp = { address: addressBytes(resp_addr), port: portBytes(resp_port) }
  const order = Buffer.compare(orig.address, resp.address) || Buffer.compare(orig.port, resp.port)
  const [lower, upper] = order <= 0 ? [orig, resp] : [resp, orig]
  const hasPorts = proto === 'tcp' || proto === 'udp'
  const hash = createHash('sha1').update(SEED).update(lower.address).update(upper.address).update(Buffer.of(number, 0))
  if (hasPorts) hash.update(lower.port).update(upper.port)
  return `1:${hash.digest('base64')}`
}

const SEED = Buffer.of(0, 0)

function numberIn(proto: string): number | undefined {
  const [, digits] = /^ip-(\d{1,3})$/.exec(proto) ?? []
  return digits === undefined ? undefined : Number(digits)
}

function portBytes(port: number): Buffer {
  return Buffer.of(port >>> 8, port & 0xff)
}

function addressBytes(address: string): Buffer {
  if (isIPv4(address)) return Buffer.from(address.split('.').map(Number))
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
