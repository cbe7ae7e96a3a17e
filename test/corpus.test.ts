import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { CaptureError } from '../src/capture/capture-error.ts'
import { captureSets } from '../src/capture/capture-set.ts'
import { corpusFolder } from './support/corpus.ts'
import { observeFlows, type SeenSet } from './support/observing.ts'

const isThere = existsSync(join(corpusFolder, 'conversations'))

async function observeFile(path: string): Promise<SeenSet> {
  const [set] = await captureSets([path], undefined)
  if (set === undefined) throw new Error(`${path} makes no capture set`)
  return observeFlows(set)
}

/** Packets from either end, by `tcp 10.0.0.1 80 10.0.0.2 5000`: the ends in the order of their texts. */
type Tuples = ReadonlyMap<string, readonly [number, number]>

function tuplesOf(parts: readonly (readonly [string, string, string, number, number])[]): Tuples {
  const tuples = new Map<string, readonly [number, number]>()
  for (const [transport, one, other, fromOne, fromOther] of parts) {
    const isInOrder = one <= other
    const key = `${transport} ${isInOrder ? `${one} ${other}` : `${other} ${one}`}`
    const [first, second] = tuples.get(key) ?? [0, 0]
    tuples.set(key, isInOrder ? [first + fromOne, second + fromOther] : [first + fromOther, second + fromOne])
  }
  return tuples
}

function ourTuples({ flows }: SeenSet): Tuples {
  const withPorts = flows.filter(({ flow }) => flow.transport === 'tcp' || flow.transport === 'udp')
  return tuplesOf(
    withPorts.map(({ flow: { transport, low, high } }) => [
      transport,
      `${low.address} ${low.port}`,
      `${high.address} ${high.port}`,
      // tshark counts copies, and every fragment that it can put together is in one packet.
      low.packets + low.copies,
      high.packets + high.copies,
    ]),
  )
}

/** The figures of tshark: proto, addrA, portA, addrB, portB, frames, bytes, framesAB, framesBA, ... */
function theirTuples(name: string): Tuples {
  // Where tunnels are, the flows inside them count.
  const inner = join(corpusFolder, 'conversations', `${name}.inner.tsv`)
  const path = existsSync(inner) ? inner : join(corpusFolder, 'conversations', `${name}.tsv`)
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n').slice(1)
  return tuplesOf(
    lines.map((line) => {
      const [proto = '', addrA, portA, addrB, portB, , , framesAB, framesBA] = line.split('\t')
      return [proto.toLowerCase(), `${addrA} ${portA}`, `${addrB} ${portB}`, Number(framesAB), Number(framesBA)]
    }),
  )
}

/** What differs, in few words; nothing where all is equal. */
function difference(ours: Tuples, theirs: Tuples): string | undefined {
  const total = (tuples: Tuples, keys: readonly string[]) =>
    keys.reduce((sum, key) => sum + (tuples.get(key)?.reduce((a, b) => a + b) ?? 0), 0)
  const missing = [...theirs.keys()].filter((key) => !ours.has(key))
  const extra = [...ours.keys()].filter((key) => !theirs.has(key))
  const unequal = [...theirs.keys()].filter((key) => ours.has(key) && `${ours.get(key)}` !== `${theirs.get(key)}`)
  const parts = [
    missing.length > 0 ? `${missing.length} tuples with ${total(theirs, missing)} packets are missing` : undefined,
    extra.length > 0 ? `${extra.length} tuples with ${total(ours, extra)} packets are more` : undefined,
    unequal.length > 0
      ? `${unequal.length} tuples have ${total(ours, unequal)} packets, not ${total(theirs, unequal)}`
      : undefined,
  ].filter((part) => part !== undefined)
  return parts.length === 0 ? undefined : parts.join('; ')
}

/** Files whose figures differ, with what differs and why. */
const DIFFERENCES: Readonly<Record<string, readonly [difference: string, why: string]>> = {}

const files = isThere ? readdirSync(corpusFolder).filter((name) => /\.(pcap|pcapng|cap)(\.gz)?$/.test(name)) : []

describe.skipIf(!isThere)(`captures of ${corpusFolder} against the figures of tshark`, () => {
  it.each(files)('%s', async (name) => {
    const seen = await observeFile(join(corpusFolder, name))
    const found = difference(ourTuples(seen), theirTuples(name))
    expect(found).toBe(DIFFERENCES[name]?.[0])
  })
})

