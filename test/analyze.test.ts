import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { Readable } from 'node:stream'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { analyze } from '../src/analyze.ts'
import { type CaptureSet, captureSets, streamSet } from '../src/capture/capture-set.ts'
import { FlowLog } from '../src/flow/flow-log.ts'
import { EMPTY_INVENTORY } from '../src/inventory/inventory.ts'
import { MOST_KEPT_FLOWS } from '../src/kept-flows.ts'
import type { Progress } from '../src/observed.ts'
import type { Database } from '../src/store/open.ts'
import { readCaptures, removeCapture } from '../src/store/read-captures.ts'
import { EVERY_ROW } from '../src/store/read-filter.ts'
import { SUMMARY_KEYS, summarizeBy } from '../src/store/read-summary.ts'
import {
  analyzed,
  emptyDatabase,
  FULL_RULES,
  inventoryOf,
  rowsOf,
  type SeenRows,
  sample,
  sampleInventory,
  seenRows,
  temporaryFolder,
} from './support/analysis.ts'
import { type Blocks, blocks, gzip, pcap, pcapng, type Recorded } from './support/captures.ts'
import { manyAttempts, manyDatagrams } from './support/many-flows.ts'
import { join } from './support/octets.ts'
import { ethernet, ipv4, SYN, tcp, udp } from './support/packets.ts'
import { readCapture } from './support/reading.ts'

const SAMPLES = [
  ['director.pcapng', 'director.yaml'],
  ['director-midstream.pcap', 'director.yaml'],
  ['edge.pcap', 'edge.yaml'],
  ['duplicated.pcapng', 'director.yaml'],
] as const

async function recordsOf(
  capture: string,
): Promise<{ readonly records: readonly Recorded[]; readonly linkType: number }> {
  const { records } = await readCapture(readFileSync(sample(capture)))
  return {
    records: records.map(({ ns, originalLength, frame }) => ({ ns, originalLength, frame: Buffer.from(frame, 'hex') })),
    linkType: records[0]?.linkType ?? 1,
  }
}

/** What is seen of the captures, judged with the inventory. */
async function seenOf(paths: readonly string[], inventory: string): Promise<SeenRows> {
  const db = emptyDatabase()
  await analyzed(db, paths, { inventory: sampleInventory(inventory), point: 'point' })
  return seenRows(db, 'point')
}

function written(folder: string, name: string, bytes: Uint8Array): string {
  const path = resolve(folder, name)
  writeFileSync(path, bytes)
  return path
}

