import { existsSync, renameSync, rmSync } from 'node:fs'
import type { Service } from '../../src/evidence/service.ts'
import type { FlowEnd } from '../../src/flow/flow.ts'
import { parseInventory } from '../../src/inventory/read.ts'
import { type Conversation, keyText, noOutcomes } from '../../src/judge/conversation.ts'
import { createJudge } from '../../src/judge/judge.ts'
import { isFinding, type Judged, judgeAll, listOf } from '../../src/judge/judge-all.ts'
import { OUTCOMES } from '../../src/judge/outcome.ts'
import { DEFAULT_RULES, selectRules } from '../../src/rules/pack.ts'
import { writeJudgedBy } from '../../src/store/judged-by.ts'
import { type Database, openToWrite } from '../../src/store/open.ts'
import { createRowWriter, inIdOrder, type KeptFlow, writeCapture } from '../../src/store/write.ts'
import { createRandom, type Random } from './traffic/random.ts'

/*
 * A database of many rows, as if several capture points had been recorded for days: what is asked of it is what
 * queries.ts times. Seeded: the same rows every time.
 */

/** Conversations and kept flows, of all capture points together. */
export interface Rows {
  readonly conversations: number
  readonly flows: number
}

const SEED = 1
/** The share of the rows that each capture point has. */
const POINTS = [
  ['dir01/monday', 0.4],
  ['dir01/tuesday', 0.3],
  ['edge01/monday', 0.2],
  ['fe01/monday', 0.1],
] as const

const ORIGIN_NS = 1_769_817_600_000_000_000n
const DAY_NS = 86_400e9

const INVENTORY = `endpoints:
  - { name: dir01.contoso.local, address: 10.0.0.16, role: director }
  - { name: dir02.contoso.local, address: 10.0.0.17, role: director }
  - { name: dc.contoso.local, address: [10.0.0.10-10.0.0.11], role: [domain-controller, dns-server] }
  - { name: edge.contoso.local, address: [10.0.0.20-10.0.0.21], role: edge-internal }
  - { name: proxy.contoso.local, address: [10.0.0.30-10.0.0.31], role: reverse-proxy-internal }
  - { name: fepool.contoso.local, address: [10.0.0.40-10.0.0.43], role: front-end }
  - { name: sql.contoso.local, address: 10.0.0.60, role: sql-backend }
  - { name: Seoul clients, address: 10.16.0.0/13, role: client-internal }
  - { name: Busan clients, address: 10.24.0.0/13, role: client-internal }
`

const DIRECTORS = ['10.0.0.16', '10.0.0.17']
const CONTROLLERS = ['10.0.0.10', '10.0.0.11']
const POOL = ['10.0.0.40', '10.0.0.41', '10.0.0.42', '10.0.0.43']
const SERVERS = [...DIRECTORS, ...CONTROLLERS, ...POOL, '10.0.0.20', '10.0.0.30', '10.0.0.60']
const CLIENTS = 40_000
const STRANGERS = 3000

interface Asked {
  /** How often, of a hundred. */
  readonly share: number
  readonly transport: 'tcp' | 'udp'
  readonly port: number
  /** The proofs that one sees there. */
  readonly services: readonly Service[]
  readonly servers: readonly string[]
}

const ASKED: readonly Asked[] = [
  { share: 35, transport: 'tcp', port: 5061, services: ['tls', 'mtls', 'tls13', 'none'], servers: DIRECTORS },
  { share: 25, transport: 'tcp', port: 443, services: ['tls', 'tls-resumed', 'none'], servers: DIRECTORS },
  { share: 10, transport: 'tcp', port: 5061, services: ['tls', 'mtls', 'none'], servers: POOL },
  { share: 10, transport: 'tcp', port: 443, services: ['tls', 'none'], servers: POOL },
  { share: 5, transport: 'tcp', port: 80, services: ['http', 'none'], servers: DIRECTORS },
  { share: 5, transport: 'tcp', port: 88, services: ['kerberos', 'none'], servers: CONTROLLERS },
  { share: 5, transport: 'udp', port: 53, services: ['dns', 'none'], servers: CONTROLLERS },
  { share: 3, transport: 'tcp', port: 389, services: ['ldap', 'none'], servers: CONTROLLERS },
  { share: 2, transport: 'tcp', port: 1433, services: ['tds', 'none'], servers: SERVERS },
]

/** The database in the file, which is kept once it was made. */
export function databaseOf(path: string, rows: Rows): string {
  if (existsSync(path)) return path
  const unfinished = `${path}.unfinished`
  rmSync(unfinished, { force: true })
  const db = openToWrite(unfinished)
  const inventory = parseInventory(Buffer.from(INVENTORY), 'inventory.yaml')
  const rules = selectRules(DEFAULT_RULES, 'full')
  const judge = createJudge(inventory, rules)
  for (const [index, [point, share]] of POINTS.entries()) {
    const random = createRandom(SEED + index)
    const conversations = conversationsOf(random, Math.round(rows.conversations * share))
    const judged = judgeAll(judge, listOf(conversations), [])
    db.transaction(() => writePoint(db, point, judged, Math.round(rows.flows * share), random)).immediate()
  }
  writeJudgedBy(db, { inventory, inventoryFile: 'inventory.yaml', rules })
  db.close()
  renameSync(unfinished, path)
  return path
}

function conversationsOf(random: Random, count: number): readonly Conversation[] {
  const made = new Map<string, Conversation>()
  while (made.size < count) {
    const one = conversationOf(random)
    made.set(keyText(one), one)
  }
  return [...made.values()]
}

