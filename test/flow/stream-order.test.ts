import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MOST_WAITING_BYTES, MOST_WAITING_PIECES, StreamOrder } from '../../src/flow/stream-order.ts'

/** The stream: the byte at each place, told from its neighbours. */
function octetAt(place: number): number {
  return (place * 7 + (place >> 8) + 1) & 0xff
}

/** An order and what came out of it, taken as payload of segments would be. */
class Taking {
  readonly order = new StreamOrder()
  readonly taken: number[] = []
  readonly #isn: number

  constructor(isn = 0) {
    this.#isn = isn
    this.order.begin(isn | 0)
  }

  /** A segment with the bytes from `start` to `end` of the stream. */
  take(start: number, end: number): void {
    const { order } = this
    const bytes = Uint8Array.from({ length: end - start }, (_, index) => octetAt(start + index))
    // The piece stands somewhere in a larger view.
    const view = new DataView(Uint8Array.from([9, 9, 9, ...bytes, 9]).buffer)
    const sequence = (this.#isn + start) | 0
    const known = (order.next - sequence) | 0
    if (known >= bytes.length || order.isOver) return
    if (known < 0) {
      order.keep(view, sequence, 3, 3 + bytes.length)
      return
    }
    this.taken.push(...bytes.subarray(known))
    order.next = (sequence + bytes.length) | 0
    this.#takeWaiting()
  }

  #takeWaiting(): void {
    const { order } = this
    while (order.waiting > 0) {
      const skipped = (order.next - order.firstSequence) | 0
      if (skipped < 0) return
      for (let at = order.firstStart + skipped; at < order.firstEnd; at += 1) {
        this.taken.push(order.view.getUint8(at))
        order.next = (order.next + 1) | 0
      }
      order.dropFirst()
    }
  }

  /** How much of the stream came out; fails where anything else did. */
  get length(): number {
    const wrong = this.taken.findIndex((octet, place) => octet !== octetAt(place))
    if (wrong >= 0) throw new Error(`byte ${wrong} is wrong`)
    return this.taken.length
  }
}