describe.each(SAMPLES)('%s', (capture, inventory) => {
  test('gives flows and conversations, and their sums agree', async () => {
    const db = emptyDatabase()
    const [result] = await analyzed(db, [sample(capture)], { inventory: sampleInventory(inventory) })
    const flows = rowsOf(db, 'flow_rows')
    expect(flows.length).toBe(result?.record.flows)
    const sums = [
      'orig_packets',
      'resp_packets',
      'orig_bytes',
      'resp_bytes',
      'orig_ip_bytes',
      'resp_ip_bytes',
      'orig_copies',
      'resp_copies',
    ] as const
    for (const conversation of rowsOf(db, 'conversation_rows')) {
      const own = flows.filter((flow) => flow['conversation'] === conversation['id'])
      expect(own.length).toBe(conversation['flows'])
      for (const column of sums) {
        expect(own.reduce((sum, flow) => sum + Number(flow[column]), 0)).toBe(conversation[column])
      }
      for (const column of [
        'verdict',
        'reason',
        'rule',
        'orig_addr',
        'resp_addr',
        'resp_port',
        'proto',
        'health',
        'orig_name',
        'remarks',
        'service',
        'evidence',
        'orig_label',
        'resp_label',
      ]) {
        expect(own.map((flow) => flow[column])).toEqual(own.map(() => conversation[column]))
      }
      expect(own.reduce((bits, flow) => bits | Number(flow['proof']), 0)).toBe(conversation['proof'])
      const outcomes = own.map((flow) => String(flow['outcome']).replace('-', '_'))
      for (const outcome of outcomes)
        expect(conversation[outcome]).toBe(outcomes.filter((each) => each === outcome).length)
      expect(Math.min(...own.map((flow) => Number(flow['start'])))).toBe(Number(conversation['first']))
      expect(Math.max(...own.map((flow) => Number(flow['end'])))).toBe(Number(conversation['last']))
    }
    expect(db.pragma('foreign_key_check')).toEqual([])
  })

  test('gives the same as a rotated set of three files, in whatever order they are named', async () => {
    const { records, linkType } = await recordsOf(capture)
    const folder = temporaryFolder()
    const third = Math.ceil(records.length / 3)
    const paths = [0, 1, 2].map((index) => {
      const part = records.slice(index * third, (index + 1) * third)
      return written(
        folder,
        `trace_0000${index + 1}_20260131120${index}00.pcap`,
        pcap(part, { format: 'pcap-ns', linkType }),
      )
    })
    const [a = '', b = '', c = ''] = paths
    const whole = await seenOf([sample(capture)], inventory)
    expect(whole.flows.length).toBeGreaterThan(3)
    for (const order of [
      [a, b, c],
      [c, a, b],
      [b, c, a],
      [c, b, a],
    ])
      expect(await seenOf(order, inventory)).toEqual(whole)
    const sets = await captureSets([c, a, b], undefined)
    expect(sets.map(({ point, inputs }) => [point.split('/')[1], inputs.map(({ path }) => path)])).toEqual([
      ['trace', paths],
    ])
  })

  test('gives the same as its twins in other formats, and compressed', async () => {
    const { records, linkType } = await recordsOf(capture)
    const folder = temporaryFolder()
    const twins = [
      written(folder, 'ns.pcap', pcap(records, { format: 'pcap-ns', linkType })),
      written(folder, 'big.pcap', pcap(records, { format: 'pcap-ns', linkType, littleEndian: false })),
      written(folder, 'next.pcapng', pcapng(records, { linkType })),
      written(folder, 'next.pcapng.gz', gzip(pcapng(records, { linkType, littleEndian: false }))),
      written(folder, 'original.gz', gzip(readFileSync(sample(capture)))),
    ]
    const original = await seenOf([sample(capture)], inventory)
    for (const twin of twins) expect(await seenOf([twin], inventory)).toEqual(original)
  })

  test('gives the same from a stream', async () => {
    const db = emptyDatabase()
    const { set } = streamSet(Readable.from([readFileSync(sample(capture))]), 'point')
    await analyze(
      db,
      set,
      { inventory: sampleInventory(inventory), inventoryFile: undefined, rules: FULL_RULES },
      'all',
    )
    expect(seenRows(db, 'point')).toEqual(await seenOf([sample(capture)], inventory))
  })

  test('analysed twice, the database holds the same', async () => {
    const db = emptyDatabase()
    const setting = { inventory: sampleInventory(inventory), keep: 'findings' } as const
    const other = capture === 'edge.pcap' ? 'director.pcapng' : 'edge.pcap'
    await analyzed(db, [sample(other)], setting)
    await analyzed(db, [sample(capture)], setting)
    const once = everything(db)
    await analyzed(db, [sample(capture)], setting)
    expect(everything(db)).toEqual(once)
  })
})

/** All that a database holds, without the numbers that its tables refer to each other by. */
function everything(db: Database): unknown {
  const all = (sql: string) => db.prepare(sql).safeIntegers().all()
  const tables = [
    'captures',
    'capture_files',
    'capture_anomalies',
    'placements',
    'judgements',
    'conversations',
    'observations',
    'flows',
    'sums',
    'certificates',
    'labels',
  ]
  return {
    counts: tables.map((table) => all(`SELECT count(*) FROM ${table}`)),
    captures: readCaptures(db),
    judgedBy: all('SELECT * FROM judged_by'),
    conversations: all('SELECT * FROM conversation_rows ORDER BY id'),
    flows: all('SELECT * FROM flow_rows ORDER BY id'),
    observations:
      all(`SELECT p.point, o.proto, o.low_addr, o.low_port, o.high_addr, o.high_port, o.first_sender, o.flows, o.first
      FROM observations o JOIN captures p ON p.id = o.capture ORDER BY 1, 2, 3, 4, 5, 6, 7`),
  }
}

