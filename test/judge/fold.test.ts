import { Readable } from 'node:stream'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { streamSet } from '../../src/capture/capture-set.ts'
import { type Flow, flowOf } from '../../src/flow/flow.ts'
import type { FlowLog } from '../../src/flow/flow-log.ts'
import { ROW_WORDS } from '../../src/flow/row.ts'
import { assumedConversations } from '../../src/judge/assumed-conversations.ts'
import { type Conversation, keyOf, keyText, noOutcomes } from '../../src/judge/conversation.ts'
import { betterBasis, type Direction } from '../../src/judge/direction.ts'
import { type Folded, foldFlows } from '../../src/judge/fold.ts'
import type { ConversationList } from '../../src/judge/judge-all.ts'
import type { Observation } from '../../src/judge/observation.ts'
import { outcomeOf } from '../../src/judge/outcome.ts'
import { observe } from '../../src/observe.ts'
import { LINK_RAW } from '../../src/wire/link-type.ts'
import { type Ends, script } from '../flow/script.ts'
import { pcap } from '../support/captures.ts'
import { JUDGE } from './samples.ts'

const SCRIPTS = {
  whole: 'C>S SYN, S>C SYN-ACK, C>S ACK, C>S ACK 100, S>C ACK 900, C>S FIN-ACK, S>C FIN-ACK, C>S ACK',
  open: 'C>S SYN, S>C SYN-ACK, C>S ACK, C>S ACK 100, S>C ACK 10',
  refused: 'C>S SYN, S>C RST-ACK',
  unanswered: 'C>S SYN, C>S again',
  synLost: '(C>S SYN), S>C SYN-ACK, C>S ACK, C>S ACK 3',
  midstream: '(C>S SYN), (S>C SYN-ACK), S>C ACK 200, C>S ACK 20',
  closing: '(C>S SYN), (S>C SYN-ACK), C>S FIN-ACK, S>C FIN-ACK, C>S ACK',
  asked: 'C>S DATA 40, S>C DATA 80',
  deaf: 'C>S DATA 40, C>S DATA 40',
  answer: 'S>C DATA 80',
} as const

interface Exchange extends Ends {
  readonly script: keyof typeof SCRIPTS
  /** Seconds after the beginning. */
  readonly at: number
}

async function rowsOf(exchanges: readonly Exchange[]): Promise<FakeLog> {
  const records = exchanges.flatMap(({ script: name, at, ...ends }) =>
    script(SCRIPTS[name], ends).map(({ ns, bytes }) => ({ ns: BigInt(at * 1e9 + ns), frame: bytes })),
  )
  const bytes = pcap(
    records.toSorted((a, b) => Number(a.ns - b.ns)),
    { format: 'pcap-ns', linkType: LINK_RAW },
  )
  const { log } = await observe(streamSet(Readable.from([bytes]), 'test').set, () => {})
  const rows: Int32Array[] = []
  log.forEach((words, _, row) => {
    rows.push(words.slice(row, row + ROW_WORDS))
  })
  log.close()
  return new FakeLog(rows, log.hosts)
}

/** The rows of a log, in an order that the test chooses. */
class FakeLog {
  readonly rows: readonly Int32Array[]
  readonly hosts: FlowLog['hosts']

  constructor(rows: readonly Int32Array[], hosts: FlowLog['hosts']) {
    this.rows = rows
    this.hosts = hosts
  }

  forEach(visit: (rows: Int32Array, doubles: Float64Array, row: number) => void): void {
    for (const row of this.rows) visit(row, new Float64Array(row.buffer), 0)
  }

  get flows(): readonly (readonly [Flow, Int32Array])[] {
    return this.rows.map((row) => [flowOf(row, new Float64Array(row.buffer), 0, this.hosts), row])
  }

  fold(): Folded {
    return foldFlows(this as unknown as FlowLog)
  }
}

function listed(list: ConversationList): Conversation[] {
  return Array.from({ length: list.count }, (_, number) => list.at(number))
}

async function folded(
  ...exchanges: readonly Exchange[]
): Promise<{ certain: readonly Conversation[]; observations: readonly Observation[] }> {
  const { certain, observations } = (await rowsOf(exchanges)).fold()
  return { certain: listed(certain), observations }
}