describe('the order of a stream', () => {
  it('holds nothing back of what comes in order', () => {
    const taking = new Taking()
    taking.take(0, 100)
    taking.take(100, 101)
    expect([taking.length, taking.order.waiting, taking.order.bytes]).toEqual([101, 0, 0])
  })

  it.each([
    [
      'the second half first',
      [
        [50, 100],
        [0, 50],
      ],
    ],
    [
      'backwards',
      [
        [80, 100],
        [60, 80],
        [40, 60],
        [20, 40],
        [0, 20],
      ],
    ],
    [
      'every other piece',
      [
        [20, 40],
        [60, 80],
        [0, 20],
        [40, 60],
        [80, 100],
      ],
    ],
    [
      'repeated while it waits',
      [
        [50, 100],
        [50, 100],
        [0, 50],
        [0, 50],
        [50, 100],
      ],
    ],
    [
      'around a piece that waits',
      [
        [40, 60],
        [20, 80],
        [0, 25],
        [75, 100],
      ],
    ],
    [
      'between two pieces that wait',
      [
        [20, 40],
        [60, 80],
        [30, 70],
        [80, 100],
        [0, 20],
      ],
    ],
    [
      'over three pieces that wait',
      [
        [10, 20],
        [30, 40],
        [50, 60],
        [5, 100],
        [0, 6],
      ],
    ],
    [
      'over what is there already',
      [
        [0, 50],
        [20, 60],
        [60, 80],
        [10, 100],
      ],
    ],
  ])('puts together what comes %s', (_how, segments) => {
    for (const isn of [0, 0x7fff_ffd0, -30]) {
      const taking = new Taking(isn)
      for (const [start = 0, end = 0] of segments) taking.take(start, end)
      expect([taking.length, taking.order.waiting, taking.order.isOver]).toEqual([100, 0, false])
    }
  })

  it('keeps of two different bytes for one place the one that came first', () => {
    const order = new StreamOrder()
    order.begin(0)
    order.keep(new DataView(Uint8Array.of(1, 1).buffer), 2, 0, 2)
    order.keep(new DataView(Uint8Array.of(2, 2, 2, 2).buffer), 1, 0, 4)
    const { view, firstStart, firstEnd } = order
    expect([...new Uint8Array(view.buffer, firstStart, firstEnd - firstStart)]).toEqual([2, 1, 1, 2])
  })

  it('waits for a gap', () => {
    const taking = new Taking()
    taking.take(0, 10)
    taking.take(11, 20)
    expect([taking.length, taking.order.waiting, taking.order.isOver]).toEqual([10, 1, false])
  })

  it('keeps 32 KB at least behind a gap', () => {
    expect(MOST_WAITING_BYTES).toBeGreaterThanOrEqual(32 * 1024)
    const taking = new Taking()
    for (let at = 1; at + 1024 <= MOST_WAITING_BYTES; at += 1024) taking.take(at, at + 1024)
    taking.take(0, 1)
    expect([taking.length, taking.order.isOver]).toEqual([MOST_WAITING_BYTES - 1023, false])
  })

  it('has its 32 KB from the byte that comes next on, however far the stream is', () => {
    const taking = new Taking()
    for (let base = 0; base < 200_000; base += 20_000) {
      taking.take(base + 10_000, base + 20_000)
      taking.take(base + 9000, base + 9500)
      taking.take(base, base + 9000)
      // What waits here has its room far from the beginning.
      taking.take(base + 25_000, base + 30_000)
      taking.take(base + 9500, base + 10_000)
    }
    expect([taking.length, taking.order.isOver]).toEqual([200_000, false])
    expect(taking.order.bytes).toBeLessThanOrEqual(MOST_WAITING_BYTES)
  })

  it('ends where there is no room, and says so', () => {
    const taking = new Taking()
    taking.take(1, 20_000)
    taking.take(20_000, 32_000)
    taking.take(32_000, 33_000)
    expect([taking.order.isOver, taking.order.isFull]).toEqual([true, true])
    expect(taking.order.bytes).toBeLessThanOrEqual(MOST_WAITING_BYTES)
  })

  it('ends where there are too many gaps, and says so', () => {
    const taking = new Taking()
    for (let piece = 1; piece <= MOST_WAITING_PIECES; piece += 1) taking.take(piece * 10, piece * 10 + 5)
    expect([taking.order.waiting, taking.order.isFull]).toEqual([MOST_WAITING_PIECES, false])
    taking.take(5000, 5001)
    expect([taking.order.isOver, taking.order.isFull]).toEqual([true, true])
  })

  it('keeps all of a segment that fills many gaps', () => {
    const taking = new Taking()
    for (let piece = 1; piece < MOST_WAITING_PIECES; piece += 1) taking.take(piece * 10, piece * 10 + 5)
    const end = MOST_WAITING_PIECES * 10
    taking.take(3, end)
    taking.take(0, 3)
    expect([taking.length, taking.order.isFull]).toEqual([end, false])
  })

  it('forgets everything for another stream', () => {
    const taking = new Taking()
    taking.take(10, 60_000)
    taking.order.reset()
    const { hasBegun, isOver, isFull, waiting } = taking.order
    expect([hasBegun, isOver, isFull, waiting]).toEqual([false, false, false, 0])
  })

  it('gives the whole stream, whatever the segments are', () => {
    const segment = fc.tuple(fc.nat(2000), fc.integer({ min: 1, max: 400 }))
    fc.assert(
      fc.property(fc.array(segment, { maxLength: 25 }), fc.integer(), (segments, isn) => {
        const taking = new Taking(isn)
        const there = new Uint8Array(2400)
        for (const [start, length] of segments) {
          taking.take(start, start + length)
          there.fill(1, start, start + length)
          const gap = there.indexOf(0)
          expect([taking.length, taking.order.isOver]).toEqual([gap, false])
        }
      }),
      { numRuns: 500 },
    )
  })

  it('gives nothing that was not there, and stays within its bounds, whatever comes', () => {
    const segment = fc.tuple(fc.integer({ min: 0, max: 90_000 }), fc.integer({ min: 1, max: 9000 }))
    fc.assert(
      fc.property(fc.array(segment, { maxLength: 60 }), (segments) => {
        const taking = new Taking()
        for (const [start, length] of segments) {
          taking.take(start, start + length)
          expect(taking.order.bytes).toBeLessThanOrEqual(MOST_WAITING_BYTES)
          expect(taking.order.waiting).toBeLessThanOrEqual(MOST_WAITING_PIECES)
        }
        expect(taking.length).toBeGreaterThanOrEqual(0)
      }),
      { numRuns: 100 },
    )
  })
})