const PAIR = inventoryOf(`endpoints:
  - { name: dir01, address: 10.0.0.16, role: director }
  - { name: clients, address: 10.1.0.0/16, role: client-internal }
`)

async function keptOf(bytes: Uint8Array, keep: 'all' | 'findings') {
  const db = emptyDatabase()
  await analyzed(db, [written(temporaryFolder(), 'many.pcap', bytes)], { inventory: PAIR, keep, point: 'point' })
  return { conversations: rowsOf(db, 'conversation_rows'), flows: rowsOf(db, 'flow_rows'), captures: readCaptures(db) }
}

describe('the flows that are kept one by one', () => {
  test.each([
    ['TCP attempts', manyAttempts(1, 1500), 'wrong-port'],
    ['datagrams, the latest first in the file', manyDatagrams(2500), 'wrong-port'],
  ])('of a finding are the earliest thousand: %s', async (_, bytes, reason) => {
    const all = await keptOf(bytes, 'all')
    const some = await keptOf(bytes, 'findings')
    expect(some.conversations).toEqual(all.conversations)
    expect(some.conversations).toMatchObject([{ reason, flows: all.flows.length, finding: 1 }])
    expect(MOST_KEPT_FLOWS).toBe(1000)
    const earliest = all.flows.toSorted((a, b) => Number(a['start']) - Number(b['start'])).slice(0, MOST_KEPT_FLOWS)
    const byId = earliest.toSorted((a, b) => Number(a['id']) - Number(b['id']))
    expect(some.flows).toEqual(byId)
    expect(some.captures).toMatchObject([{ flows: all.flows.length, keep: 'findings' }])
  })

  test('of several findings are a thousand each', async () => {
    const { conversations, flows } = await keptOf(manyAttempts(3, 1001), 'findings')
    const counts = conversations.map(({ id }) => flows.filter((flow) => flow['conversation'] === id).length)
    expect(counts).toEqual([1000, 1000, 1000])
  })

  test('of a finding with no more than that are all', async () => {
    expect((await keptOf(manyAttempts(1, 1000), 'findings')).flows).toHaveLength(1000)
  })

  test('are those of what is unexpected or broken, and of nothing else', async () => {
    const db = emptyDatabase()
    await analyzed(db, [sample('director.pcapng')], { inventory: sampleInventory('director.yaml'), keep: 'findings' })
    const findings = rowsOf(db, 'conversation_rows').filter(({ finding }) => finding === 1)
    const flows = rowsOf(db, 'flow_rows')
    expect(flows).toHaveLength(findings.reduce((sum, { flows: count }) => sum + Number(count), 0))
    expect(new Set(flows.map(({ conversation }) => conversation))).toEqual(new Set(findings.map(({ id }) => id)))
    expect(new Set(flows.map(({ health }) => health))).toEqual(new Set([null, 'broken']))
    expect(new Set(flows.map(({ verdict }) => verdict))).toEqual(new Set(['unexpected', 'expected']))
  })

  test('have the same ids whether all are kept or not', async () => {
    const ids = async (keep: 'all' | 'findings') => {
      const db = emptyDatabase()
      await analyzed(db, [sample('edge.pcap')], { inventory: sampleInventory('edge.yaml'), keep })
      return new Set(rowsOf(db, 'flow_rows').map(({ id }) => id))
    }
    const all = await ids('all')
    const some = await ids('findings')
    expect(some.size).toBeGreaterThan(0)
    expect([...some].filter((id) => !all.has(id))).toEqual([])
  })
})

