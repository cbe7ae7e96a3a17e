import type { ConversationRow, FlowRow, JudgedRow } from '../store/read-rows.ts'
import { hasPorts } from './judged.ts'

/*
 * Wireshark display filters. An ICMP error quotes the beginning of the packet that it is about, and Wireshark takes the
 * quoted addresses and ports for its own: filters of TCP and UDP leave such packets out.
 */

/** The packets of one flow, copies among them. */
export function flowFilter(row: FlowRow): string {
  const { proto, orig_addr, orig_port, resp_addr, resp_port } = row
  const ends = `${hostIs('addr', orig_addr)} && ${hostIs('addr', resp_addr)}`
  return [ends, ...portsOf(proto, orig_port, resp_port), ...window(row.start, lastPacket(row.end, row))].join(' && ')
}

function portsOf(proto: string, orig: number, resp: number): readonly string[] {
  if (!hasPorts(proto)) return [protocolOf(proto)]
  const ports =
    orig === resp
      ? `${proto}.srcport == ${orig} && ${proto}.dstport == ${resp}`
      : `${proto}.port == ${orig} && ${proto}.port == ${resp}`
  return [ports, NO_ERRORS]
}

/** The packets between the two hosts, to this port and back. */
export function conversationFilter(row: ConversationRow): string {
  const { proto, orig_addr, resp_addr, resp_port, first } = row
  const last = lastPacket(row.last, row)
  if (!hasPorts(proto)) {
    const ends = [hostIs('addr', orig_addr), hostIs('addr', resp_addr), protocolOf(proto)]
    return [...ends, ...window(first, last)].join(' && ')
  }
  const there = `${hostIs('src', orig_addr)} && ${hostIs('dst', resp_addr)} && ${proto}.dstport == ${resp_port}`
  const back = `${hostIs('src', resp_addr)} && ${hostIs('dst', orig_addr)} && ${proto}.srcport == ${resp_port}`
  return [`((${there}) || (${back}))`, NO_ERRORS, ...window(first, last)].join(' && ')
}

const NO_ERRORS = '!icmp && !icmpv6'

function hostIs(field: 'addr' | 'src' | 'dst', address: string): string {
  return `${address.includes(':') ? 'ipv6' : 'ip'}.${field} == ${address}`
}

/** Wireshark's name of a transport without ports, where it is another than ours. */
const NAMES: Readonly<Record<string, string>> = {
  icmp6: 'icmpv6',
  ipip: '(ip.proto == 4 || ipv6.nxt == 4)',
  ipv6: '(ip.proto == 41 || ipv6.nxt == 41)',
}

function protocolOf(proto: string): string {
  const number = /^ip-(\d+)$/.exec(proto)?.[1]
  return number === undefined ? (NAMES[proto] ?? proto) : `(ip.proto == ${number} || ipv6.nxt == ${number})`
}

/** A copy comes at most so long after its packet, and the end of a flow is that of its last packet. */
const COPY_NS = 100_000_000n

function lastPacket(end: bigint, { orig_copies, resp_copies }: JudgedRow): bigint {
  return orig_copies + resp_copies > 0 ? end + COPY_NS : end
}

function window(first: bigint, last: bigint): readonly string[] {
  return [`frame.time_epoch >= ${seconds(first)}`, `frame.time_epoch <= ${seconds(last)}`]
}

/** Seconds since 1970 with nine digits, from nanoseconds. */
function seconds(ns: bigint): string {
  const digits = String(ns < 0n ? -ns : ns).padStart(10, '0')
  return `${ns < 0n ? '-' : ''}${digits.slice(0, -9)}.${digits.slice(-9)}`
}
