import { describe, expect, it } from 'vitest'
import { FlowLog } from '../../src/flow/flow-log.ts'
import { MOST_ANSWERS, MOST_CERTIFICATE_BYTES, MOST_TEXT_BYTES, Presented } from '../../src/flow/presented.ts'

function named(number: number, length: number): Uint8Array {
  return Uint8Array.from(Buffer.from(`${number}.`.padEnd(length, 'x')))
}

/** How many of as many different names of a length a shard may present, from number `from` on. */
function granted(presented: Presented, shard: number, count: number, length: number, from = 0): number {
  let kept = 0
  for (let number = from; number < from + count; number += 1) {
    if (presented.text(shard, named(number, length), length) > 0) kept += 1
  }
  return kept
}

describe('what flows present', () => {
  it('has a number for what it says, and none for nothing', () => {
    const log = new FlowLog()
    const presented = new Presented(log)
    const name = named(1, 30)
    expect([presented.text(3, name, 30), presented.text(3, name, 30), presented.text(3, name, 29)]).toEqual([1, 1, 2])
    expect([presented.text(3, name, 0), presented.certificate(3, name, 0)]).toEqual([0, 0])
    expect(presented.certificate(3, name, 30)).toBe(1)
    expect(log.limited).toBe(0)
  })

  it('is kept up to so many bytes of names for each shard, and what goes beyond is counted', () => {
    const log = new FlowLog()
    const presented = new Presented(log)
    const most = MOST_TEXT_BYTES / 128
    expect(granted(presented, 9, most + 10, 128)).toBe(most)
    expect(log.limited).toBe(10)
    expect(granted(presented, 10, most + 10, 128, 1_000_000)).toBe(most)
  })

  it('is kept up to so many bytes of certificates for each shard', () => {
    const log = new FlowLog()
    const presented = new Presented(log)
    const each = 2048
    let kept = 0
    for (let number = 0; number < 300; number += 1) {
      if (presented.certificate(63, named(number, each), each) > 0) kept += 1
    }
    expect([kept, log.limited]).toEqual([MOST_CERTIFICATE_BYTES / each, 300 - MOST_CERTIFICATE_BYTES / each])
  })

  it('costs a shard nothing the second time, also when nothing is left', () => {
    const presented = new Presented(new FlowLog())
    expect(granted(presented, 0, 100, 128)).toBe(100)
    expect(granted(presented, 0, 2000, 128, 100)).toBe(MOST_TEXT_BYTES / 128 - 100)
    expect(granted(presented, 0, 100, 128)).toBe(100)
  })

  it('costs every shard the same, whether another one has presented it before or not', () => {
    const alone = new Presented(new FlowLog())
    const together = new Presented(new FlowLog())
    for (let shard = 0; shard < 64; shard += 1) if (shard !== 31 && shard !== 32) granted(together, shard, 700, 200)
    for (const shard of [31, 32]) {
      expect(granted(together, shard, 2000, 200)).toBe(granted(alone, shard, 2000, 200))
    }
  })

  it('has at most so many answers of name servers for each shard', () => {
    const log = new FlowLog()
    const presented = new Presented(log)
    for (const shard of [1, 2]) {
      for (let host = 0; host < MOST_ANSWERS + 5; host += 1) presented.answer(shard, host, shard)
    }
    expect([log.answers, log.limited]).toEqual([2 * MOST_ANSWERS, 10])
    // The same again is known.
    presented.answer(1, 0, 1)
    expect([log.answers, log.limited]).toEqual([2 * MOST_ANSWERS, 10])
  })

  it('is told apart in answers, however many names there are', () => {
    // As many names of seven letters as all shards may present.
    const most = 64 * Math.floor(MOST_TEXT_BYTES / 7)
    const log = new FlowLog()
    log.addAnswer(5, most)
    const seen: number[] = []
    log.forEachAnswer((host, text) => seen.push(host, text))
    expect(seen).toEqual([5, most])
  })
})