describe('direction', () => {
  test('the Director is the responder of 50001, because it was seen to listen there', async () => {
    const db = emptyDatabase()
    await analyzed(db, [sample('director.pcapng')])
    const row = rowsOf(db, 'flow_rows').find(({ orig_port }) => orig_port === 49600)
    expect(row).toMatchObject({
      resp_addr: '10.0.0.16',
      resp_port: 50001,
      direction_basis: 'listener',
      history: expect.stringMatching(/^[a-z]/),
    })
  })

  test('or because the rules say so, once the inventory knows it; else the lower port is', async () => {
    const of = async (inventory = EMPTY_INVENTORY) => {
      const db = emptyDatabase()
      await analyzed(db, [sample('director-midstream.pcap')], { inventory })
      return rowsOf(db, 'flow_rows').find(({ orig_port, resp_port }) => orig_port === 49600 || resp_port === 49600)
    }
    expect(await of(sampleInventory('director.yaml'))).toMatchObject({
      orig_addr: '10.0.0.20',
      orig_port: 49600,
      resp_addr: '10.0.0.16',
      resp_port: 50001,
      direction_basis: 'rules',
      remarks: '["assumed-direction"]',
    })
    expect(await of()).toMatchObject({
      orig_addr: '10.0.0.16',
      resp_addr: '10.0.0.20',
      resp_port: 49600,
      direction_basis: 'port-order',
    })
  })

  test('a datagram to a multicast or broadcast address was sent there, whatever its ports', async () => {
    const sent = (dst: string, srcPort: number) =>
      ethernet(ipv4(udp({ srcPort, dstPort: 1900 }), { src: '10.1.0.10', dst }))
    const records = ['239.255.255.250', '255.255.255.255'].flatMap((dst, index) =>
      [1024, 60_000].map((port) => ({ ns: BigInt(index * 10 + port), frame: sent(dst, port) })),
    )
    const { conversations } = await keptOf(pcap(records, { format: 'pcap-ns' }), 'all')
    expect(conversations.map(({ orig_addr, verdict }) => [orig_addr, verdict])).toEqual(
      conversations.map(() => ['10.1.0.10', 'out-of-scope']),
    )
  })

  test('nor is a datagram to the broadcast address of a listed network a finding', async () => {
    const frame = ethernet(ipv4(udp({ srcPort: 1024, dstPort: 1434 }), { src: '10.1.0.10', dst: '10.1.255.255' }))
    const { conversations } = await keptOf(pcap([{ ns: 5n, frame }]), 'all')
    expect(conversations).toMatchObject([{ verdict: 'out-of-scope', finding: 0 }])
  })
})

