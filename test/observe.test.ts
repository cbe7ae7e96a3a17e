import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join as joinPath } from 'node:path'
import { PassThrough } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { CaptureError } from '../src/capture/capture-error.ts'
import { type CaptureSet, streamSet } from '../src/capture/capture-set.ts'
import { observe } from '../src/observe.ts'
import type { Progress } from '../src/observed.ts'
import { ENDS, script } from './flow/script.ts'
import { blocks, gzip, pcap, pcapng, type Recorded } from './support/captures.ts'
import { flowLine, observeFlows, type SeenFlow, setOf } from './support/observing.ts'
import { filler, join, patched, u16, writer } from './support/octets.ts'
import { ethernet, ipv4, tcp, udp } from './support/packets.ts'
import { dripping, pieces } from './support/reading.ts'

const BEGIN_NS = 1_401_688_800_000_000_000n

/** A few connections of both families on Ethernet, in the order of their times. */
const RECORDS: readonly Recorded[] = [
  script('C>S SYN, S>C SYN-ACK, C>S ACK, C>S ACK 30, S>C ACK 200, C>S FIN-ACK, S>C FIN-ACK', endsOf(0)),
  script('wait 0.002s, C>S SYN, S>C RST-ACK, wait 1s, C>S again, S>C RST-ACK', endsOf(1)),
  script('S>C ACK 70, wait 2s, C>S DATA 10, S>C DATA 20', endsOf(4)),
]
  .flat()
  .sort((a, b) => a.ns - b.ns)
  .map(({ ns, bytes }) => ({
    ns: BEGIN_NS + BigInt(ns),
    frame: ethernet({ etherType: (bytes[0] as number) >> 4 === 4 ? 0x0800 : 0x86dd, bytes }, { padding: [0, 0, 0, 0] }),
  }))

function endsOf(index: number) {
  const ends = ENDS[index]?.[1]
  if (ends === undefined) throw new Error(`there are no ends ${index}`)
  return ends
}

async function flowLines(set: CaptureSet): Promise<readonly string[]> {
  return (await observeFlows(set)).flows.map(flowLine)
}

const EXPECTED = await flowLines(setOf(pcap(RECORDS)))

describe('the same packets give the same flows', () => {
  it('four of them, here', () => {
    expect(EXPECTED.map((line) => line.slice(-40))).toEqual([
      expect.stringContaining('"connState":"OTH","history":"D"'),
      expect.stringContaining('"connState":"SF","history":"ShADdFf"'),
      expect.stringContaining('"connState":"REJ","history":"Sr"'),
      expect.stringContaining('"connState":"SF","history":"Dd"'),
    ])
  })

  it.each([
    ['pcap of the other byte order', pcap(RECORDS, { littleEndian: false })],
    ['pcap with nanoseconds', pcap(RECORDS, { format: 'pcap-ns' })],
    ['modified pcap', pcap(RECORDS, { format: 'pcap-modified' })],
    ['pcapng', pcapng(RECORDS)],
    ['pcapng of the other byte order', pcapng(RECORDS, { littleEndian: false })],
    ['gzip', gzip(pcapng(RECORDS))],
  ])('in %s', async (_name, bytes) => {
    expect(await flowLines(setOf(bytes))).toEqual(EXPECTED)
  })

  it.each([
    ['pcap', pcap(RECORDS.slice(0, 7))],
    ['pcapng', pcapng(RECORDS.slice(0, 7))],
  ])('split at every byte of a %s', async (_name, bytes) => {
    const whole = await flowLines(setOf(bytes))
    expect(whole.length).toBe(3)
    for (let at = 1; at < bytes.length; at += 1) {
      const split = setOf(pieces(bytes.subarray(0, at), bytes.subarray(at)))
      expect(await flowLines(split), `split at ${at}`).toEqual(whole)
    }
    expect(await flowLines(setOf(dripping(bytes, 1)))).toEqual(whole)
  })

  it('cut into the files of a rotated set between any two records', async () => {
    for (let at = 1; at < RECORDS.length; at += 1) {
      const files = [pcap(RECORDS.slice(0, at)), gzip(pcapng(RECORDS.slice(at))), pcap([])]
      expect(await flowLines(setOf(...files)), `cut behind record ${at}`).toEqual(EXPECTED)
    }
  })

  it('as a stream', async () => {
    const stream = new PassThrough()
    const { set } = streamSet(stream, 'live')
    stream.end(pcapng(RECORDS))
    expect(await flowLines(set)).toEqual(EXPECTED)
  })
})

/** What a flow is without its payload. */
function withoutEvidence(seen: SeenFlow): string {
  return flowLine({ ...seen, flow: { ...seen.flow, service: 'none', proof: 0 } })
}

