import { describe, expect, it } from 'vitest'
import { blocks, gzip, PCAP_MAGIC, pcap, pcapng } from '../support/captures.ts'
import { filler, hex, join, patched, writer } from '../support/octets.ts'
import { drippingNow, pieces, type ReadRecord, readCapture } from '../support/reading.ts'
import { BEGIN_NS, mixedPcapng, RECORDS, TWINS } from './samples.ts'

const EXPECTED: readonly ReadRecord[] = RECORDS.map(({ ns, frame, originalLength }) => ({
  ns,
  linkType: 1,
  originalLength: originalLength ?? frame.length,
  frame: hex(frame),
}))

describe('the same packets in every format', () => {
  it.each(TWINS)('%s', async (_name, bytes) => {
    const { records, damage, anomalies } = await readCapture(bytes)
    expect({ records, damage, anomalies }).toEqual({ records: EXPECTED, damage: undefined, anomalies: [] })
  })

  it.each(TWINS)('%s, inside gzip', async (_name, bytes) => {
    const { records, damage } = await readCapture(gzip(bytes))
    expect({ records, damage }).toEqual({ records: EXPECTED, damage: undefined })
  })

  it('a gzip file of several members is one capture', async () => {
    const bytes = pcap(RECORDS)
    const { records, damage } = await readCapture(join(gzip(bytes.subarray(0, 99)), gzip(bytes.subarray(99))))
    expect({ records, damage }).toEqual({ records: EXPECTED, damage: undefined })
  })

  it('the format is named', async () => {
    const names = await Promise.all(TWINS.map(async ([, bytes]) => (await readCapture(bytes)).format))
    const expected = ['pcap', 'pcap', 'pcap-ns', 'pcap-ns', 'pcap-modified', 'pcap-modified', 'pcapng', 'pcapng']
    expect(names).toEqual(expected)
    expect(Object.keys(PCAP_MAGIC)).toEqual([...new Set(expected)].slice(0, 3))
  })
})

describe('pcap', () => {
  it('has its link type in the lower bits of the word; those above tell of a frame check sequence', async () => {
    const { records } = await readCapture(pcap(RECORDS, { linkType: 0x2c000001 }))
    expect(records[0]?.linkType).toBe(1)
  })

  it('of another major version is refused', async () => {
    await expect(readCapture(pcap(RECORDS, { major: 1 }))).rejects.toThrow(
      'sample is pcap of version 1; wanted version 2',
    )
  })

  it('without records is a capture', async () => {
    expect((await readCapture(pcap([]))).damage).toBeUndefined()
    expect((await readCapture(pcapng([]))).damage).toBeUndefined()
    expect((await readCapture(blocks(false).section())).damage).toBeUndefined()
  })

  it('with more captured than original bytes keeps what was captured', async () => {
    const { records, anomalies } = await readCapture(pcap([{ ns: BEGIN_NS, frame: filler(60), originalLength: 40 }]))
    expect(records[0]).toMatchObject({ frame: hex(filler(60)), originalLength: 40 })
    expect(anomalies).toEqual(['captured-length-above-original'])
  })
})