function exchange(name: keyof typeof SCRIPTS, clientPort: number, serverPort = 5061): Exchange {
  return { script: name, client: '10.0.0.41', server: '10.0.0.16', clientPort, serverPort, at: 0 }
}

describe('what flows add up to', () => {
  test('flows between the same ends are one conversation, with a count for each outcome', async () => {
    const { certain, observations } = await folded(
      exchange('whole', 40_000),
      exchange('open', 40_001),
      exchange('refused', 40_002),
      exchange('unanswered', 40_003),
    )
    expect(observations).toEqual([])
    expect(certain).toEqual([
      {
        transport: 'tcp',
        origAddress: '10.0.0.41',
        respAddress: '10.0.0.16',
        respPort: 5061,
        service: 'none',
        certain: true,
        basis: 'handshake',
        flows: 4,
        outcomes: { ...noOutcomes(), established: 2, refused: 1, unanswered: 1 },
        accepted: 2,
        broadcast: 0,
        origPackets: 5 + 3 + 1 + 2,
        respPackets: 3 + 2 + 1,
        origBytes: 200,
        respBytes: 910,
        origIpBytes: 11 * 40 + 200,
        respIpBytes: 6 * 40 + 910,
        firstNs: 0,
        lastNs: 7e6,
      },
    ])
  })

  test('a flow met midstream goes to who was seen to listen elsewhere, also later', async () => {
    const late = { ...exchange('open', 40_001), client: '10.0.0.40', at: 5 }
    const { certain, observations } = await folded(exchange('midstream', 40_000), late)
    expect(observations).toEqual([])
    const found = certain.find(({ origAddress }) => origAddress === '10.0.0.41')
    expect(found).toMatchObject({ basis: 'listener', certain: true, flows: 1, outcomes: { midstream: 1 }, accepted: 0 })
  })

  test('the best basis of a conversation counts', async () => {
    const { certain } = await folded(exchange('midstream', 40_000), exchange('open', 40_001))
    expect(certain).toHaveLength(1)
    expect(certain[0]).toMatchObject({ basis: 'handshake', flows: 2 })
  })

  test('a refusal shows no listener', async () => {
    const { certain, observations } = await folded(exchange('midstream', 40_000), exchange('refused', 40_001))
    expect(certain).toHaveLength(1)
    expect(observations).toHaveLength(1)
  })

  test('two ends that both listen prove nothing', async () => {
    const { observations } = await folded(exchange('midstream', 444, 5061), exchange('open', 40_001, 5061), {
      ...exchange('open', 40_002, 444),
      client: '10.0.0.16',
      server: '10.0.0.41',
    })
    expect(observations).toHaveLength(1)
  })

  test('a listener on TCP is none on UDP', async () => {
    const { observations } = await folded(exchange('asked', 40_000), exchange('open', 40_001))
    expect(observations).toMatchObject([{ transport: 'udp', flows: 1, established: 1 }])
  })

  test('datagrams and flows met midstream are kept unoriented, by both ends and by who spoke first', async () => {
    const { certain, observations } = await folded(
      exchange('asked', 40_000),
      { ...exchange('asked', 40_000), at: 100 },
      { ...exchange('deaf', 40_000), at: 200 },
      { ...exchange('answer', 40_000), at: 300 },
      exchange('closing', 40_001),
    )
    expect(certain).toEqual([])
    // 10.0.0.16 is the low end.
    expect(observations.toSorted((a, b) => a.highPort - b.highPort || b.flows - a.flows)).toMatchObject([
      {
        transport: 'udp',
        first: 'high',
        flows: 3,
        established: 2,
        onlyHigh: 1,
        onlyLow: 0,
        midstream: 0,
        lowBytes: 160,
        highBytes: 160,
      },
      {
        transport: 'udp',
        first: 'low',
        flows: 1,
        established: 0,
        onlyHigh: 0,
        onlyLow: 1,
        midstream: 0,
        lowBytes: 80,
        highBytes: 0,
      },
      { transport: 'tcp', first: 'high', flows: 1, established: 1, onlyHigh: 0, onlyLow: 0, midstream: 0 },
    ])
  })
})

