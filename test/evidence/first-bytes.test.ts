import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FirstBytes } from '../../src/evidence/first-bytes.ts'
import { Inspection } from '../../src/evidence/inspection.ts'
import { NONE, TLS } from '../../src/evidence/service.ts'
import { filler, join } from '../support/octets.ts'
import {
  certificateList,
  clientHello,
  DATA,
  FINISHED,
  HELLO_DONE,
  inRecords,
  record,
  serverHello,
  serverName,
} from './tls-records.ts'

const HELLO = record(22, clientHello({ extensions: [serverName('fe01.contoso.local')] }))
const ANSWER = inRecords(serverHello(), certificateList(filler(300)), HELLO_DONE)
const LONG_HELLO = record(22, clientHello({ extensions: [serverName(`${'x'.repeat(60)}.contoso.local`), filler(4)] }))
const STREAMS = [
  HELLO,
  ANSWER,
  LONG_HELLO,
  join(DATA, DATA),
  FINISHED,
  HELLO.subarray(0, 40),
  // A hello in two records, the second of which is none.
  join([22, 3, 3], [0, 40], HELLO.subarray(5, 45), [9, 9, 9, 9, 9], filler(20)),
  Buffer.from('GET /Autodiscover/x HTTP/1.1\r\nHost: dir01.contoso.local\r\n\r\n'),
  Buffer.from('HTTP/1.1 200 OK\r\n\r\n'),
  Buffer.from('SSH-2.0-x\r\n'),
  join([0, 1, 0, 1, 2, 2, 4], Buffer.from('net:'), [3, 8, 9, 4], Buffer.from('none'), HELLO),
  join([0x0a], ANSWER),
  join([0x16, 3, 9, 0, 9], filler(40)),
  filler(60),
]

const LOW = 0
const HIGH = 1
const PLACE = 5

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

/** First bytes where they are kept, and from the first piece on that is to be read an inspection. */
class Look {
  readonly first = new FirstBytes()
  inspection: Inspection | undefined

  constructor() {
    for (let place = 0; place <= PLACE; place += 1) this.first.clear(place)
  }

  take(side: number, piece: Uint8Array): void {
    if (!this.inspection) {
      if (this.first.keep(PLACE, side, viewOf(piece), 0, piece.length)) return
      this.inspection = new Inspection()
      this.first.handOver(PLACE, this.inspection)
    }
    if (!this.inspection.settled) this.inspection.read(side, viewOf(piece), 0, piece.length)
  }

  get facts(): unknown {
    return this.inspection
      ? factsOf(this.inspection)
      : factsOf({ ...NOTHING, service: this.first.service(PLACE), originator: this.first.originator(PLACE) })
  }
}

const NOTHING = { service: NONE, originator: 0, proof: 0, alert: -1, settled: false, pathFamily: 0, claimLength: 0 }

function factsOf(facts: typeof NOTHING): unknown {
  const { service, originator, proof, alert, settled, pathFamily, claimLength } = facts
  return { service, originator, proof, alert, settled, pathFamily, claimLength }
}

describe('first bytes', () => {
  it('are kept until they tell more than that it is TLS, and who opened it', () => {
    const look = new Look()
    for (let at = 0; at < HELLO.length - 1; at += 1) {
      look.take(HIGH, HELLO.subarray(at, at + 1))
      expect(look.inspection).toBeUndefined()
      const isTold = at + 1 >= 11
      expect(look.facts).toMatchObject({ service: isTold ? TLS : NONE, originator: isTold ? 2 : 0 })
    }
    look.take(HIGH, HELLO.subarray(-1))
    expect(look.inspection?.tlsOf(HIGH)).toMatchObject({ clientHello: true, serverNameLength: 18 })
  })

  it('are read at once where they come in a large piece', () => {
    const look = new Look()
    look.take(LOW, HELLO.subarray(0, 49))
    expect(look.inspection).toBeDefined()
  })

  it('are read when there is no more room', () => {
    const look = new Look()
    const hello = record(22, clientHello({ extensions: [serverName(`${'y'.repeat(230)}.local`)] }))
    for (let at = 0; at < 240; at += 40) look.take(LOW, hello.subarray(at, at + 40))
    expect(look.inspection).toBeUndefined()
    look.take(LOW, hello.subarray(240, 241))
    expect(look.inspection).toBeDefined()
  })

  it('of one flow leave those of its neighbours as they are', () => {
    const first = new FirstBytes()
    for (let place = 0; place < 200; place += 1) {
      first.clear(place)
      const hello = place % 2 === 0 ? HELLO : ANSWER
      expect(first.keep(place, place & 1, viewOf(hello), 0, 30)).toBe(true)
    }
    for (let place = 0; place < 200; place += 1) {
      expect([first.service(place), first.originator(place)]).toEqual([TLS, 1])
      const inspection = new Inspection()
      first.handOver(place, inspection)
      expect([inspection.isUnread(place & 1), inspection.isUnread(1 - (place & 1))]).toEqual([false, true])
    }
    first.clear(7)
    expect([first.service(7), first.originator(7), first.service(8)]).toEqual([NONE, 0, TLS])
  })

  it('change nothing of what is found, after any piece of either side', () => {
    const piece = fc.record({ side: fc.constantFrom(LOW, HIGH), length: fc.integer({ min: 1, max: 60 }) })
    const stream = fc.constantFrom(...STREAMS)
    fc.assert(
      fc.property(stream, stream, fc.array(piece, { maxLength: 60 }), (low, high, pieces) => {
        const look = new Look()
        const inspection = new Inspection()
        const read = [0, 0]
        for (const { side, length } of pieces) {
          const from = read[side] ?? 0
          const next = (side === LOW ? low : high).slice(from, from + length)
          if (next.length === 0) continue
          read[side] = from + next.length
          look.take(side, next)
          if (!inspection.settled) inspection.read(side, viewOf(next), 0, next.length)
          expect(look.facts).toEqual(factsOf(inspection))
        }
      }),
      { numRuns: 2000 },
    )
  })
})