describe('a short snap length', () => {
  it.each([74, 70, 58, 54])('of %i bytes changes nothing of a flow but what its payload proves', async (snapLength) => {
    const ipv4Only = RECORDS.filter(({ frame }) => frame[12] === 0x08)
    const kept = snapLength >= 74 ? RECORDS : ipv4Only
    const cut = kept.map(({ ns, frame }) => ({
      ns,
      frame: frame.subarray(0, snapLength),
      originalLength: frame.length,
    }))
    const whole = await observeFlows(setOf(pcap(kept)))
    const short = await observeFlows(setOf(pcap(cut)))
    expect(short.flows.map(withoutEvidence)).toEqual(whole.flows.map(withoutEvidence))
    expect(short.anomalies).toEqual(whole.anomalies)
    expect([whole.cutRecords, short.cutRecords]).toEqual([
      0,
      kept.filter(({ frame }) => frame.length > snapLength).length,
    ])
  })

  it('that cuts behind the ports keeps the packets and their lengths', async () => {
    const cut = RECORDS.map(({ ns, frame }) => ({ ns, frame: frame.subarray(0, 58), originalLength: frame.length }))
    const totals = async (records: readonly Recorded[]) =>
      (await observeFlows(setOf(pcap(records)))).flows.map(({ flow: { low, high } }) => [
        low.packets,
        high.packets,
        low.ipBytes,
        high.ipBytes,
      ])
    expect(await totals(cut)).toEqual(await totals(RECORDS))
  })
})

describe('what is said of a capture set', () => {
  it('counts records, packets and bytes, and names formats and link types once each', async () => {
    const { section, interface: describeInterface, enhanced } = blocks(true)
    const raw = enhanced({ frame: ipv4(tcp()).bytes, interface: 1, ticks: BEGIN_NS + 5n })
    const bsd = enhanced({ frame: ipv4(tcp()).bytes, interface: 2, ticks: BEGIN_NS + 7n })
    const interfaces = [1, 101, 12].map((linkType) => describeInterface({ linkType, resolution: 9 }))
    const arp = ethernet({ ...ipv4(tcp()), etherType: 0x0806 })
    const mixed = join(section(), ...interfaces, enhanced({ frame: arp, ticks: BEGIN_NS }), raw, bsd)
    const captures = [pcap(RECORDS), mixed]
    const seen = await observeFlows(setOf(...captures))
    expect(seen).toMatchObject({
      records: RECORDS.length + 3,
      packets: RECORDS.length + 2,
      bytes: captures.reduce((sum, { length }) => sum + length, 0),
      formats: ['pcap', 'pcapng'],
      linkTypes: ['ethernet', 'raw'],
      anomalies: new Map(),
    })
  })

  it('counts oddities by name, and frames of other protocols as none', async () => {
    const frame = ethernet(ipv4(tcp()))
    const frames = [
      frame.subarray(0, 13),
      patched(frame, 14, [0x44]),
      patched(frame, 14, [0x44]),
      ethernet(ipv4(udp(), { fragmentOffset: 3 })),
      patched(frame, 12, u16(0x0806)),
      frame,
    ]
    const records = frames.map((bytes) => ({ ns: BEGIN_NS, frame: bytes, originalLength: bytes.length }))
    const { anomalies, packets } = await observeFlows(setOf(pcap(records)))
    expect([...anomalies].sort()).toEqual([
      ['ip-fragment-without-first', 1],
      ['ipv4-header-length-wrong', 2],
      ['link-header-cut', 1],
    ])
    expect(packets).toBe(1)
  })

  it('has its first and last time, whatever their order', async () => {
    const times = [3_500_000_000n, 0n, 9_000_000_000n, 5n]
    const records = times.map((ns) => ({ ns: BEGIN_NS + ns, frame: filler(60) }))
    const { originNs, firstNs, lastNs } = await observeFlows(setOf(pcap(records, { format: 'pcap-ns' })))
    expect([originNs + BigInt(firstNs ?? -1), originNs + BigInt(lastNs ?? -1)]).toEqual([
      BEGIN_NS,
      BEGIN_NS + 9_000_000_000n,
    ])
  })

  it('has no times where no record has one', async () => {
    const { section, interface: describeInterface, simple } = blocks(true)
    const timeless = join(section(), describeInterface(), simple(ethernet(ipv4(tcp()))))
    expect(await observeFlows(setOf(timeless))).toMatchObject({ records: 1, firstNs: undefined, lastNs: undefined })
    expect(await observeFlows(setOf(pcap([])))).toMatchObject({ records: 0, firstNs: undefined, lastNs: undefined })
  })

  it('a record without a time of its own does not move the first time', async () => {
    const { section, interface: describeInterface, simple, enhanced } = blocks(true)
    const frame = ethernet(ipv4(tcp()))
    const late = BEGIN_NS + 700_000_000n
    const bytes = join(section(), describeInterface({ resolution: 9 }), simple(frame), enhanced({ frame, ticks: late }))
    const { originNs, firstNs } = await observeFlows(setOf(bytes))
    expect(originNs + BigInt(firstNs ?? -1)).toBe(late)
  })

  it('names the damage of each file, and goes on with the next', async () => {
    const damaged = patched(pcap(RECORDS.slice(0, 3)), 24 + 8, writer(true).u32(0xffffffff))
    const cut = pcapng(RECORDS.slice(3, 6)).subarray(0, -1)
    const { files, records } = await observeFlows(setOf(damaged, cut, pcap(RECORDS.slice(6))))
    expect(files.map(({ path, damage }) => [path, damage?.problem])).toEqual([
      ['capture-1', 'a record says it holds 4294967295 bytes; the most accepted is 262144'],
      ['capture-2', 'the last block is cut off'],
      ['capture-3', undefined],
    ])
    expect(records).toBe(2 + RECORDS.length - 6)
  })

  it('tells how far it is, and ends with the whole', async () => {
    const records = Array.from({ length: 4000 }, (_, index) => ({ ns: BEGIN_NS + BigInt(index), frame: filler(600) }))
    const captures = [pcap(records), gzip(pcapng(records))]
    const seen: Progress[] = []
    const { log, bytes } = await observe(setOf(...captures), (progress) => seen.push(progress))
    log.close()
    expect(seen.length).toBeGreaterThan(6)
    expect(seen).toEqual([...seen].sort((a, b) => a.bytes - b.bytes || a.records - b.records))
    expect(seen.at(-1)).toMatchObject({ records: 8000, bytes })
  })
})

