import fc from 'fast-check'
import { expect, it } from 'vitest'
import { KEY_HASH, KEY_PLACE, KEY_SIDE, KEY_WORDS, SHARDS, shardOf, writeKey } from '../../src/flow/flow-key.ts'
import { createPacket, type Packet } from '../../src/wire/packet.ts'

function keyOf(packet: Packet): readonly number[] {
  const keys = new Int32Array(KEY_WORDS)
  writeKey(packet, keys)
  return [...keys]
}

const flowHash = (packet: Packet) => keyOf(packet)[KEY_HASH] as number

const word = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })
const port = fc.integer({ min: 0, max: 65_535 })
const packets: fc.Arbitrary<Packet> = fc
  .record({
    src: fc.tuple(word, word, word, word),
    dst: fc.tuple(word, word, word, word),
    ports: fc.tuple(port, port),
    family: fc.constantFrom(4, 6),
    protocol: fc.constantFrom(6, 17, 1),
  })
  .map(({ src, dst, ports, family, protocol }) => ({
    ...createPacket(),
    family,
    protocol,
    src0: family === 4 ? 0 : src[0],
    src1: family === 4 ? 0 : src[1],
    src2: family === 4 ? 0xffff : src[2],
    src3: src[3],
    dst0: family === 4 ? 0 : dst[0],
    dst1: family === 4 ? 0 : dst[1],
    dst2: family === 4 ? 0xffff : dst[2],
    dst3: dst[3],
    srcPort: ports[0],
    dstPort: ports[1],
  }))

function answer({ src0, src1, src2, src3, dst0, dst1, dst2, dst3, srcPort, dstPort, ...rest }: Packet): Packet {
  return {
    ...rest,
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

it('both directions of a flow have one key, and come from its two sides', () => {
  fc.assert(
    fc.property(packets, (packet) => {
      const there = keyOf(packet)
      const back = keyOf(answer(packet))
      const isOneSocket = JSON.stringify(answer(packet)) === JSON.stringify(answer(answer(packet)))
      expect(back.toSpliced(KEY_SIDE, 1)).toEqual(there.toSpliced(KEY_SIDE, 1))
      expect(back[KEY_SIDE]).toBe(isOneSocket ? there[KEY_SIDE] : 1 - (there[KEY_SIDE] as number))
      expect(shardOf(flowHash(packet))).toBeGreaterThanOrEqual(0)
      expect(shardOf(flowHash(packet))).toBeLessThan(SHARDS)
    }),
  )
})

it('the ports of one client spread over all shards', () => {
  const flows = Array.from({ length: 6400 }, (_, index) => ({
    ...createPacket(),
    family: 4,
    protocol: 6,
    src2: 0xffff,
    src3: 0x0a000014,
    dst2: 0xffff,
    dst3: 0x0a000010,
    srcPort: 1024 + index,
    dstPort: 5061,
  }))
  const counts = new Map<number, number>()
  for (const flow of flows) counts.set(shardOf(flowHash(flow)), (counts.get(shardOf(flowHash(flow))) ?? 0) + 1)
  expect(counts.size).toBe(SHARDS)
  expect(Math.max(...counts.values())).toBeLessThan(200)
  expect(new Set(flows.map(flowHash)).size).toBeGreaterThan(6390)
})

it('a flow has one shard, by its hash and by its place', () => {
  fc.assert(
    fc.property(packets, (packet) => {
      const key = keyOf(packet)
      expect(shardOf(key[KEY_PLACE] as number)).toBe(shardOf(key[KEY_HASH] as number))
    }),
  )
})

it('places differ where any word of the key does', () => {
  const packet: Packet = { ...createPacket(), family: 6, protocol: 17, src3: 1, dst3: 2, srcPort: 3, dstPort: 4 }
  const place = keyOf(packet)[KEY_PLACE]
  for (const field of ['src0', 'src1', 'src2', 'src3', 'dst0', 'dst1', 'dst2', 'dst3', 'srcPort', 'dstPort'] as const) {
    // One pair in 2^17 has one place all the same.
    const places = [0x4000, 0x2000, 0x1000].map((by) => keyOf({ ...packet, [field]: packet[field] ^ by })[KEY_PLACE])
    expect(places.every((other) => other === place)).toBe(false)
  }
})