/** Damaged files: what is read of them, or the sentence that refuses them; and why tshark reads more or less. */
const DAMAGED: Readonly<Record<string, readonly [outcome: string, againstTshark?: string]>> = {
  'tcpdump-timestamp-invalid-micro.pcap': ['3 records, 1 tcp, 0 udp'],
  'tcpdump-timestamp-invalid-nano.pcap': ['3 records, 1 tcp, 0 udp'],
  'tcpdump-heapoverflow-tcp.pcap': ['1 records, 1 tcp, 0 udp'],
  'tcpdump-kday3.pcap': ['9 records, 4 tcp, 0 udp; 1 ip-version-wrong'],
  'tcpdump-bgp-infinite-loop-sll.pcap': ['5 records, 4 tcp, 0 udp'],
  'tcpdump-ipv6-next-header-oobr.pcap': ['1 records, 0 tcp, 0 udp; 1 ipv6-extension-cut'],
  'tcpdump-ipv6-39-bytes.pcap': ['1 records, 0 tcp, 0 udp; 1 ipv6-header-cut'],
  'tcpdump-ipv6-frag-negative-len.pcap': ['1 records, 0 tcp, 0 udp; 1 ip-fragment-without-first'],
  'tcpdump-ipv4-invalid-length.pcap': ['1 records, 0 tcp, 0 udp; 1 ipv4-header-cut'],
  'tcpdump-ipv6-too-long-jumbo.pcap': ['1 records, 0 tcp, 0 udp'],
  'tcpdump-bigtcp-ipv4.pcap': ['1 records, 1 tcp, 0 udp'],
  'tcpdump-gre-heapoverflow.pcap': ['2 records, 0 tcp, 0 udp; 1 ip-version-wrong'],
  'tcpdump-linktype-0x30000084.pcap': [
    '1 records, 0 tcp, 0 udp; 1 link-type-unknown',
    'tshark refuses a link type that it does not know',
  ],
  'tcpdump-ppp-hdlc-cut.pcap': ['1 records, 0 tcp, 0 udp'],
  'tcpdump-unsupported-linktype-dbus.pcap': ['2 records, 0 tcp, 0 udp; 2 link-type-unknown'],
  'tcpdump-linktype-ipv4-invalid.pcap': ['1 records, 0 tcp, 1 udp'],
  'tcpdump-linktype-ipv6-invalid.pcap': [
    '1 records, 0 tcp, 1 udp',
    'an IPv4 packet under the link type of IPv6: here its own version tells',
  ],
  'tcpdump-unknown-linktype-182.pcap': [
    '5 records, 0 tcp, 0 udp; 5 link-type-unknown',
    'tshark refuses a link type that it does not know',
  ],
  'tcpdump-caplen-gt-len.pcap': ['1 records, 0 tcp, 0 udp; 1 captured-length-above-original'],
  'tcpdump-caplen-gt-snaplen-tcp-options.pcap': ['1 records, 1 tcp, 0 udp'],
  'tcpdump-icmp-oobr.pcap': ['3 records, 0 tcp, 0 udp'],
  'libpcap-linktype-reserved-bits.pcap': ['0 records, 0 tcp, 0 udp'],
  'libpcap-invalid-version-1.pcap': [
    'it is pcap of version 1; wanted version 2',
    'tshark says so too, without a record',
  ],
  'libpcap-invalid-version-2.pcap': ['1 records, 0 tcp, 1 udp'],
  'libpcap-pcapng-version-0.1.pcapng': ['0 records, 0 tcp, 0 udp; 1 unreadable-section'],
  'libpcap-shb-option-too-long.pcapng': [
    '0 records, 0 tcp, 0 udp; a block is 52 bytes long by its start and 808464432 by its end at 0',
  ],
  'libpcap-slip-caplen-gt-len.pcap': ['1 records, 0 tcp, 0 udp; 1 captured-length-above-original; 1 link-type-unknown'],
  'gopacket-be-901.pcapng': [
    '2 records, 0 tcp, 1 udp; 1 unreadable-section',
    'tshark stops at the section of an unknown version; here it is passed over',
  ],
  'gopacket-le-902.pcapng': ['1 records, 0 tcp, 1 udp'],
  'pcapparser-err-buffertoosmall.pcapng': ['27 records, 1 tcp, 0 udp'],
  'ngtest-empty.pcap': ['0 records, 0 tcp, 0 udp'],
  'ngtest-le-002-no-idb.pcapng': ['0 records, 0 tcp, 0 udp'],
  'ngtest-be-017.pcapng': ['0 records, 0 tcp, 0 udp', 'tshark numbers custom blocks as frames'],
  'pcpp-fuzz-ns-be-cut.pcap': ['1 records, 0 tcp, 0 udp; the last record is cut off at 57'],
  'pcpp-fuzz-caplen-1.8GB.pcap': [
    '1 records, 0 tcp, 1 udp; a record says it holds 1862299503 bytes; the most accepted is 262144 at 84',
  ],
  'pcpp-fuzz-ascii-linktype.pcap': [
    '1 records, 0 tcp, 0 udp; 1 link-type-unknown',
    'tshark refuses a link type that it does not know',
  ],
  'pcpp-fuzz-cut-record.pcap': ['1 records, 1 tcp, 0 udp; the last record is cut off at 361'],
  'pcpp-fuzz-no-whole-record.pcap': [
    '0 records, 0 tcp, 0 udp; a record says it holds 538976288 bytes; the most accepted is 262144 at 24',
  ],
  'pcpp-fuzz-epb-too-small.pcapng': [
    '0 records, 0 tcp, 0 udp; a packet says it holds 65536 bytes; its block has room for 0 at 48',
  ],
  'pcpp-fuzz-crash-81dba690.pcap': ['11 records, 0 tcp, 3 udp; the last record is cut off at 1043'],
  'pcpp-fuzz-640MB-record.pcap': [
    '1 records, 0 tcp, 1 udp; a record says it holds 640034342 bytes; the most accepted is 262144 at 1064',
  ],
  'pcpp-solaris.snoop': [
    'it is a snoop capture; open it in Wireshark and save it as pcapng, or convert it with editcap',
    'tshark reads snoop',
  ],
  'zeek-trunc-hdr.pcap': ['1 records, 0 tcp, 0 udp; 1 link-header-cut'],
  'zeek-ip4-trunc.pcap': ['1 records, 0 tcp, 0 udp; 1 ipv4-header-cut'],
  'zeek-ip6-ext-trunc.pcap': ['1 records, 0 tcp, 0 udp; 1 ipv6-extension-cut'],
  'zeek-truncated-tcp.pcapng': ['1 records, 0 tcp, 0 udp; 1 tcp-ports-cut'],
  'zeek-mpls-6in6-broken.pcap.gz': [
    '1811 records, 0 tcp, 0 udp; 22 ip-version-wrong; 2 ipv4-total-length-wrong; 13 mpls-labels-too-many; 1774 tunnel-unreadable',
  ],
  'zeek-geneve-truncated.pcapng': ['1 records, 0 tcp, 1 udp; 1 tunnel-unreadable'],
  'suricata-tls-der-incomplete.pcap': [
    '6 records, 1 tcp, 0 udp; a record says it holds 4325376 bytes; the most accepted is 262144 at 5035',
  ],
  'suricata-fuzz-6875.pcap': [
    '1 records, 0 tcp, 0 udp; a record says it holds 1409179648 bytes; the most accepted is 262144 at 228; 1 tcp-header-length-wrong',
    'tshark tries record headers of other lengths when one makes no sense',
  ],
  'suricata-decode-too-small.pcap': ['8 records, 0 tcp, 2 udp; 2 tcp-ports-cut; 2 udp-ports-cut'],
  'suricata-too-many-layers.pcap': ['1 records, 0 tcp, 0 udp'],
}