describe('a capture of more flows than fit in memory', () => {
  const FLOWS = 150_000
  const frame = ethernet(ipv4(udp({ payload: [1] })))
  const recordLength = 16 + frame.length
  const header = pcap([])

  /** One datagram a flow, a hundred in a second: all but the last six thousand are over before the end. */
  function manyFlows(): Uint8Array {
    const one = pcap([{ ns: BEGIN_NS, frame }]).subarray(header.length)
    const bytes = new Uint8Array(header.length + FLOWS * recordLength)
    bytes.set(header)
    const view = new DataView(bytes.buffer)
    for (let index = 0; index < FLOWS; index += 1) {
      const at = header.length + index * recordLength
      bytes.set(one, at)
      view.setUint32(at, 1_401_688_800 + Math.floor(index / 100), true)
      view.setUint16(at + 16 + 34, index & 0xffff)
      view.setUint16(at + 16 + 36, 1 + (index >> 16))
    }
    return bytes
  }

  async function inOwnFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
    const folder = mkdtempSync(joinPath(tmpdir(), 'portolan-test-'))
    const before = process.env['TMPDIR']
    process.env['TMPDIR'] = folder
    try {
      return await work(folder)
    } finally {
      if (before === undefined) delete process.env['TMPDIR']
      else process.env['TMPDIR'] = before
      rmSync(folder, { recursive: true })
    }
  }

  it('keeps all of them, and leaves nothing behind', async () => {
    await inOwnFolder(async (folder) => {
      const { log } = await observe(setOf(manyFlows()), () => {})
      expect(log.count).toBe(FLOWS)
      const keys = new Set<string>()
      for (let pass = 0; pass < 2; pass += 1) {
        let rows = 0
        log.forEach((words, doubles, row) => {
          rows += 1
          if (pass === 0) keys.add(words.subarray(row, row + 8).join())
          if (doubles.buffer !== words.buffer) throw new Error('the arrays do not belong together')
        })
        expect(rows).toBe(FLOWS)
      }
      expect(keys.size).toBe(FLOWS)
      log.close()
      expect(readdirSync(folder)).toEqual([])
    })
  })

  it('leaves nothing behind when a later file of the set cannot be opened', async () => {
    await inOwnFolder(async (folder) => {
      const set = setOf(manyFlows())
      const gone = { path: 'gone', identity: undefined, open: () => Promise.reject(new CaptureError('gone is gone')) }
      const inputs = [...set.inputs, gone]
      await expect(observe({ ...set, inputs }, () => {})).rejects.toThrow('gone is gone')
      expect(readdirSync(folder)).toEqual([])
    })
  })
})