describe('a database', () => {
  test('stays as it was when a capture cannot be read to its end', async () => {
    const db = emptyDatabase()
    await analyzed(db, [sample('edge.pcap')], { inventory: sampleInventory('edge.yaml') })
    const before = everything(db)
    const path = written(temporaryFolder(), 'gone.pcap', manyAttempts(1, 1))
    const [set] = await captureSets([path], 'point')
    rmSync(path)
    const judgedBy = { inventory: EMPTY_INVENTORY, inventoryFile: undefined, rules: FULL_RULES }
    await expect(analyze(db, set as CaptureSet, judgedBy, 'all')).rejects.toThrow(/does not exist/)
    expect(everything(db)).toEqual(before)
  })

  test('and what was put aside for it is taken away', async () => {
    const close = vi.spyOn(FlowLog.prototype, 'close')
    onTestFinished(() => close.mockRestore())
    const input = { path: 'gone.pcap', identity: 'gone', open: () => Promise.reject(new Error('gone')) }
    const judgedBy = { inventory: EMPTY_INVENTORY, inventoryFile: undefined, rules: FULL_RULES }
    const set: CaptureSet = { point: 'point', folder: undefined, inputs: [input] }
    await expect(analyze(emptyDatabase(), set, judgedBy, 'all')).rejects.toThrow('gone')
    expect(close).toHaveBeenCalledTimes(1)
  })

  test('holds what came before the damage, and where it begins', async () => {
    const whole = manyAttempts(2, 5)
    const path = written(temporaryFolder(), 'cut.pcap', whole.subarray(0, whole.length - 10))
    const db = emptyDatabase()
    const [result] = await analyzed(db, [path], { inventory: PAIR })
    expect(result?.record).toMatchObject({
      records: 9,
      flows: 9,
      files: [{ damage: { offset: whole.length - 16 - 54 } }],
    })
    expect(readCaptures(db)).toMatchObject([
      { records: 9, marks: [expect.stringContaining(`judged up to byte ${whole.length - 70}, where `)] },
    ])
  })

  test('takes a capture without records', async () => {
    const db = emptyDatabase()
    await analyzed(db, [written(temporaryFolder(), 'empty.pcap', pcap([]))], { inventory: PAIR })
    expect(readCaptures(db)).toMatchObject([{ records: 0, flows: 0, conversations: 0, first: null, last: null }])
  })

  test.each([
    ['have no time', (form: Blocks, frame: Uint8Array) => form.simple(frame)],
    [
      'have a time that no clock shows',
      (form: Blocks, frame: Uint8Array) => form.enhanced({ frame, ticks: 2n ** 64n - 1n }),
    ],
  ])('takes a capture whose records %s', async (_, packet) => {
    const form = blocks(true)
    const frame = ethernet(ipv4(tcp({ flags: SYN }), { src: '10.1.0.10', dst: '10.0.0.16' }))
    const again = ethernet(ipv4(tcp({ flags: SYN }), { src: '10.1.0.10', dst: '10.0.0.16', identification: 2 }))
    const bytes = join(form.section(), form.interface({ resolution: 9 }), packet(form, frame), packet(form, again))
    const db = emptyDatabase()
    await analyzed(db, [written(temporaryFolder(), 'timeless.pcapng', bytes)], { inventory: PAIR })
    expect(readCaptures(db)).toMatchObject([{ records: 2, packets: 2, flows: 1, conversations: 1 }])
    expect(rowsOf(db, 'flow_rows')).toMatchObject([{ orig_packets: 2, conn_state: 'S0' }])
  })

  test('takes a rotated set with several files of a quiet night, which are all alike', async () => {
    const folder = temporaryFolder()
    const paths = [pcap([]), manyAttempts(1, 1), pcap([])].map((bytes, index) =>
      written(folder, `trace_0000${index}.pcap`, bytes),
    )
    const db = emptyDatabase()
    await analyzed(db, paths, { inventory: PAIR })
    expect(readCaptures(db)).toMatchObject([{ records: 1, files: expect.arrayContaining(paths) }])
  })

  test('takes quiet nights of several capture points', async () => {
    const folder = temporaryFolder()
    const paths = ['edge.pcap', 'director.pcap'].map((name) => written(folder, name, pcap([])))
    const db = emptyDatabase()
    await analyzed(db, paths, { inventory: PAIR })
    expect(readCaptures(db)).toHaveLength(2)
  })

  test('refuses a file that stands under another point, and keeps it', async () => {
    const db = emptyDatabase()
    await analyzed(db, [sample('edge.pcap')], { point: 'first' })
    const before = everything(db)
    await expect(analyzed(db, [sample('edge.pcap')], { point: 'second' })).rejects.toThrow(
      /stands in the database already, under capture point first/,
    )
    expect(everything(db)).toEqual(before)
  })

  test('puts the same point in the place of what it was', async () => {
    const db = emptyDatabase()
    await analyzed(db, [sample('edge.pcap')], { point: 'point' })
    await analyzed(db, [sample('director.pcapng')], { point: 'point' })
    expect(readCaptures(db)).toMatchObject([{ point: 'point', files: [sample('director.pcapng')] }])
    expect(rowsOf(db, 'conversation_rows').some(({ orig_addr }) => orig_addr === '203.0.113.200')).toBe(false)
  })
})