const host = fc.constantFrom('10.0.0.16', '10.0.0.20', '10.0.0.41', '2001:db8::16', '2001:db8::20')
const exchanges = fc.array(
  fc
    .record({
      script: fc.constantFrom(...(Object.keys(SCRIPTS) as (keyof typeof SCRIPTS)[])),
      client: host,
      server: host,
      clientPort: fc.integer({ min: 40_000, max: 40_003 }),
      serverPort: fc.constantFrom(444, 5061, 50_001, 40_000),
      at: fc.integer({ min: 0, max: 400 }),
    })
    .filter(({ client, server }) => client !== server && client.includes(':') === server.includes(':')),
  { maxLength: 25 },
)

describe('the order of the flows', () => {
  const inAnyOrder = (log: FakeLog) =>
    fc.sample(fc.shuffledSubarray([...log.rows], { minLength: log.rows.length }), { numRuns: 2, seed: 1 })

  function contents(log: FakeLog): {
    certain: readonly Conversation[]
    assumed: readonly Conversation[]
    observations: readonly Observation[]
  } {
    const { certain, observations } = log.fold()
    const assumed = [...assumedConversations(observations, JUDGE.allows)]
    const byText = (a: object, b: object) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)
    return {
      certain: listed(certain).sort(byText),
      assumed: assumed.sort(byText),
      observations: [...observations].sort(byText),
    }
  }

  test('does not matter to certain conversations, observations and assumed conversations', async () => {
    await fc.assert(
      fc.asyncProperty(exchanges, async (several) => {
        const log = await rowsOf(several)
        const wanted = contents(log)
        for (const rows of inAnyOrder(log)) expect(contents(new FakeLog(rows, log.hosts))).toEqual(wanted)
      }),
      { numRuns: 60 },
    )
  })

  test('and what comes out is what adding the flows up one by one gives', async () => {
    await fc.assert(
      fc.asyncProperty(exchanges, async (several) => {
        const log = await rowsOf(several)
        const fold = log.fold()
        const model = new Map<string, Conversation>()
        for (const [flow, row] of log.flows) {
          const direction = fold.provenDirection(row, 0)
          if (direction) addToModel(model, flow, direction)
        }
        const certain = listed(fold.certain)
        expect(new Map(certain.map((one) => [keyText(one), one]))).toEqual(model)
        for (const [, row] of log.flows) {
          const direction = fold.provenDirection(row, 0)
          if (direction === undefined) continue
          const entry = fold.certain.entryOf(row, 0, direction.originator)
          const [flow] = log.flows.find(([, other]) => other === row) as readonly [Flow, Int32Array]
          expect(keyText(certain[entry] as Conversation)).toBe(keyText(keyOf(flow, direction)))
        }
      }),
      { numRuns: 60 },
    )
  })
})

function addToModel(model: Map<string, Conversation>, flow: Flow, direction: Direction): void {
  const key = keyOf(flow, direction)
  const [orig, resp] = direction.originator === 'low' ? [flow.low, flow.high] : [flow.high, flow.low]
  const before = model.get(keyText(key))
  const outcome = outcomeOf(flow, direction.originator)
  const outcomes = { ...(before?.outcomes ?? noOutcomes()) }
  outcomes[outcome] += 1
  model.set(keyText(key), {
    ...key,
    basis: before ? betterBasis(before.basis, direction.basis) : direction.basis,
    flows: (before?.flows ?? 0) + 1,
    outcomes,
    accepted: (before?.accepted ?? 0) + Number(flow.accepted),
    broadcast: (before?.broadcast ?? 0) + Number(flow.broadcast),
    origPackets: (before?.origPackets ?? 0) + orig.packets,
    respPackets: (before?.respPackets ?? 0) + resp.packets,
    origBytes: (before?.origBytes ?? 0) + orig.bytes,
    respBytes: (before?.respBytes ?? 0) + resp.bytes,
    origIpBytes: (before?.origIpBytes ?? 0) + orig.ipBytes,
    respIpBytes: (before?.respIpBytes ?? 0) + resp.ipBytes,
    firstNs: Math.min(before?.firstNs ?? Number.POSITIVE_INFINITY, flow.startNs),
    lastNs: Math.max(before?.lastNs ?? Number.NEGATIVE_INFINITY, flow.lastNs),
  })
}
