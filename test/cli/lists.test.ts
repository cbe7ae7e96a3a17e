import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseAddress } from '../../src/inventory/address.ts'
import { CONVERSATION_SORTS, FLOW_SORTS } from '../../src/store/read-rows.ts'
import { sample } from '../support/analysis.ts'
import { portolan, rowsOf, shown, temporaryFolder } from './portolan.ts'

interface Listed {
  readonly [name: string]: unknown
  readonly id: string
  readonly capture: string
  readonly proto: string
  readonly orig_addr: string
  readonly resp_addr: string
  readonly resp_port: number | null
  readonly orig_name: string | null
  readonly resp_name: string | null
  readonly orig_roles: readonly string[]
  readonly resp_roles: readonly string[]
  readonly verdict: string
  readonly reason: string | null
  readonly rule: string | null
}

interface ListedFlow extends Listed {
  readonly start: string
  readonly end: string
  readonly outcome: string
  readonly conversation: string
}

interface ListedConversation extends Listed {
  readonly first: string
  readonly last: string
  readonly health: string | null
  readonly refused: number
  readonly unanswered: number
}

const folder = temporaryFolder()
const db = folder.path('two.db')
let flows: readonly ListedFlow[] = []
let conversations: readonly ListedConversation[] = []

beforeAll(async () => {
  const inventory = ['-i', sample('edge.yaml'), '-d', db]
  await shown(['analyze', sample('director.pcapng'), sample('edge.pcap'), '--keep', 'all', ...inventory])
  flows = await rowsOf(['flows', '-d', db])
  conversations = await rowsOf(['conversations', '-d', db])
})
afterAll(folder.remove)

const flowsOf = (...filters: readonly string[]) => rowsOf<ListedFlow>(['flows', '-d', db, ...filters])
const conversationsOf = (...filters: readonly string[]) =>
  rowsOf<ListedConversation>(['conversations', '-d', db, ...filters])

describe('a flow for programs', () => {
  it('has the fields of the stable interface, in their order', () => {
    const names = `id capture proto orig_addr orig_port resp_addr resp_port orig_name resp_name orig_roles resp_roles start
      end duration orig_packets resp_packets orig_bytes resp_bytes orig_ip_bytes resp_ip_bytes conn_state history outcome
      direction_basis service evidence verdict rule reason nearest_rule remarks orig_copies resp_copies fragments
      community_id conversation encapsulation proof alert orig_presents resp_presents icmp_error icmp_sender
      process_id`
    for (const flow of flows) expect(Object.keys(flow)).toEqual(names.split(/\s+/))
  })

  it('names its conversation', () => {
    const ids = new Set(conversations.map(({ id }) => id))
    expect(flows.length).toBeGreaterThan(100)
    for (const { id, conversation } of flows) {
      expect(id).toMatch(/^f[0-9a-z]{10}$/)
      expect(ids).toContain(conversation)
    }
  })

  it('has exact times in UTC and a duration in seconds', async () => {
    for (const { start, end, duration } of flows) {
      expect([start, end].join()).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z,\d{4}.*\.\d{9}Z$/)
      expect(duration).toBe(Number(nanoseconds(end) - nanoseconds(start)) / 1e9)
    }
  })

  it('has no port where its transport has none', () => {
    const portless = flows.filter(({ proto }) => proto !== 'tcp' && proto !== 'udp')
    expect(portless.length).toBeGreaterThan(0)
    for (const { orig_port, resp_port } of portless) expect([orig_port, resp_port]).toEqual([null, null])
  })

  it('is the same in every format', async () => {
    const ndjson = await shown(['flows', '-d', db, '--format', 'ndjson'])
    const rows = ndjson.trimEnd().split('\n')
    expect(rows.map((line) => JSON.parse(line))).toEqual(flows)
    const csv = await shown(['flows', '-d', db, '--format', 'csv'])
    expect(csv.trimEnd().split('\n')).toHaveLength(flows.length + 1)
  })
})

