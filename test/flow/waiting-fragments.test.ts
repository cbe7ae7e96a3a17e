import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  addWaiting,
  countWaiting,
  createWaiting,
  freeWaiting,
  MOST_WAITING,
  takeWaiting,
} from '../../src/flow/waiting-fragments.ts'
import { createPacket, type Packet } from '../../src/wire/packet.ts'

/** A later fragment by whose fields it is known again. */
function fragment(number: number): Packet {
  const packet = createPacket()
  packet.time[0] = number * 1000
  packet.fragment = number
  packet.ipLength = number + 20
  packet.payloadLength = number + 8
  packet.linkBroadcast = number % 2 === 1
  return packet
}

/** Waiting fragments, and chains of them as a datagram keeps them. */
function chains() {
  const waiting = createWaiting()
  const firsts = new Map<number, number>()
  const lasts = new Map<number, number>()
  const add = (chain: number, number: number): boolean => {
    const place = addWaiting(waiting, lasts.get(chain) ?? 0, fragment(number))
    if (place === 0) return false
    if (!firsts.has(chain)) firsts.set(chain, place)
    lasts.set(chain, place)
    return true
  }
  const end = (chain: number): number => {
    const first = firsts.get(chain) ?? 0
    firsts.delete(chain)
    lasts.delete(chain)
    return first
  }
  const take = (chain: number): number[] => {
    const packet = createPacket()
    const taken: number[] = []
    for (let place = end(chain); place !== 0; ) {
      place = takeWaiting(waiting, place, packet)
      taken.push(packet.fragment)
    }
    return taken
  }
  const count = (chain: number) => countWaiting(waiting, firsts.get(chain) ?? 0)
  const free = (chain: number) => freeWaiting(waiting, end(chain))
  return { add, take, count, free }
}

describe('a fragment that waits', () => {
  it('comes out as it came in, inside the first packet of its datagram', () => {
    const waiting = createWaiting()
    const place = addWaiting(waiting, 0, fragment(7))
    const packet = createPacket()
    Object.assign(packet, {
      srcPort: 5000,
      payload: 40,
      payloadEnd: 90,
      tcpFlags: 2,
      checksum: 3,
      linkBroadcast: false,
    })
    expect(takeWaiting(waiting, place, packet)).toBe(0)
    expect(packet.time[0]).toBe(7000)
    expect(packet).toMatchObject({ fragment: 7, ipLength: 27, payloadLength: 15, linkBroadcast: true })
    expect(packet).toMatchObject({ srcPort: 5000, payload: 40, payloadEnd: 40, tcpFlags: 0, checksum: 0 })
  })

  it('has no place where all are taken, until one is given back', () => {
    const { add, take, free } = chains()
    for (let number = 0; number < MOST_WAITING; number += 1) expect(add(number % 3, number)).toBe(true)
    expect(add(0, 999)).toBe(false)
    expect(take(1).slice(0, 3)).toEqual([1, 4, 7])
    expect(add(0, 999)).toBe(true)
    expect([free(0), free(2)]).toEqual([Math.ceil(MOST_WAITING / 3) + 1, Math.floor(MOST_WAITING / 3)])
    for (let number = 0; number < MOST_WAITING; number += 1) expect(add(4, number)).toBe(true)
    expect(add(4, 0)).toBe(false)
  })
})

describe('chains of waiting fragments', () => {
  it('keep their order and are kept apart, whatever is added, taken and freed', () => {
    const chain = fc.integer({ min: 0, max: 3 })
    const step = fc.record({ chain, deed: fc.constantFrom('add', 'add', 'add', 'add', 'take', 'free', 'count') })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 3 * MOST_WAITING, size: 'max' }), (steps) => {
        const { add, take, count, free } = chains()
        const expected: number[][] = [[], [], [], []]
        for (const [number, { chain, deed }] of steps.entries()) {
          const wanted = expected[chain] ?? []
          if (deed === 'add') {
            const isRoom = expected.flat().length < MOST_WAITING
            expect(add(chain, number)).toBe(isRoom)
            if (isRoom) wanted.push(number)
          } else if (deed === 'count') expect(count(chain)).toBe(wanted.length)
          else {
            if (deed === 'take') expect(take(chain)).toEqual(wanted)
            else expect(free(chain)).toBe(wanted.length)
            expected[chain] = []
          }
        }
      }),
      { numRuns: 50 },
    )
  })
})
