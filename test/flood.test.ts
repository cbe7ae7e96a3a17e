import { describe, expect, it } from 'vitest'
import { analyze } from '../src/analyze.ts'
import type { FlowLimits } from '../src/flow/flow-limits.ts'
import { FLOW_LIMITS } from '../src/flow/flow-limits.ts'
import type { Inventory } from '../src/inventory/inventory.ts'
import { createJudge } from '../src/judge/judge.ts'
import { rejudgeCapture } from '../src/rejudge.ts'
import type { Database } from '../src/store/open.ts'
import { EVERY_ROW } from '../src/store/read-filter.ts'
import { readCaptureRefs } from '../src/store/read-observed.ts'
import { type ConversationRow, readConversations } from '../src/store/read-rows.ts'
import { emptyDatabase, FULL_RULES, inventoryOf, seenRows } from './support/analysis.ts'
import { pcap, type Recorded } from './support/captures.ts'
import { setOf } from './support/observing.ts'
import { ACK, ethernet, type IpPacket, ipv4, SYN, tcp, udp } from './support/packets.ts'

/* A flood, with limits so low that a small capture is one. */

const LIMITS: FlowLimits = { ...FLOW_LIMITS, openFlows: 32, attempts: 1, foldedAttempts: 1000 }
const DIRECTOR = '10.0.0.16'
const INVENTORY = inventoryOf(`endpoints:
  - { name: dir01, address: ${DIRECTOR}, role: director }
  - { name: edge01, address: 10.0.0.20, role: edge-internal }
  - { name: clients, address: 10.1.0.0/16, role: client-internal }
`)

/** 4096 SYNs from 16 networks, 256 datagrams from another one, and in between a connection and an attempt of the Edge. */
function flood(): Uint8Array {
  const packets: IpPacket[] = []
  for (let number = 0; number < 4096; number += 1) {
    const src = `198.51.${number & 15}.${number >> 4}`
    const segment = tcp({ srcPort: 1024 + number, dstPort: 5061, flags: SYN })
    packets.push(ipv4(segment, { src, dst: DIRECTOR, identification: 1 + number }))
    if (number === 3000) packets.push(...connection(), ...attempts())
  }
  for (let number = 0; number < 256; number += 1) {
    const datagram = udp({ srcPort: 40_000 + number, dstPort: 3478, payload: [1] })
    packets.push(ipv4(datagram, { src: `203.0.113.${number}`, dst: DIRECTOR, identification: 1 + number }))
  }
  const begin = 1_769_817_600_000_000_000n
  return pcap(
    packets.map((packet, index): Recorded => ({ ns: begin + BigInt(index) * 1000n, frame: ethernet(packet) })),
  )
}

function connection(): readonly IpPacket[] {
  const there = { src: '192.0.2.1', dst: DIRECTOR }
  const back = { src: DIRECTOR, dst: '192.0.2.1' }
  return [
    ipv4(tcp({ flags: SYN, seq: 7 }), there),
    ipv4(tcp({ srcPort: 5061, dstPort: 50_000, flags: SYN | ACK, seq: 3, ack: 8 }), back),
    ipv4(tcp({ flags: ACK, seq: 8, ack: 4 }), { ...there, identification: 2 }),
  ]
}

/** From 32 ports: some shard has many attempts already. */
function attempts(): readonly IpPacket[] {
  return Array.from({ length: 32 }, (_, index) =>
    ipv4(tcp({ srcPort: 50_000 + index, flags: SYN }), { src: '10.0.0.20', dst: DIRECTOR, identification: 1 + index }),
  )
}

async function analyzedFlood(inventory: Inventory): Promise<Database> {
  const db = emptyDatabase()
  const judgedBy = { inventory, inventoryFile: undefined, rules: FULL_RULES }
  await analyze(db, setOf(flood()), judgedBy, 'all', { limits: LIMITS })
  return db
}

function rows(db: Database, filter = EVERY_ROW): readonly ConversationRow[] {
  return [...readConversations(db, filter)]
}

describe('a flood', () => {
  it('is told by the networks that it came from, and marked', async () => {
    const all = rows(await analyzedFlood(INVENTORY))
    const folded = all.filter(({ remarks }) => remarks.includes('folded'))
    const networks = Array.from({ length: 16 }, (_, index) => `198.51.${index}.0/24`)
    expect(folded.map(({ orig_addr }) => orig_addr).sort()).toEqual([...networks, '203.0.113.0/24'].sort())
    expect(folded[0]).toMatchObject({ resp_addr: DIRECTOR, verdict: 'unexpected', reason: 'unknown-source' })
    expect(folded.every(({ unanswered, flows }) => unanswered === flows)).toBe(true)
    expect(all.reduce((sum, { flows }) => sum + flows, 0)).toBe(4096 + 256 + 1 + 32)
  })

  it('is counted', async () => {
    const db = await analyzedFlood(INVENTORY)
    const counts = db.prepare('SELECT name, count FROM capture_anomalies ORDER BY name').raw().all()
    const folded = rows(db).filter(({ remarks }) => remarks.includes('folded'))
    expect(counts).toEqual([
      ['attempts-folded', folded.reduce((sum, { flows }) => sum + flows, 0)],
      ['flows-closed-early', expect.any(Number)],
    ])
    expect(db.prepare('SELECT flows FROM captures').pluck().get()).toBe(4096 + 256 + 1 + 32)
  })

  it('leaves connections, and attempts of listed addresses, as they are', async () => {
    const all = rows(await analyzedFlood(INVENTORY))
    expect(all.filter(({ orig_addr }) => orig_addr === '192.0.2.1')).toMatchObject([{ flows: 1, established: 1 }])
    expect(all.filter(({ orig_addr }) => orig_addr === '10.0.0.20')).toMatchObject([
      { flows: 32, unanswered: 32, verdict: 'expected', health: 'broken', remarks: [] },
    ])
  })

  it('is found by each of its addresses, and by networks around and inside', async () => {
    const db = await analyzedFlood(INVENTORY)
    const found = (first: bigint, last: bigint) =>
      rows(db, { ...EVERY_ROW, hostSpans: [{ first, last }] }).filter(({ remarks }) => remarks.includes('folded'))
        .length
    expect(found(0xc6330909n, 0xc6330909n)).toBe(1)
    expect(found(0xc6330000n, 0xc633ffffn)).toBe(16)
    expect(found(0xc6331000n, 0xc633ffffn)).toBe(0)
  })

  it.each([
    ['without an inventory at first', inventoryOf('endpoints:\n  - { name: x, address: 10.0.0.20, role: other }\n')],
    ['by the same inventory', INVENTORY],
  ])('is judged again as a fresh analysis judges it: %s', async (_, first) => {
    const db = await analyzedFlood(first)
    const judge = createJudge(INVENTORY, FULL_RULES)
    db.transaction(() => {
      for (const capture of readCaptureRefs(db)) rejudgeCapture(db, capture, judge)
    })()
    expect(seenRows(db, 'test')).toEqual(seenRows(await analyzedFlood(INVENTORY), 'test'))
  })

  it('is out of scope, and marked, where nobody is listed', async () => {
    const all = rows(await analyzedFlood(inventoryOf('endpoints:\n  - { name: x, address: 10.7.7.7, role: other }\n')))
    const folded = all.filter(({ orig_addr }) => orig_addr.includes('/'))
    expect(folded.length).toBeGreaterThan(16)
    expect(folded.every(({ verdict, remarks }) => verdict === 'out-of-scope' && remarks.includes('folded'))).toBe(true)
  })
})