function nanoseconds(time: string): bigint {
  return BigInt(Date.parse(`${time.slice(0, 19)}Z`)) * 1_000_000n + BigInt(time.slice(20, 29))
}

describe('a list', () => {
  it('is in one order: oldest first, then by what it is', () => {
    const keys = flows.map((flow) => [flow.start, flow.orig_addr, String(flow['orig_port']).padStart(5)].join(' '))
    expect(keys).toEqual([...keys].sort())
    expect(new Set(flows.map(({ id }) => id)).size).toBe(flows.length)
    expect(conversations.map(({ first }) => first)).toEqual(conversations.map(({ first }) => first).sort())
  })

  it.each(FLOW_SORTS)('of flows can be sorted by %s, both ways', async (sort) => {
    const up = (await flowsOf('--sort', sort)).map((flow) => flow[sort])
    const down = (await flowsOf('--sort', `${sort}:desc`)).map((flow) => flow[sort])
    expectAscending(up)
    expectAscending(withoutNulls(down).reverse())
  })

  it.each(CONVERSATION_SORTS)('of conversations can be sorted by %s', async (sort) => {
    expectAscending((await conversationsOf('--sort', sort)).map((row) => row[sort]))
  })

  it('shows as many rows as asked for, and says how many there are', async () => {
    expect(await flowsOf('--limit', '3')).toEqual(flows.slice(0, 3))
    const table = await shown(['flows', '-d', db, '--limit', '3'])
    expect(table).toMatch(/\n\n3 of \d+ shown; --limit all shows everything\.\n$/)
    const all = await shown(['flows', '-d', db, '--limit', 'all'])
    expect(all.split('\n')).toHaveLength(flows.length + 3)
  })

  it('stops a table after 100 rows, and nothing else', async () => {
    expect(flows.length).toBeGreaterThan(100)
    const table = await shown(['flows', '-d', db])
    expect(table).toContain(`\n\n100 of ${flows.length} shown; --limit all shows everything.\n`)
  })

  it('says so where nothing meets the filters', async () => {
    expect(await shown(['conversations', '-d', db, '--port', '9'])).toBe('No conversation meets this.\n')
    expect(await shown(['conversations', '-d', db, '--port', '9', '--format', 'json'])).toBe('[]\n')
  })

  it('calls an address that nobody listed as the traffic does, and says where it says so', async () => {
    const [row] = await conversationsOf('--host', '10.0.0.77')
    expect(row).toMatchObject({
      resp_name: null,
      resp_presents: 'dns backup01.contoso.local',
      reason: expect.any(String),
    })
    const table = await shown(['conversations', '-d', db, '--host', '10.0.0.77'])
    expect(table).toContain('(DNS name backup01.contoso.local) 10.0.0.77  ')
  })

  it('has the evidence and the sentence behind it on every flow', () => {
    for (const { service, evidence, proof, verdict } of flows) {
      if (service !== 'none') expect(proof).not.toBe('')
      if (verdict === 'expected') expect(evidence).not.toBe('contradicted')
      if (verdict === 'out-of-scope') expect(evidence).toBe('unknown')
    }
    const mismatches = flows.filter(({ reason }) => reason === 'protocol-mismatch')
    expect(mismatches.length).toBeGreaterThan(5)
    for (const { evidence } of mismatches) expect(evidence).toBe('contradicted')
  })

  it('tells an ICMP error with its sender, and the alert that ended a handshake', () => {
    const failed = flows.filter(({ outcome }) => outcome === 'handshake-failed')
    expect(new Set(failed.map(({ alert }) => alert))).toContain('unknown CA')
    for (const { alert, proof } of failed) expect(proof).toContain(`the alert "${String(alert)}"`)
    const prohibited = flows.filter(({ outcome }) => outcome === 'prohibited')
    expect(prohibited.length).toBeGreaterThan(0)
    for (const { icmp_error, icmp_sender, proof } of prohibited) {
      expect(icmp_error).toBe('prohibited')
      expect(proof).toContain(`${String(icmp_sender)} says that it is prohibited`)
    }
  })

  it('of flows says which flows were kept', async () => {
    const kept = folder.path('findings.db')
    await shown(['analyze', sample('edge.pcap'), '-i', sample('edge.yaml'), '-d', kept])
    expect(await shown(['flows', '-d', kept])).toMatch(/\n\nOnly flows of findings were kept; [^\n]*\n$/)
    expect(await shown(['flows', '-d', db])).not.toContain('Only flows of findings')
  })
})