function conversationOf(random: Random): Conversation {
  const isWild = random.below(100) < 3
  const { port, transport, services, servers } = askedOf(random)
  const flows = 1 + Math.floor(random.exponential(2))
  const firstNs = random.below(2 ** 32) * (DAY_NS / 2 ** 32)
  const [origPackets, respPackets] = [flows * (3 + random.below(40)), flows * (2 + random.below(40))]
  const [origBytes, respBytes] = [Math.floor(random.exponential(4000)), Math.floor(random.exponential(20_000))]
  const outcome = random.below(100) < 92 ? 'established' : (OUTCOMES[random.below(OUTCOMES.length)] ?? 'established')
  const failed = outcome === 'established' ? 0 : 1 + random.below(flows)
  const service = services[random.below(services.length)] ?? 'none'
  return {
    transport,
    origAddress: originatorOf(random),
    respAddress: servers[random.below(servers.length)] ?? '',
    respPort: isWild ? 1024 + random.below(60_000) : port,
    service,
    certain: true,
    basis: 'handshake',
    flows,
    outcomes: { ...noOutcomes(), established: flows - failed, ...(failed > 0 ? { [outcome]: failed } : {}) },
    accepted: flows - failed,
    broadcast: 0,
    origPackets,
    respPackets,
    origBytes,
    respBytes,
    origIpBytes: origBytes + 40 * origPackets,
    respIpBytes: respBytes + 40 * respPackets,
    origCopies: 0,
    respCopies: 0,
    proof: 0,
    alert: outcome === 'handshake-failed' ? 40 + random.below(9) : undefined,
    claim: service === 'tls' ? 'dir01.contoso.local' : undefined,
    origCertificate: undefined,
    respCertificate: undefined,
    expired: 0,
    icmpError: undefined,
    icmpSender: undefined,
    firstNs: Math.round(firstNs),
    lastNs: Math.round(firstNs + random.exponential(600e9)),
  }
}

function askedOf(random: Random): Asked {
  const place = random.below(100)
  let sum = 0
  for (const asked of ASKED) {
    sum += asked.share
    if (place < sum) return asked
  }
  throw new Error('the shares do not add up to 100')
}

function originatorOf(random: Random): string {
  const kind = random.below(100)
  if (kind < 10) return SERVERS[random.below(SERVERS.length)] ?? ''
  const number = random.below(kind < 13 ? STRANGERS : CLIENTS)
  const [high, low] = [number >> 8, number & 0xff]
  return kind < 13 ? `172.20.${high}.${low}` : `10.${16 + (high >> 4)}.${(high & 15) * 16}.${low}`
}

function writePoint(db: Database, point: string, judged: Judged, flows: number, random: Random): void {
  const capture = writeCapture(db, {
    point,
    folder: `/captures/${point}`,
    files: [{ path: `${point}.pcap`, identity: point, damage: undefined }],
    formats: ['pcap'],
    linkTypes: ['ethernet'],
    records: 20 * judged.order.length,
    packets: 20 * judged.order.length,
    bytes: 12_000 * judged.order.length,
    flows: 3 * judged.order.length,
    anomalies: new Map(),
    originNs: ORIGIN_NS,
    resolutionNs: 1000,
    firstNs: 0,
    lastNs: DAY_NS,
    keep: 'findings',
    interfaceAddresses: [],
    trust: {
      tcpFlows: 3 * judged.order.length,
      midstreamFlows: 0,
      oneSidedFlows: 0,
      tcpBytes: 1,
      missingBytes: 0,
      records: 1,
      cutRecords: 0,
      backwardRecords: 0,
      droppedPackets: null,
      damagedFiles: 0,
    },
  })
  const writer = createRowWriter(db, capture)
  const findings: { readonly conversation: Conversation; readonly id: number }[] = []
  for (const number of inIdOrder(capture, judged)) {
    const conversation = judged.conversations.at(number)
    const id = writer.conversation(conversation, judged.judgements[number]!, judged.healths[number]!)
    if (isFinding(judged, number)) findings.push({ conversation, id })
  }
  writer.finish()
  writer.flows(keptFlows(findings, flows, random))
}

function* keptFlows(
  findings: readonly { readonly conversation: Conversation; readonly id: number }[],
  count: number,
  random: Random,
): Generator<KeptFlow> {
  for (let flow = 0; flow < count; flow += 1) {
    const { conversation, id } = findings[flow % findings.length]!
    const startNs = conversation.firstNs + random.below(1000) * 1000
    const end = (address: string, port: number): FlowEnd => ({
      address,
      port,
      packets: 3 + random.below(40),
      bytes: random.below(20_000),
      ipBytes: 20_000 + random.below(2000),
      state: 5,
      copies: 0,
      certificate: undefined,
    })
    const accepted = random.below(10) > 0
    yield {
      flow: {
        transport: conversation.transport,
        low: end(conversation.origAddress, 1024 + random.below(60_000)),
        high: end(conversation.respAddress, conversation.respPort),
        startNs,
        lastNs: startNs + Math.round(random.exponential(60e9)),
        opener: 'low',
        first: 'low',
        syn: true,
        accepted,
        beyondSyn: accepted,
        broadcast: false,
        service: conversation.service,
        contentOpener: undefined,
        proof: 0,
        alert: undefined,
        claim: conversation.claim,
        pathFamily: 0,
        fragments: 0,
        encapsulation: [],
        icmpError: undefined,
        icmpSender: undefined,
        processId: undefined,
      },
      direction: { originator: 'low', basis: 'handshake' },
      history: accepted ? 'ShADadFf' : 'S',
      conversation: id,
    }
  }
}
