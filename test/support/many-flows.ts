import { pcap, type Recorded } from './captures.ts'
import { ethernet, ipv4, SYN, tcp, udp } from './packets.ts'

/** A capture with many flows: `conversations` addresses ask the Director, each `each` times, on a port no rule names. */
export function manyAttempts(conversations: number, each: number, port = 22): Uint8Array {
  const records: Recorded[] = []
  for (let attempt = 0; attempt < each; attempt += 1) {
    for (let host = 0; host < conversations; host += 1) {
      const src = `10.1.${host >> 8}.${host & 0xff}`
      const frame = ethernet(
        ipv4(tcp({ srcPort: 1024 + attempt, dstPort: port, flags: SYN }), { src, dst: '10.0.0.16' }),
      )
      records.push({ ns: at(records.length), frame })
    }
  }
  return pcap(records)
}

/** Datagrams from as many ports of one client to the Director, the latest first in the file. */
export function manyDatagrams(count: number): Uint8Array {
  const records: Recorded[] = []
  for (let index = 0; index < count; index += 1) {
    const segment = udp({ srcPort: 20_000 + index, dstPort: 5061, payload: [1] })
    records.unshift({ ns: at(index), frame: ethernet(ipv4(segment, { src: '10.1.0.10', dst: '10.0.0.16' })) })
  }
  return pcap(records)
}

/** One after the other, a tenth of a millisecond apart. */
function at(index: number): bigint {
  return 1_769_817_600_000_000_000n + BigInt(index) * 100_000n
}