function withoutNulls(values: readonly unknown[]): unknown[] {
  return values.filter((value) => value !== null)
}

/** Nothing comes last; text is ordered by its bytes, as SQLite does. */
function expectAscending(values: readonly unknown[]): void {
  const present = withoutNulls(values)
  expect(values.slice(0, present.length)).toEqual(present)
  const sorted = [...present].sort((left, right) => {
    const [a, b] = typeof left === 'number' ? [left, right as number] : [String(left), String(right)]
    return a < b ? -1 : a > b ? 1 : 0
  })
  expect(present).toEqual(sorted)
}

describe('a filter lets through what it says and nothing else', () => {
  const either = ({ orig_addr, resp_addr }: Listed, meets: (address: string) => boolean) =>
    meets(orig_addr) || meets(resp_addr)
  const isNamed = ({ orig_name, resp_name }: Listed, name: string) => orig_name === name || resp_name === name
  const hasRole = ({ orig_roles, resp_roles }: Listed, role: string) =>
    orig_roles.includes(role) || resp_roles.includes(role)
  const isV6 = (address: string) => address.startsWith('2001:db8:10:')
  const inRange = (address: string) => {
    const point = parseAddress(address)
    return (
      point !== undefined && point >= (parseAddress('10.0.0.40') ?? 0n) && point <= (parseAddress('10.0.0.44') ?? 0n)
    )
  }

  const CASES: readonly (readonly [filters: readonly string[], meets: (row: Listed) => boolean])[] = [
    [['--verdict', 'unexpected'], ({ verdict }) => verdict === 'unexpected'],
    [['--verdict', 'unexpected', '--verdict', 'out-of-scope'], ({ verdict }) => verdict !== 'expected'],
    [['--reason', 'wrong-port'], ({ reason }) => reason === 'wrong-port'],
    [['--rule', 'director-edge-5061'], ({ rule }) => rule === 'director-edge-5061'],
    [['--role', 'front-end'], (row) => hasRole(row, 'front-end')],
    [['--role', 'edge-av', '--role', 'edge-webconf'], (row) => hasRole(row, 'edge-av') || hasRole(row, 'edge-webconf')],
    [['--host', '10.0.0.40'], (row) => either(row, (address) => address === '10.0.0.40')],
    [['--host', '10.1.0.0/16'], (row) => either(row, (address) => address.startsWith('10.1.'))],
    [['--host', '10.0.0.40-10.0.0.44'], (row) => either(row, inRange)],
    [['--host', '2001:DB8:10::/48'], (row) => either(row, isV6)],
    [['--host', 'DIR01.contoso.local'], (row) => isNamed(row, 'dir01.contoso.local')],
    [['--host', 'dir01'], (row) => isNamed(row, 'dir01.contoso.local')],
    [
      ['--host', 'Seoul clients', '--host', '10.0.0.50'],
      (row) => isNamed(row, 'Seoul clients') || either(row, (address) => address === '10.0.0.50'),
    ],
    [['--port', '5061'], ({ resp_port }) => resp_port === 5061],
    [['--port', '50000-59999', '--port', '443'], ({ resp_port }) => resp_port === 443 || (resp_port ?? 0) >= 50_000],
    [['--port', '0-65535'], ({ resp_port }) => resp_port !== null],
    [['--capture', 'captures/edge'], ({ capture }) => capture === 'captures/edge'],
    [
      ['--role', 'director', '--port', '443', '--verdict', 'expected'],
      (row) => hasRole(row, 'director') && row.resp_port === 443 && row.verdict === 'expected',
    ],
  ]

  it.each(CASES)('%j', async (filters, meets) => {
    const expectedFlows = flows.filter(meets)
    expect(expectedFlows.length).toBeGreaterThan(0)
    expect(await flowsOf(...filters)).toEqual(expectedFlows)
    expect(await conversationsOf(...filters)).toEqual(conversations.filter(meets))
  })

  it('--outcome, of a flow; of a conversation where one of its flows has it', async () => {
    expect(await flowsOf('--outcome', 'refused')).toEqual(flows.filter(({ outcome }) => outcome === 'refused'))
    const either = ['--outcome', 'refused', '--outcome', 'unanswered']
    expect(await conversationsOf(...either)).toEqual(
      conversations.filter((row) => row.refused > 0 || row.unanswered > 0),
    )
  })

  it('--findings', async () => {
    const findings = conversations.filter(({ verdict, health }) => verdict === 'unexpected' || health === 'broken')
    expect(await conversationsOf('--findings')).toEqual(findings)
    const ids = new Set(findings.map(({ id }) => id))
    expect(await flowsOf('--findings')).toEqual(flows.filter(({ conversation }) => ids.has(conversation)))
  })

  it('--since and --until, to the nanosecond', async () => {
    const middle = flows[Math.floor(flows.length / 2)]?.start ?? ''
    expect(await flowsOf('--since', middle)).toEqual(flows.filter(({ end }) => end >= middle))
    expect(await flowsOf('--until', middle)).toEqual(flows.filter(({ start }) => start < middle))
    expect(await conversationsOf('--since', middle)).toEqual(conversations.filter(({ last }) => last >= middle))
    expect(await conversationsOf('--until', middle)).toEqual(conversations.filter(({ first }) => first < middle))
  })
})

