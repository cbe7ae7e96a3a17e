import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { KEY_PLACE, KEY_SIDE, KEY_WORDS, writeKey } from '../../src/flow/flow-key.ts'
import { coldRow, FlowTable, hotRow } from '../../src/flow/flow-table.ts'
import { COUNTS, MISSING, PACKETS, RARE_WORDS, WORDS_BEFORE_RARE } from '../../src/flow/row.ts'
import { createPacket, type Packet } from '../../src/wire/packet.ts'

/** The packet of flow `number` of a family; those of IPv6 differ in the fronts of their addresses only. */
function packetOf(number: number, family: number, fromLow: boolean): Packet {
  const low = { src0: 0, src1: 0, src2: 0xffff, src3: 0x0a000010 }
  const high = { dst0: 0, dst1: 0, dst2: 0xffff, dst3: 0x0a000014 }
  const ports = family === 4 ? { srcPort: 1024 + number, dstPort: 5061 } : { srcPort: 1024, dstPort: 5061 }
  const there: Packet = { ...createPacket(), family, protocol: 6, ...low, ...high, ...ports }
  if (family === 6) {
    there.src0 = number
    there.dst2 = -number
  }
  if (fromLow) return there
  const { src0, src1, src2, src3, dst0, dst1, dst2, dst3, srcPort, dstPort } = there
  return {
    ...there,
    src0: dst0,
    src1: dst1,
    src2: dst2,
    src3: dst3,
    dst0: src0,
    dst1: src1,
    dst2: src2,
    dst3: src3,
    srcPort: dstPort,
    dstPort: srcPort,
  }
}

/** A packet with its key, whose place is replaced: that of both directions is the same, whatever it is. */
function keyed(number: number, family: number, fromLow: boolean, place: number): { packet: Packet; keys: Int32Array } {
  const packet = packetOf(number, family, fromLow)
  const keys = new Int32Array(KEY_WORDS)
  writeKey(packet, keys)
  keys[KEY_PLACE] = place
  return { packet, keys }
}

/** Of a table that has not grown: where the bits begin that say which slot is looked at first. */
const SLOT_SHIFT = 13
/** Places that share first slots, stand at both ends of the index, and differ in their shard or their lower bits alone. */
const PLACES = [
  ...[0, 0, 1, 8190, 8191, 8191].map((slot) => slot << SLOT_SHIFT),
  ...[-1, 0x7fffffff, 1, (8191 << SLOT_SHIFT) | 1, 1 << 31],
]