describe('the sums that a database keeps', () => {
  /** Asks for every conversation in words that the kept sums have no answer to. */
  const oneByOne = { ...EVERY_ROW, since: -(2n ** 62n) }

  function expectSame(db: Database): void {
    for (const key of SUMMARY_KEYS) {
      const kept = summarizeBy(db, key, EVERY_ROW)
      expect(kept).toEqual(summarizeBy(db, key, oneByOne))
      for (const point of ['a', 'b']) {
        const captures = { captures: [point] }
        expect(summarizeBy(db, key, { ...EVERY_ROW, ...captures })).toEqual(
          summarizeBy(db, key, { ...oneByOne, ...captures }),
        )
      }
    }
  }

  test('are those of its conversations, when captures come, are judged again, are replaced and go', async () => {
    const db = emptyDatabase()
    const inventory = sampleInventory('edge.yaml')
    await analyzed(db, [sample('director.pcapng')], { point: 'a', inventory: sampleInventory('director.yaml') })
    expectSame(db)
    await analyzed(db, [sample('edge.pcap')], { point: 'b', inventory })
    expect(summarizeBy(db, 'verdict', EVERY_ROW).length).toBe(3)
    expectSame(db)
    await analyzed(db, [sample('edge.pcap')], { point: 'b', inventory: PAIR })
    expectSame(db)
    removeCapture(db, 'a')
    expectSame(db)
    expect(summarizeBy(db, 'capture', EVERY_ROW).map(({ capture }) => capture)).toEqual(['b'])
  })
})

describe('a capture without times', () => {
  test('holds no certificate against anybody: nobody knows when it was presented', async () => {
    const { records } = await recordsOf('director-midstream.pcap')
    const form = blocks(true)
    const packets = records.map(({ frame }) => form.simple(frame))
    const path = written(temporaryFolder(), 'timeless.pcapng', join(form.section(), form.interface(), ...packets))
    const db = emptyDatabase()
    await analyzed(db, [path], { inventory: sampleInventory('director.yaml') })
    const remarks = rowsOf(db, 'conversation_rows')
      .filter(({ service }) => service === 'tls-one-way')
      .map((row) => row['remarks'])
    expect(remarks).toEqual(['[]'])
  })
})

describe('progress', () => {
  test('counts records and bytes up to the end', async () => {
    const path = written(temporaryFolder(), 'many.pcap', manyAttempts(100, 100))
    const seen: Progress[] = []
    const [set] = await captureSets([path], 'point')
    const judgedBy = { inventory: PAIR, inventoryFile: undefined, rules: FULL_RULES }
    const { record, rejudged } = await analyze(emptyDatabase(), set as CaptureSet, judgedBy, 'findings', {
      onProgress: (at) => seen.push({ ...at }),
    })
    expect(seen.toSorted((a, b) => a.bytes - b.bytes || a.records - b.records)).toEqual(seen)
    expect(seen.at(-1)).toEqual({ records: 10_000, bytes: readFileSync(path).length })
    expect(record).toMatchObject({ records: 10_000, packets: 10_000, flows: 10_000, bytes: readFileSync(path).length })
    expect(rejudged).toBe(0)
  })

  test('a packet that cannot be decoded is counted by name', async () => {
    const records = [
      { ns: 1n, frame: ethernet(ipv4(tcp({ flags: SYN }))) },
      { ns: 2n, frame: ethernet(ipv4(tcp())).subarray(0, 30), originalLength: 54 },
    ]
    const db = emptyDatabase()
    const [result] = await analyzed(db, [written(temporaryFolder(), 'short.pcap', pcap(records))])
    expect(result?.record).toMatchObject({ records: 2, packets: 1 })
    expect(readCaptures(db)[0]?.anomalies).toEqual([{ name: expect.any(String), count: 1 }])
  })
})