describe('a filter that cannot be', () => {
  it.each([
    [['--verdict', 'unexpectd'], "--verdict 'unexpectd' is not known; did you mean 'unexpected'?"],
    [['--reason', 'wrong-prt'], "--reason 'wrong-prt' is not known; did you mean 'wrong-port'?"],
    [['--outcome', 'rejected'], "--outcome 'rejected' is not known; wanted established, handshake-failed, refused"],
    [['--role', 'directer'], "--role 'directer' is not known; did you mean 'director'?"],
    [['--role', 'x'], "--role 'x' is not known; 'portolan inventory --help' lists the roles"],
    [['--rule', 'director-edge-506'], "--rule 'director-edge-506' is not known; did you mean 'director-edge-5061'?"],
    [
      ['--host', 'dir02.contoso.local'],
      "--host 'dir02.contoso.local' is not known; did you mean 'dir01.contoso.local'?",
    ],
    [['--host', '10.0.0.300'], "--host '10.0.0.300' is not an IP address, network or range: 300 is above 255"],
    [['--host', '10.0.0.5/24'], "--host '10.0.0.5/24' is not the first address of a /24 network; did you mean"],
    [['--host', 'nobody'], "--host 'nobody' is not known; it is no address, and no name of the inventory"],
    [['--port', '70000'], "--port '70000' is not a port from 0 to 65535"],
    [['--port', '9-5'], "--port '9-5' is not a port"],
    [['--since', 'yesterday'], "--since 'yesterday' is not a time; wanted ISO 8601"],
    [['--capture', 'captures/edg'], "--capture 'captures/edg' is not known; did you mean 'captures/edge'?"],
    [['--sort', 'strt'], "--sort 'strt' is not known; did you mean 'start'?"],
    [['--sort', 'start:up'], "--sort direction 'up' is not known; wanted asc or desc"],
    [['--limit', '0'], "--limit '0' is not a whole number above 0"],
    [['--format', 'xml'], "--format 'xml' is not known; wanted table, json, ndjson or csv"],
  ])('%j is refused with one sentence', async (filters, sentence) => {
    const { code, out, err } = await portolan(['flows', '-d', db, ...filters])
    expect([code, out]).toEqual([2, ''])
    expect(err.startsWith(sentence)).toBe(true)
    expect(err.split('\n')).toHaveLength(2)
  })
})