interface BadFile {
  readonly name: string
  /** Records, 5-tuples of TCP and of UDP, as tshark counts them before it stops. */
  readonly tshark: string
}

function badFiles(): readonly BadFile[] {
  const lines = readFileSync(join(corpusFolder, 'bad', 'EXPECTED.tsv'), 'utf8')
    .trimEnd()
    .split('\n')
    .slice(1)
  return lines.map((line) => {
    const [name = '', , , , , , records, tcp, udp] = line.split('\t')
    return { name, tshark: counts(Number(records), Number(tcp), Number(udp)) }
  })
}

function counts(records: number, tcp: number, udp: number): string {
  return `${records} records, ${tcp} tcp, ${udp} udp`
}

async function badOutcome(name: string): Promise<string> {
  try {
    const seen = await observeFile(join(corpusFolder, 'bad', name))
    const tuples = [...ourTuples(seen).keys()]
    const of = (transport: string) => tuples.filter((key) => key.startsWith(transport)).length
    const damage = seen.files[0]?.damage
    const odd = [...seen.anomalies].map(([what, count]) => `${count} ${what}`)
    const parts = [
      counts(seen.records, of('tcp'), of('udp')),
      damage && `${damage.problem} at ${damage.offset}`,
      ...odd,
    ]
    return parts.filter((part) => part !== undefined).join('; ')
  } catch (error) {
    if (!(error instanceof CaptureError)) throw error
    return error.message.replace(join(corpusFolder, 'bad', name), 'it')
  }
}

const bad = isThere ? badFiles() : []

describe.skipIf(bad.length === 0)(`damaged captures of ${corpusFolder}`, () => {
  it.each(bad)('$name', async ({ name, tshark }) => {
    const outcome = await badOutcome(name)
    expect(outcome).toBe(DAMAGED[name]?.[0])
    // Where tshark counts otherwise the table says why, and only there.
    expect(outcome.startsWith(tshark)).toBe(DAMAGED[name]?.[1] === undefined)
  })
})

// Says why the rest is missing, where it is.
it.skipIf(!isThere)(`there are captures in ${corpusFolder}, or in the folder that PORTOLAN_CORPUS names`, () => {
  expect(bad.length).toBeGreaterThan(0)
})