describe('pcapng', () => {
  it('is read through sections, interfaces and all kinds of blocks', async () => {
    const { records, damage, anomalies } = await readCapture(mixedPcapng())
    expect(damage).toBeUndefined()
    expect(anomalies).toEqual(['record-without-time'])
    expect(
      records.map(({ ns, linkType, originalLength, frame }) => [
        ns - BEGIN_NS,
        linkType,
        originalLength,
        frame.length / 2,
      ]),
    ).toEqual([
      [0n, 1, 59, 59],
      [5n, 113, 90, 20],
      [7000n, 1, 72, 50],
      // The time of the record before.
      [7000n, 1, 6, 6],
      [1_000_000_953n, 101, 7, 7],
      [2_000_000_000n, 101, 9, 9],
    ])
  })

  const { section, interface: describeInterface, enhanced, simple, block } = blocks(true)
  const open = join(section(), describeInterface({ resolution: 9 }))

  it('a simple packet is as long as the interface’s snap length lets it', async () => {
    const cut = join(section(), describeInterface({ snapLength: 10 }), simple(filler(10), 70))
    const whole = join(section(), describeInterface({ snapLength: 0 }), simple(filler(13), 13))
    expect((await readCapture(cut)).records[0]).toMatchObject({ frame: hex(filler(10)), originalLength: 70 })
    expect((await readCapture(whole)).records[0]).toMatchObject({ frame: hex(filler(13)), originalLength: 13 })
  })

  it('a packet of an interface that was not described is counted and left out', async () => {
    const bytes = join(open, enhanced({ frame: filler(4), interface: 1 }), enhanced({ frame: filler(5), ticks: 1n }))
    const { records, anomalies, damage } = await readCapture(bytes)
    expect(records.map(({ frame }) => frame)).toEqual([hex(filler(5))])
    expect({ anomalies, damage }).toEqual({ anomalies: ['unknown-interface'], damage: undefined })
    const none = await readCapture(join(section(), simple(filler(4))))
    expect([none.records.length, none.anomalies]).toEqual([0, ['unknown-interface']])
  })

  it('interfaces are those of their section', async () => {
    const bytes = join(open, section(), enhanced({ frame: filler(4) }))
    expect((await readCapture(bytes)).anomalies).toEqual(['unknown-interface'])
  })

  it('a section of an unknown version is passed over, the next one is read', async () => {
    const packet = enhanced({ frame: filler(4), ticks: BEGIN_NS })
    const unknown = join(section(2, 0), describeInterface(), packet)
    const later = join(section(1, 2), describeInterface({ resolution: 9 }), packet)
    const { records, anomalies } = await readCapture(join(unknown, open, packet, unknown, later))
    expect([records.length, anomalies]).toEqual([2, ['unreadable-section']])
  })

  it('sections of both byte orders may follow each other', async () => {
    const { records } = await readCapture(
      join(...[true, false, true, false].map((little) => pcapng(RECORDS, { littleEndian: little }))),
    )
    expect(records).toEqual([...EXPECTED, ...EXPECTED, ...EXPECTED, ...EXPECTED])
  })

  it('a long block that is not needed is passed over without being kept', async () => {
    const bytes = join(open, block(0x80000bad, new Uint8Array(20 * 1024 * 1024)), enhanced({ frame: filler(4) }))
    const { records, damage } = await readCapture(bytes)
    expect([records.length, damage]).toEqual([1, undefined])
  })

  it('options that run over the end of their block are not read', async () => {
    const bytes = join(open, enhanced({ frame: filler(4), ticks: 1n }))
    const option = section().length + 16
    const { records, damage } = await readCapture(patched(bytes, option, writer(true).u16(2, 0xffff)))
    // Without its options the interface counts microseconds.
    expect([records.map(({ ns }) => ns), damage]).toEqual([[1000n], undefined])
  })
})

it('a record larger than the window’s chunk is read whole, in every format', async () => {
  const frame = filler(1024 * 1024 + 3)
  const records = [
    { ns: BEGIN_NS, frame: filler(60) },
    { ns: BEGIN_NS, frame },
    { ns: BEGIN_NS, frame: filler(61) },
  ]
  const { section, interface: describeInterface, enhanced } = blocks(true)
  const large = records.map((record) => enhanced({ frame: record.frame, ticks: BEGIN_NS / 1000n }))
  const captures = [
    pcap(records, { snapLength: 2 * 1024 * 1024 }),
    join(section(), describeInterface({ snapLength: 2 * 1024 * 1024 }), ...large),
  ]
  for (const bytes of captures) {
    for (const source of [
      pieces(bytes),
      pieces(gzip(bytes)),
      pieces(bytes.subarray(0, 700_000), bytes.subarray(700_000)),
      drippingNow(bytes, bytes.length),
      drippingNow(bytes, 99_999),
    ]) {
      const read = await readCapture(source)
      expect([read.records.map(({ frame: text }) => text.length / 2), read.damage]).toEqual([
        [60, frame.length, 61],
        undefined,
      ])
      expect(read.records[1]?.frame === hex(frame)).toBe(true)
    }
  }
})