describe('the table of open flows', () => {
  it('holds what a map would hold, however places collide', () => {
    const operations = fc.array(
      fc.record({
        what: fc.constantFrom('insert', 'insert', 'find', 'remove'),
        number: fc.nat(PLACES.length - 1),
        family: fc.constantFrom(4, 6),
        fromLow: fc.boolean(),
      }),
      { maxLength: 120 },
    )
    fc.assert(
      fc.property(operations, (many) => {
        const table = new FlowTable()
        const model = new Map<string, number>()
        for (const { what, number, family, fromLow } of many) {
          const place = PLACES[number] as number
          const { packet, keys } = keyed(number, family, fromLow, place)
          const name = `${family} ${number}`
          const flow = table.find(keys, packet)
          expect(flow).toBe(model.get(name) ?? -1)
          if (what === 'insert' && flow < 0) model.set(name, table.insert(keys, packet))
          if (what === 'remove' && flow >= 0) {
            table.remove(flow)
            model.delete(name)
          }
          expect(table.live).toBe(model.size)
        }
        const visited: number[] = []
        table.forEach((flow) => {
          visited.push(flow)
        })
        expect(visited.sort()).toEqual([...model.values()].sort())
      }),
      { numRuns: 300 },
    )
  })

  it('grows, and keeps what its flows hold', () => {
    const table = new FlowTable()
    const before = table.capacity
    const count = before * 2 + 100
    for (let number = 0; number < count; number += 1) {
      const { packet, keys } = keyed(number, 6, number % 2 === 0, ((number % 500) * 17) << SLOT_SHIFT)
      const flow = table.insert(keys, packet)
      table.hot[hotRow(flow) + PACKETS] = number
      table.cold[coldRow(flow) + COUNTS] = number
      if (number % 3 === 0) setMissing(table, flow, number)
    }
    expect(table.capacity).toBeGreaterThanOrEqual(count)
    for (let number = 0; number < count; number += 1) {
      const { packet, keys } = keyed(number, 6, number % 3 === 0, ((number % 500) * 17) << SLOT_SHIFT)
      const flow = table.find(keys, packet)
      const held = [table.hot[hotRow(flow) + PACKETS], table.cold[coldRow(flow) + COUNTS], missingOf(table, flow)]
      if (held.join() !== [number, number, number % 3 === 0 ? number : 0].join())
        throw new Error(`flow ${number} holds ${held}`)
    }
  })

  it('uses the room of removed flows again, emptied', () => {
    const table = new FlowTable()
    const { capacity } = table
    for (let number = 0; number < capacity * 3; number += 1) {
      const { packet, keys } = keyed(number, 4, true, (number * 7) << SLOT_SHIFT)
      const flow = table.insert(keys, packet)
      if (table.hot[hotRow(flow) + PACKETS] !== 0 || table.cold[coldRow(flow) + COUNTS] !== 0)
        throw new Error('not empty')
      const rare = table.rareRow(flow) + WORDS_BEFORE_RARE
      if (table.rare.words.subarray(rare, rare + RARE_WORDS).some((word) => word !== 0)) throw new Error('not empty')
      if (number % 5 !== 0) setMissing(table, flow, 9)
      table.hot[hotRow(flow) + PACKETS] = 9
      table.cold[coldRow(flow) + COUNTS] = 9
      if (number % 2 === 0) table.remove(flow)
      else if (number > 2000) table.remove(table.find(...findArguments(number - 2000)))
    }
    expect(table.capacity).toBe(capacity)
    expect(table.rare.words.length).toBeLessThan(capacity * RARE_WORDS)
  })

  it('gives rare words to the flow that needs them, once, and to no other', () => {
    const table = new FlowTable()
    const [one, other] = [1, 2].map((number) => {
      const { packet, keys } = keyed(number, 4, true, number)
      return table.insert(keys, packet)
    }) as [number, number]
    setMissing(table, one, 7)
    const row = table.ownRareRow(one)
    expect([row, table.rareRow(one)]).toEqual([table.rareRow(one), table.ownRareRow(one)])
    expect([missingOf(table, one), missingOf(table, other)]).toEqual([7, 0])
    setMissing(table, other, 8)
    expect([missingOf(table, one), missingOf(table, other)]).toEqual([7, 8])
  })

  it('lets the flow that is visited be removed', () => {
    const table = new FlowTable()
    for (let number = 0; number < 100; number += 1) {
      const { packet, keys } = keyed(number, 4, true, 3)
      table.insert(keys, packet)
    }
    let visits = 0
    table.forEach((flow) => {
      visits += 1
      if (flow % 3 !== 0) table.remove(flow)
    })
    expect([visits, table.live]).toEqual([100, 34])
  })

  it('knows both directions of a flow', () => {
    const there = keyed(1, 4, true, 5)
    const back = keyed(1, 4, false, 5)
    const table = new FlowTable()
    const flow = table.insert(there.keys, there.packet)
    expect(table.find(back.keys, back.packet)).toBe(flow)
    expect(back.keys[KEY_SIDE]).not.toBe(there.keys[KEY_SIDE])
  })
})

function setMissing(table: FlowTable, flow: number, bytes: number): void {
  const at = table.ownRareRow(flow) + MISSING
  table.rare.words[at] = bytes
}

function missingOf(table: FlowTable, flow: number): number | undefined {
  return table.rare.words[table.rareRow(flow) + MISSING]
}

function findArguments(number: number): [Int32Array, Packet] {
  const { packet, keys } = keyed(number, 4, true, (number * 7) << SLOT_SHIFT)
  return [keys, packet]
}
