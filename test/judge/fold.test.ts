import { readFileSync } from 'node:fs'
import { Readable } from 'node:stream'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { streamSet } from '../../src/capture/capture-set.ts'
import type { Certificate } from '../../src/evidence/certificate.ts'
import { SERVICES, type Service } from '../../src/evidence/service.ts'
import { ByteStrings } from '../../src/flow/byte-strings.ts'
import { type End, type Flow, flowOf, ICMP_ERRORS } from '../../src/flow/flow.ts'
import type { FlowLog } from '../../src/flow/flow-log.ts'
import { readNames } from '../../src/flow/names.ts'
import {
  CERTIFICATES,
  CLAIM,
  COPIES,
  EVIDENCE,
  EVIDENCE_ALERT,
  EVIDENCE_ALERT_SHIFT,
  EVIDENCE_ORIGINATOR_SHIFT,
  ICMP_ERROR,
  ICMP_SENDER,
  PROOF,
  PROTOCOL,
  ROW_WORDS,
} from '../../src/flow/row.ts'
import { assumedConversations } from '../../src/judge/assumed-conversations.ts'
import { type Conversation, keyOf, keyText, noOutcomes } from '../../src/judge/conversation.ts'
import { betterBasis, type Direction } from '../../src/judge/direction.ts'
import { type Folded, foldFlows } from '../../src/judge/fold.ts'
import type { ConversationList } from '../../src/judge/judge-all.ts'
import { type Observation, unorientedOf } from '../../src/judge/observation.ts'
import { outcomeOf } from '../../src/judge/outcome.ts'
import type { FlowTrust } from '../../src/judge/trust.ts'
import { observe } from '../../src/observe.ts'
import { LINK_RAW } from '../../src/wire/link-type.ts'
import { TCP } from '../../src/wire/transport.ts'
import { type Ends, script } from '../flow/script.ts'
import { pcap } from '../support/captures.ts'
import { JUDGE } from './samples.ts'

/** The times of the rows count from here: some certificates of the samples are valid then, one no longer. */
const ORIGIN_NS = 1_790_000_000_000_000_000n

const SCRIPTS = {
  whole: 'C>S SYN, S>C SYN-ACK, C>S ACK, C>S ACK 100, S>C ACK 900, C>S FIN-ACK, S>C FIN-ACK, C>S ACK',
  open: 'C>S SYN, S>C SYN-ACK, C>S ACK, C>S ACK 100, S>C ACK 10',
  accepted: 'C>S SYN, S>C SYN-ACK, C>S ACK',
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
  return new FakeLog(rows, log)
}

type Kept = Pick<FlowLog, 'hosts' | 'texts' | 'certificates'>

/** The rows of a log, in an order that the test chooses. */
class FakeLog {
  readonly rows: readonly Int32Array[]
  readonly kept: Kept
  readonly hosts: FlowLog['hosts']
  readonly texts: FlowLog['texts']
  readonly certificates: FlowLog['certificates']
  readonly folded = []

  constructor(rows: readonly Int32Array[], kept: Kept) {
    this.rows = rows
    this.kept = kept
    this.hosts = kept.hosts
    this.texts = kept.texts
    this.certificates = kept.certificates
  }

  forEach(visit: (rows: Int32Array, doubles: Float64Array, row: number) => void): void {
    for (const row of this.rows) visit(row, new Float64Array(row.buffer), 0)
  }

  get flows(): readonly (readonly [Flow, Int32Array])[] {
    const names = readNames(this as unknown as FlowLog)
    return this.rows.map((row) => [flowOf(row, new Float64Array(row.buffer), 0, this.hosts, names), row])
  }

  fold(mostInMemory?: number): Folded {
    return foldFlows(this as unknown as FlowLog, ORIGIN_NS, undefined, mostInMemory)
  }
}

function listed(list: ConversationList): Conversation[] {
  return Array.from({ length: list.count }, (_, number) => list.at(number))
}

async function folded(
  ...exchanges: readonly Exchange[]
): Promise<{ certain: readonly Conversation[]; observations: readonly Observation[] }> {
  const { certain, observations } = (await rowsOf(exchanges)).fold()
  return { certain: listed(certain), observations: [...observations] }
}

