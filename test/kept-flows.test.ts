import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Flow, flowOf, historyOf } from '../src/flow/flow.ts'
import { KEY_WORDS, LOW, writeKey } from '../src/flow/flow-key.ts'
import { FlowLog } from '../src/flow/flow-log.ts'
import { coldRow, FlowTable, hotRow } from '../src/flow/flow-table.ts'
import { addLetter, LETTER_A, LETTER_H, LETTER_S } from '../src/flow/history.ts'
import { readNames } from '../src/flow/names.ts'
import { PACKETS, PORTS, START_F64 } from '../src/flow/row.ts'
import { type Decide, type Keeping, keptFlows, MOST_KEPT_FLOWS } from '../src/kept-flows.ts'
import { createPacket } from '../src/wire/packet.ts'

interface Logged {
  readonly start: number
  readonly src: number
  readonly port: number
  readonly protocol: number
  readonly packets: number
  readonly letter: number
}

const DIRECTION = { originator: 'low', basis: 'handshake' } as const

function logOf(flows: readonly Logged[]): FlowLog {
  const log = new FlowLog()
  for (const { start, src, port, protocol, packets, letter } of flows) {
    const table = new FlowTable()
    const packet = { ...createPacket(), family: 4, protocol, src2: 0xffff, src3: src, dst2: 0xffff, dst3: 100 }
    const keys = new Int32Array(KEY_WORDS)
    writeKey(packet, keys)
    const flow = table.insert(keys, packet)
    table.hot[hotRow(flow) + PORTS] = (port << 16) | port
    table.hot[hotRow(flow) + PACKETS] = packets
    addLetter(table.cold, coldRow(flow), letter, LOW)
    table.coldDoubles[(coldRow(flow) + START_F64) >> 1] = start
    log.append(table, flow)
  }
  return log
}

function told({ transport, low, high, startNs }: Flow, history: string): string {
  return `${startNs} ${transport} ${low.address} ${low.port} ${high.address} ${high.port} ${low.packets} ${history}`
}

function keptOf(log: FlowLog, decide: Decide): readonly string[] {
  return [...keptFlows(log, readNames(log), decide)].map(({ flow, history }) => told(flow, history))
}

describe('flows that are kept one by one', () => {
  const few = (...values: readonly number[]) => fc.constantFrom(...values)
  const logged = fc.record({
    start: few(0, 1, 2),
    src: few(1, 2, 10, 11),
    port: few(80, 443, 8080),
    protocol: few(6, 17),
    packets: few(1, 2),
    letter: few(LETTER_S, LETTER_H, LETTER_A),
  })

  it('come in the order of their beginning, their ends as text, their packets and their history', () => {
    fc.assert(
      fc.property(fc.array(logged, { maxLength: 60 }), (flows) => {
        const log = logOf(flows)
        const names = readNames(log)
        const wanted: string[] = []
        log.forEach((rows, doubles, row) => {
          wanted.push(told(flowOf(rows, doubles, row, log.hosts, names), historyOf(rows, row, 'low')))
        })
        // A space comes before every digit, so that whole texts have the order of their parts; the first is one digit.
        const kept = keptOf(log, () => ({ direction: DIRECTION, conversation: 1, crowded: false }))
        expect(kept).toEqual(wanted.toSorted())
      }),
    )
  })

  it('are those that are to be kept, of crowded conversations the earliest, and of equally early ones the first', () => {
    const count = 2 * MOST_KEPT_FLOWS + 10
    const flows = Array.from({ length: count }, (_, index): Logged => {
      return {
        start: index < 20 ? 5 : 9,
        src: 1,
        port: count - index,
        protocol: 6,
        packets: index % 2,
        letter: LETTER_S,
      }
    })
    const log = logOf(flows)
    const keeping: Readonly<Record<number, Keeping>> = {
      0: { direction: DIRECTION, conversation: 7, crowded: true },
      1: { direction: DIRECTION, conversation: 8, crowded: false },
    }
    const both = keptOf(log, (rows, _, row) => keeping[rows[row + PACKETS]!])
    expect(both).toHaveLength(MOST_KEPT_FLOWS + count / 2)
    const crowded = keptOf(log, (rows, _, row) => (rows[row + PACKETS] === 0 ? keeping[0] : undefined))
    const all = keptOf(log, (rows, _, row) => (rows[row + PACKETS] === 0 ? keeping[1] : undefined))
    expect(crowded).toEqual(all.slice(0, MOST_KEPT_FLOWS))
    expect(all).toHaveLength(count / 2)
  })
})