function exchange(name: keyof typeof SCRIPTS, clientPort: number, serverPort = 5061): Exchange {
  return { script: name, client: '10.0.0.41', server: '10.0.0.16', clientPort, serverPort, at: 0 }
}

describe('what flows add up to', () => {
  test('flows between the same ends and with the same service are one conversation, with a count for each outcome', async () => {
    const { certain, observations } = await folded(
      exchange('whole', 40_000),
      exchange('open', 40_001),
      exchange('refused', 40_002),
      exchange('unanswered', 40_003),
    )
    expect(observations).toEqual([])
    const ends = { transport: 'tcp', origAddress: '10.0.0.41', respAddress: '10.0.0.16', respPort: 5061 }
    const nothing = {
      ...ends,
      certain: true,
      basis: 'handshake',
      broadcast: 0,
      origCopies: 0,
      respCopies: 0,
      proof: 0,
      alert: undefined,
      claim: undefined,
      origCertificate: undefined,
      respCertificate: undefined,
      expired: 0,
      icmpError: undefined,
      icmpSender: undefined,
      firstNs: 0,
    }
    expect(certain.toSorted((a, b) => b.accepted - a.accepted)).toEqual([
      {
        ...nothing,
        service: 'unidentified',
        flows: 2,
        outcomes: { ...noOutcomes(), established: 2 },
        accepted: 2,
        origPackets: 5 + 3,
        respPackets: 3 + 2,
        origBytes: 200,
        respBytes: 910,
        origIpBytes: 8 * 40 + 200,
        respIpBytes: 5 * 40 + 910,
        lastNs: script(SCRIPTS.whole, exchange('whole', 40_000)).at(-1)?.ns,
      },
      {
        ...nothing,
        service: 'none',
        flows: 2,
        outcomes: { ...noOutcomes(), refused: 1, unanswered: 1 },
        accepted: 0,
        origPackets: 1 + 2,
        respPackets: 1,
        origBytes: 0,
        respBytes: 0,
        origIpBytes: 3 * 40,
        respIpBytes: 40,
        lastNs: expect.any(Number),
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
    const { certain } = await folded(exchange('midstream', 40_000), exchange('accepted', 40_001))
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

/** Writes evidence into the row of a flow, as an inspection would. */
function withEvidence(row: Int32Array, fields: Partial<RowEvidence>): Int32Array {
  const written = row.slice()
  const { service = 'none', opener = 0, alert, proof = 0, claim = 0, certificates = [0, 0] } = fields
  const isTcp = ((row[PROTOCOL] as number) & 0xff) === TCP
  const alertBits = alert === undefined || !isTcp ? 0 : EVIDENCE_ALERT | (alert << EVIDENCE_ALERT_SHIFT)
  written[EVIDENCE] = SERVICES.indexOf(service) | (opener << EVIDENCE_ORIGINATOR_SHIFT) | alertBits
  written[PROOF] = proof
  written[CLAIM] = claim
  written.set(certificates, CERTIFICATES)
  written[ICMP_ERROR] = fields.icmpError ?? 0
  written[ICMP_SENDER] = fields.icmpError ? (fields.icmpSender ?? 0) : 0
  written.set(fields.copies ?? [0, 0], COPIES)
  return written
}

interface RowEvidence {
  readonly service: Service
  /** 0 unknown, 1 the low side, 2 the high side. */
  readonly opener: 0 | 1 | 2
  readonly alert: number | undefined
  readonly proof: number
  /** Numbers of the log's texts and certificates; 0 for none. */
  readonly claim: number
  readonly certificates: readonly [number, number]
  /** Number in ICMP_ERRORS, and of a host. */
  readonly icmpError: number
  readonly icmpSender: number
  readonly copies: readonly [number, number]
}

/** The same log, each flow with the evidence of its place. */
function evidenced(log: FakeLog, evidence: readonly Partial<RowEvidence>[]): FakeLog {
  return new FakeLog(
    log.rows.map((row, index) => withEvidence(row, evidence[index] ?? {})),
    log.kept,
  )
}

describe('content as a basis of the direction', () => {
  test('proves who opened a flow whose handshake was not seen, of either transport', async () => {
    for (const name of ['midstream', 'asked', 'answer'] as const) {
      const log = await rowsOf([exchange(name, 40_000)])
      const [fromServer, fromClient] = ([1, 2] as const).map((opener) => evidenced(log, [{ opener }]).fold())
      // 10.0.0.16, the server, is the low end.
      expect(fromServer && listed(fromServer.certain)).toMatchObject([
        { origAddress: '10.0.0.16', respPort: 40_000, basis: 'content', certain: true },
      ])
      expect(fromClient && listed(fromClient.certain)).toMatchObject([
        { origAddress: '10.0.0.41', respPort: 5061, basis: 'content', certain: true },
      ])
      expect(fromClient?.observations.count).toBe(0)
    }
  })

  test('is weaker than the handshake', async () => {
    const log = await rowsOf([exchange('open', 40_000)])
    expect(listed(evidenced(log, [{ opener: 1 }]).fold().certain)).toMatchObject([
      { origAddress: '10.0.0.41', respPort: 5061, basis: 'handshake' },
    ])
  })

  test('is stronger than who listens elsewhere', async () => {
    const log = await rowsOf([exchange('midstream', 40_000), { ...exchange('open', 40_001), client: '10.0.0.40' }])
    const byRow = log.flows.map(([flow]) => (flow.syn ? {} : { opener: 1 as const }))
    const found = listed(evidenced(log, byRow).fold().certain).find(({ respAddress }) => respAddress === '10.0.0.41')
    expect(found).toMatchObject({ origAddress: '10.0.0.16', respPort: 40_000, basis: 'content' })
  })

  test('shows no listener: it says nothing of other flows', async () => {
    const log = await rowsOf([exchange('midstream', 40_000), { ...exchange('midstream', 40_001), client: '10.0.0.40' }])
    const { certain, observations } = evidenced(log, [{ opener: 2 }, {}]).fold()
    expect(certain.count).toBe(1)
    expect(observations.count).toBe(1)
  })

  test('is better than listener for a conversation with both', async () => {
    const log = await rowsOf([
      exchange('midstream', 40_000),
      exchange('midstream', 40_001),
      { ...exchange('open', 40_002), client: '10.0.0.40' },
    ])
    const byRow = log.flows.map(([flow]) => (flow.high.port === 40_001 ? { opener: 2 as const } : {}))
    const found = listed(evidenced(log, byRow).fold().certain).find(({ flows }) => flows === 2)
    expect(found).toMatchObject({ origAddress: '10.0.0.41', basis: 'content' })
  })

  test('is none towards a group address, from which nothing is ever sent', async () => {
    const log = await rowsOf([{ ...exchange('deaf', 5353, 5353), server: '224.0.0.251' }])
    // An announcement of multicast DNS: an answer that nobody asked for, which the group seems to have asked.
    const opener = log.flows[0]?.[0].low.address === '224.0.0.251' ? 1 : 2
    const { certain, observations } = evidenced(log, [{ service: 'dns', opener }]).fold()
    const sent = [...listed(certain), ...assumedConversations(observations, JUDGE.allows)]
    expect(sent).toMatchObject([{ origAddress: '10.0.0.41', respAddress: '224.0.0.251' }])
  })
})

describe('an ICMP error of a conversation', () => {
  async function seen(...errors: readonly Partial<RowEvidence>[]) {
    const attempts = errors.map((_, index) => exchange('unanswered', 40_000 + index))
    const { certain } = evidenced(await rowsOf(attempts), errors).fold()
    expect(certain.count).toBe(1)
    const { icmpError, icmpSender, outcomes } = certain.at(0)
    return { icmpError, icmpSender, outcomes }
  }

  // Hosts in the order of their numbers: both ends of the flows.
  const [first, second] = [0, 1]

  test('is the gravest of its flows, whichever came first', async () => {
    const refused = { icmpError: 2, icmpSender: first }
    const prohibited = { icmpError: 3, icmpSender: second }
    const wanted = await seen(prohibited, refused)
    expect(wanted).toMatchObject({ icmpError: 'prohibited', outcomes: { refused: 1, prohibited: 1, unanswered: 0 } })
    expect(await seen(refused, prohibited)).toEqual(wanted)
    expect((await seen({ icmpError: 1, icmpSender: first }, refused)).icmpError).toBe('port-unreachable')
  })

  test('is of equally grave ones that of the sender whose address comes first as text', async () => {
    for (const order of [
      [first, second],
      [second, first],
    ]) {
      const errors = order.map((icmpSender) => ({ icmpError: 3, icmpSender }))
      expect(await seen(...errors)).toMatchObject({ icmpError: 'prohibited', icmpSender: '10.0.0.16' })
    }
  })
})

describe('observations of flows with evidence', () => {
  test('are apart by service, and put the rest together', async () => {
    const later = (at: number) => ({ ...exchange('asked', 40_000), at })
    const log = await rowsOf([later(0), later(100), later(200)])
    const { observations } = evidenced(log, [
      { service: 'rtp', proof: 1, copies: [1, 2] },
      { service: 'stun', proof: 8 },
      { service: 'rtp', proof: 4, copies: [10, 20] },
    ]).fold()
    expect([...observations].sort((a, b) => a.flows - b.flows)).toMatchObject([
      { service: 'stun', flows: 1, proof: 8, lowCopies: 0 },
      { service: 'rtp', flows: 2, proof: 5, lowCopies: 11, highCopies: 22 },
    ])
  })

  test.each([
    ['nobody listens', 2, 'refused', 'highRefused'],
    ['prohibited', 3, 'prohibited', 'highProhibited'],
    ['the host cannot be reached', 1, 'unanswered', 'onlyHigh'],
  ] as const)('an ICMP error counts by who spoke: %s', async (_, icmpError, outcome, field) => {
    const log = evidenced(await rowsOf([exchange('deaf', 40_000)]), [{ icmpError }])
    const { observations } = log.fold()
    const counted = { onlyLow: 0, onlyHigh: 0, lowRefused: 0, highRefused: 0, lowProhibited: 0, highProhibited: 0 }
    expect([...observations]).toMatchObject([{ flows: 1, ...counted, [field]: 1, icmpError: ICMP_ERRORS[icmpError] }])
    expect(outcomeOf(log.flows[0]?.[0] as Flow, 'high')).toBe(outcome)
  })

  test('an answered flow stays established when an error comes later', async () => {
    const log = evidenced(await rowsOf([exchange('asked', 40_000)]), [{ icmpError: 2 }])
    expect([...log.fold().observations]).toMatchObject([
      { established: 1, highRefused: 0, icmpError: 'port-unreachable' },
    ])
  })

  test('a handshake that an alert ended failed, also midstream', async () => {
    const log = await rowsOf([exchange('midstream', 40_000), exchange('closing', 40_001)])
    const { observations } = evidenced(log, [{ alert: 48 }, { alert: 40 }]).fold()
    expect(
      [...observations].map(({ handshakeFailed, established, midstream }) => [
        handshakeFailed,
        established + midstream,
      ]),
    ).toEqual([
      [1, 0],
      [1, 0],
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

/** Texts and certificates that flows may present: those of a sample, and bytes that nobody can read. */
const TEXTS = ['dir01.contoso.local', 'a', 'b', 'a\x00', '\xff\xfe', 'zz'].map((text) => Buffer.from(text, 'latin1'))
const { log: sampleLog } = await observe(
  streamSet(Readable.from([readFileSync('captures/director.pcapng')]), 'sample').set,
  () => {},
)
sampleLog.close()
const CERTIFICATES_SEEN = [
  ...sampleLog.certificates.all().slice(0, 6),
  Uint8Array.of(0x30, 0x01, 0x00),
  Buffer.from('no'),
]

const few = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined, freq: 2 })
const presented = fc.integer({ min: 0, max: CERTIFICATES_SEEN.length })
const evidence = fc.record({
  service: fc.constantFrom('none', 'none', 'tls', 'mtls', 'ntp'),
  opener: fc.constantFrom(0, 0, 1, 2),
  alert: few(fc.constantFrom(0, 40, 48, 255)),
  proof: fc.nat({ max: 2 ** 19 - 1 }),
  claim: fc.nat({ max: TEXTS.length }),
  certificates: fc.tuple(presented, presented),
  icmpError: fc.nat({ max: 3 }),
  icmpSender: fc.nat({ max: 4 }),
  copies: fc.tuple(fc.nat({ max: 9 }), fc.nat({ max: 2 ** 31 - 1 })),
}) as fc.Arbitrary<RowEvidence>

/** A log of the exchanges with any evidence. */
async function anyLog(several: readonly Exchange[], evidences: readonly RowEvidence[]): Promise<FakeLog> {
  const log = await rowsOf(several)
  const texts = new ByteStrings()
  const certificates = new ByteStrings()
  for (const text of TEXTS) texts.add(text, text.length)
  for (const der of CERTIFICATES_SEEN) certificates.add(der, der.length)
  const hosts = Math.max(1, log.hosts.addresses().length / HOST_WORDS)
  const inHosts = evidences.map((each) => ({ ...each, icmpSender: each.icmpSender % hosts }))
  return evidenced(new FakeLog(log.rows, { hosts: log.hosts, texts, certificates }), inHosts)
}
const HOST_WORDS = 5

const logs = fc.tuple(exchanges, fc.array(evidence, { maxLength: 25, size: 'max' }))

describe('the order of the flows', () => {
  const inAnyOrder = (log: FakeLog) =>
    fc.sample(fc.shuffledSubarray([...log.rows], { minLength: log.rows.length }), { numRuns: 2, seed: 1 })

  interface Contents {
    readonly certain: readonly Conversation[]
    readonly assumed: readonly Conversation[]
    readonly observations: readonly Observation[]
    readonly flowTrust: FlowTrust
  }

  function contents(log: FakeLog, mostInMemory?: number): Contents {
    const { certain, observations, flowTrust, close } = log.fold(mostInMemory)
    const assumed = assumedConversations(observations, JUDGE.allows, mostInMemory)
    const byText = (a: object, b: object) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)
    const found = {
      certain: listed(certain).sort(byText),
      assumed: listed(assumed).sort(byText),
      observations: [...observations].sort(byText),
      flowTrust,
    }
    assumed.close()
    close()
    return found
  }

  test('does not matter to certain conversations, observations and assumed conversations', async () => {
    await fc.assert(
      fc.asyncProperty(logs, async ([several, evidences]) => {
        const log = await anyLog(several, evidences)
        const wanted = contents(log)
        for (const rows of inAnyOrder(log)) expect(contents(new FakeLog(rows, log.kept))).toEqual(wanted)
      }),
      { numRuns: 60 },
    )
  })

  test('nor does the order in which texts and certificates were met', async () => {
    await fc.assert(
      fc.asyncProperty(logs, async ([several, evidences]) => {
        const log = await anyLog(several, evidences)
        expect(contents(renumbered(log))).toEqual(contents(log))
      }),
      { numRuns: 30 },
    )
  })

  test('nor does it matter how many conversations and observations there is room for in memory', async () => {
    await fc.assert(
      fc.asyncProperty(logs, fc.integer({ min: 1, max: 8 }), async ([several, evidences], mostInMemory) => {
        const log = await anyLog(several, evidences)
        expect(contents(log, mostInMemory)).toEqual(contents(log))
      }),
      { numRuns: 60 },
    )
  })

  test.each([undefined, 2])('and what comes out is what adding the flows up one by one gives: %s', async (most) => {
    await fc.assert(
      fc.asyncProperty(logs, async ([several, evidences]) => {
        const log = await anyLog(several, evidences)
        const fold = log.fold(most)
        const model = new Map<string, readonly Oriented[]>()
        const unproven = new Map<string, readonly Flow[]>()
        for (const [flow, row] of log.flows) {
          const direction = fold.provenDirection(row, 0)
          if (direction) {
            const key = keyText(keyOf(flow, direction))
            model.set(key, [...(model.get(key) ?? []), { flow, direction }])
          } else {
            const key = JSON.stringify([unorientedOf(flow), flow.service])
            unproven.set(key, [...(unproven.get(key) ?? []), flow])
          }
        }
        const certain = listed(fold.certain)
        const wanted = new Map([...model].map(([key, flows]) => [key, summed(flows)]))
        expect(new Map(certain.map((one) => [keyText(one), one]))).toEqual(wanted)
        const observed = [...fold.observations].map(evidenceOfObservation)
        expect(new Map(observed)).toEqual(new Map([...unproven].map(([key, flows]) => [key, modelled(flows)])))
        for (const [, row] of log.flows) {
          const direction = fold.provenDirection(row, 0)
          if (direction === undefined) continue
          const entry = fold.certain.entryOf(row, 0, direction.originator)
          const [flow] = log.flows.find(([, other]) => other === row) as readonly [Flow, Int32Array]
          expect(keyText(certain[entry] as Conversation)).toBe(keyText(keyOf(flow, direction)))
        }
        for (const [index, one] of certain.entries()) {
          expect(one).toMatchObject(fold.certain.keyAt(index))
          expect(fold.certain.numberOf(one)).toBe(index)
        }
        const assumed = assumedConversations(fold.observations, JUDGE.allows, most)
        for (const [index, one] of listed(assumed).entries()) expect(assumed.numberOf(one)).toBe(index)
        assumed.close()
        fold.close()
      }),
      { numRuns: 60 },
    )
  })
})

/** The same flows, with the numbers that another order of meeting texts and certificates would have given. */
function renumbered({ rows, kept }: FakeLog): FakeLog {
  const texts = new ByteStrings()
  const certificates = new ByteStrings()
  const textNumbers = texts.numbersOf(kept.texts.all().toReversed())
  const certificateNumbers = certificates.numbersOf(kept.certificates.all().toReversed())
  const turned = (number: number, count: number) => (number === 0 ? 0 : count + 1 - number)
  const written = rows.map((row) => {
    const other = row.slice()
    other[CLAIM] = textNumbers[turned(row[CLAIM] as number, kept.texts.count)] as number
    for (const at of [CERTIFICATES, CERTIFICATES + 1]) {
      other[at] = certificateNumbers[turned(row[at] as number, kept.certificates.count)] as number
    }
    return other
  })
  return new FakeLog(written, { hosts: kept.hosts, texts, certificates })
}

interface Oriented {
  readonly flow: Flow
  readonly direction: Direction
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0)
const defined = <Value>(values: readonly (Value | undefined)[]): readonly Value[] =>
  values.filter((value) => value !== undefined)

/** Of several certificates the one that is valid from the latest time on, then that of the first fingerprint. */
function newest(certificates: readonly (Certificate | undefined)[]): Certificate | undefined {
  const [first] = defined(certificates).toSorted((a, b) => {
    return (b.notBefore ?? 0) - (a.notBefore ?? 0) || (a.fingerprint < b.fingerprint ? -1 : 1)
  })
  return first
}

const isValidAt = (certificate: Certificate | undefined, ms: number): boolean =>
  certificate === undefined || ms <= (certificate.notAfter ?? Infinity)

/** What several flows show together, whatever their direction. */
function shownBy(flows: readonly Flow[]) {
  const gravity = (flow: Flow) => ICMP_ERRORS.indexOf(flow.icmpError)
  const gravest = Math.max(...flows.map(gravity))
  const senders = defined(flows.filter((flow) => gravity(flow) === gravest).map(({ icmpSender }) => icmpSender))
  const invalid = flows.filter(({ low, high, startNs }) => {
    const ms = Number(ORIGIN_NS / 1_000_000n) + startNs / 1e6
    return !isValidAt(low.certificate, ms) || !isValidAt(high.certificate, ms)
  })
  return {
    flows: flows.length,
    broadcast: flows.filter(({ broadcast }) => broadcast).length,
    proof: flows.reduce((bits, flow) => bits | flow.proof, 0),
    alert: defined(flows.map(({ alert }) => alert)).toSorted((a, b) => a - b)[0],
    claim: defined(flows.map(({ claim }) => claim)).toSorted()[0],
    expired: invalid.length,
    icmpError: ICMP_ERRORS[gravest],
    icmpSender: gravest === 0 ? undefined : senders.toSorted()[0],
    firstNs: Math.min(...flows.map(({ startNs }) => startNs)),
    lastNs: Math.max(...flows.map(({ lastNs }) => lastNs)),
  }
}

function summed(oriented: readonly Oriented[]): Conversation {
  const [one] = oriented as readonly [Oriented, ...Oriented[]]
  const origs = oriented.map(({ flow, direction }) => flow[direction.originator])
  const resps = oriented.map(({ flow, direction }) => flow[direction.originator === 'low' ? 'high' : 'low'])
  const outcomes = noOutcomes()
  for (const { flow, direction } of oriented) outcomes[outcomeOf(flow, direction.originator)] += 1
  return {
    ...keyOf(one.flow, one.direction),
    ...shownBy(oriented.map(({ flow }) => flow)),
    basis: oriented.map(({ direction }) => direction.basis).reduce(betterBasis),
    outcomes,
    accepted: oriented.filter(({ flow }) => flow.accepted).length,
    origPackets: sum(origs.map(({ packets }) => packets)),
    respPackets: sum(resps.map(({ packets }) => packets)),
    origBytes: sum(origs.map(({ bytes }) => bytes)),
    respBytes: sum(resps.map(({ bytes }) => bytes)),
    origIpBytes: sum(origs.map(({ ipBytes }) => ipBytes)),
    respIpBytes: sum(resps.map(({ ipBytes }) => ipBytes)),
    origCopies: sum(origs.map(({ copies }) => copies)),
    respCopies: sum(resps.map(({ copies }) => copies)),
    origCertificate: newest(origs.map(({ certificate }) => certificate)),
    respCertificate: newest(resps.map(({ certificate }) => certificate)),
  }
}

/** What an observation says, with its outcomes as they would be counted from either end. */
function evidenceOfObservation(seen: Observation): readonly [string, object] {
  const { transport, lowAddress, lowPort, highAddress, highPort, first, service, ...rest } = seen
  const { established, midstream, handshakeFailed, onlyLow, onlyHigh, ...others } = rest
  const { lowRefused, lowProhibited, highRefused, highProhibited, ...sums } = others
  const common = { established, midstream, 'handshake-failed': handshakeFailed }
  const fromLow = { ...noOutcomes(), ...common, unanswered: onlyLow, refused: lowRefused, prohibited: lowProhibited }
  const fromHigh = {
    ...noOutcomes(),
    ...common,
    unanswered: onlyHigh,
    refused: highRefused,
    prohibited: highProhibited,
  }
  fromLow['one-sided'] = onlyHigh + highRefused + highProhibited
  fromHigh['one-sided'] = onlyLow + lowRefused + lowProhibited
  const pair = { transport, lowAddress, lowPort, highAddress, highPort, first }
  return [JSON.stringify([pair, service]), { ...sums, fromLow, fromHigh }]
}

function modelled(flows: readonly Flow[]): object {
  const outcomes = { low: noOutcomes(), high: noOutcomes() }
  for (const flow of flows) {
    outcomes.low[outcomeOf(flow, 'low')] += 1
    outcomes.high[outcomeOf(flow, 'high')] += 1
  }
  const of = (end: End, field: 'packets' | 'bytes' | 'ipBytes' | 'copies') => sum(flows.map((flow) => flow[end][field]))
  return {
    ...shownBy(flows),
    lowPackets: of('low', 'packets'),
    highPackets: of('high', 'packets'),
    lowBytes: of('low', 'bytes'),
    highBytes: of('high', 'bytes'),
    lowIpBytes: of('low', 'ipBytes'),
    highIpBytes: of('high', 'ipBytes'),
    lowCopies: of('low', 'copies'),
    highCopies: of('high', 'copies'),
    lowCertificate: newest(flows.map(({ low }) => low.certificate)),
    highCertificate: newest(flows.map(({ high }) => high.certificate)),
    fromLow: outcomes.low,
    fromHigh: outcomes.high,
  }
}
