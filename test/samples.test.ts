import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { DIRECTION_BASES } from '../src/judge/direction.ts'
import { findRule } from '../src/rules/pack.ts'
import { analyzed, emptyDatabase, type Row, rowsOf, sample, sampleInventory } from './support/analysis.ts'

/** What a row of README's tables says of one flow. */
interface Meant {
  readonly number: number
  readonly ends: string
  readonly outcome: string
  readonly verdict: string
  /** A row of the port tables, a pack, or a reason. */
  readonly by: string
  readonly nearest: string | undefined
  readonly unusual: boolean
  /** Any of them will do; empty where README does not say. */
  readonly bases: readonly string[]
  /** Empty where README does not say. */
  readonly service: string
  readonly evidence: string
  /** What the names and dates of a certificate call for. */
  readonly certificateRemarks: string
  /** Those of originator and responder, `8 + 7`; only the table of duplicated.pcapng has them. */
  readonly packets: string
  readonly copies: string
  readonly retransmits: boolean
}

const CERTIFICATE_REMARKS = ['name-differs', 'certificate-expired']

const README = readFileSync(sample('README.md'), 'utf8')

function meantOf(capture: string): readonly Meant[] {
  const text = README.split(`<!-- flows of ${capture} -->`)[1]?.split(`<!-- end of ${capture} -->`)[0] ?? ''
  const [heads = [], , ...rows] = text.split('\n').flatMap((line) => (line.startsWith('|') ? [cellsOf(line)] : []))
  return rows.map((cells) => meantIn((head) => cells[heads.indexOf(head)] ?? ''))
}

function cellsOf(line: string): readonly string[] {
  return line.split('|').map((cell) => cell.trim())
}

function meantIn(cell: (head: string) => string): Meant {
  const [transport, responderPort] = cell('port').replace('icmp echo', 'icmp 0').split(' ')
  const shows = cell('what it shows')
  return {
    number: Number(cell('#')),
    ends: `${transport} ${address(cell('originator'))} ${address(cell('responder'))} ${responderPort}`,
    outcome: cell('outcome'),
    verdict: cell('verdict'),
    by: cell('rule row or reason').replaceAll('`', ''),
    nearest: /nearest: `([^`]+)`/.exec(shows)?.[1],
    unusual: shows.includes('unusual source'),
    bases: basesOf(shows),
    service: cell('service'),
    evidence: cell('evidence'),
    certificateRemarks: CERTIFICATE_REMARKS.filter((remark) => shows.includes(`remark \`${remark}\``)).join(),
    packets: cell('packets'),
    copies: cell('copies'),
    retransmits: shows.includes('retransmission'),
  }
}

/** `edge internal 10.0.0.20` is the address with its name in front. */
function address(cell: string): string {
  return cell.slice(cell.lastIndexOf(' ') + 1)
}

/** `direction by listener, or by rules where nothing shows who listens` is one or the other. */
function basesOf(shows: string): readonly string[] {
  const said = /direction by (.*)$/
    .exec(shows)?.[1]
    ?.replace('the first packet', 'first-packet')
    .replace('port order', 'port-order')
  return DIRECTION_BASES.filter((basis) => said?.includes(basis))
}

/** The flows of a capture by their ends, each list in the order of time: what happened first stands first in README. */
async function flowsOf(capture: string, inventory: string): Promise<ReadonlyMap<string, Row[]>> {
  const db = emptyDatabase()
  await analyzed(db, [sample(capture)], { inventory: sampleInventory(inventory) })
  const flows = new Map<string, Row[]>()
  for (const row of rowsOf(db, 'flow_rows').toSorted((a, b) => Number(a['start']) - Number(b['start']))) {
    const ends = `${row['proto']} ${row['orig_addr']} ${row['resp_addr']} ${row['resp_port']}`
    flows.set(ends, [...(flows.get(ends) ?? []), row])
  }
  return flows
}

function differences(meant: Meant, row: Row | undefined): readonly string[] {
  if (row === undefined) return [`#${meant.number} is not among the flows: ${meant.ends}`]
  const found: string[] = []
  const compare = (what: string, wanted: unknown, seen: unknown) => {
    if (wanted !== seen) found.push(`#${meant.number} ${what}: wanted ${wanted}, found ${seen}`)
  }
  if (meant.outcome !== '') compare('outcome', meant.outcome, row['outcome'])
  compare('verdict', meant.verdict, row['verdict'])
  if (meant.verdict === 'unexpected') compare('reason', meant.by, row['reason'])
  if (meant.verdict === 'expected') compare('rule', meant.by, creditedRow(row['rule'], meant.by))
  if (meant.nearest !== undefined) compare('nearest', meant.nearest, creditedRow(row['nearest_rule'], meant.nearest))
  const basis = row['direction_basis'] as string
  if (meant.bases.length > 0) compare('basis', meant.bases.find((each) => each === basis) ?? meant.bases.join(), basis)
  compare('unusual source', meant.unusual, (row['remarks'] as string).includes('unusual-source'))
  if (meant.service !== '') compare('service', meant.service, row['service'])
  if (meant.evidence !== '') compare('evidence', meant.evidence, row['evidence'])
  compare('certificate remarks', meant.certificateRemarks, certificateRemarksOf(row))
  if (meant.packets === '') return found
  compare('packets', meant.packets, `${row['orig_packets']} + ${row['resp_packets']}`)
  compare('copies', meant.copies, `${row['orig_copies']} + ${row['resp_copies']}`)
  compare('retransmission', meant.retransmits, /t/i.test(row['history'] as string))
  return found
}

function certificateRemarksOf(row: Row): string {
  return CERTIFICATE_REMARKS.filter((remark) => (row['remarks'] as string).includes(remark)).join()
}

/** The wanted row of the port tables where the rule (or its pack) has it, else the rule. */
function creditedRow(rule: unknown, wanted: string): unknown {
  if (typeof rule !== 'string') return rule
  const { pack, rule: found } = findRule(rule)
  return pack.name === wanted || found.references.some(({ where }) => where === wanted) ? wanted : rule
}

interface Known {
  readonly capture: string
  readonly inventory: string
  /** Why README and the analysis differ, and the differences: a new one fails, and so does one that is gone. */
  readonly differs: Readonly<Record<string, readonly string[]>>
}

const CLOSED = 'README says how the connection was met; both of its ends are seen to close, which is conn state SF'
const PACK_ORDER = 'two rules allow it equally well, and the earlier one in the pack is credited'
const WITHDRAWN = 'README has the outbound media rows, which a correction withdraws under the full reading'

const SAMPLES: readonly Known[] = [
  { capture: 'director.pcapng', inventory: 'director.yaml', differs: {} },
  {
    capture: 'director-midstream.pcap',
    inventory: 'director.yaml',
    differs: {
      [CLOSED]: ['#4 outcome: wanted midstream, found established'],
    },
  },
  {
    capture: 'edge.pcap',
    inventory: 'edge.yaml',
    differs: {
      [PACK_ORDER]: [
        '#16 rule: wanted edge1pub-int-sip-out-5061, found edge-internal-next-hop-5061',
        '#17 rule: wanted edge1pub-int-sip-in-5061, found front-end-edge-5061',
      ],
      [WITHDRAWN]: [
        '#54 is not among the flows: udp 192.0.2.22 203.0.113.6 50250',
        'besides: udp 203.0.113.6 192.0.2.22 50150',
        '#55 rule: wanted edge1pub-ext-av-rtp-tcp-out, found null',
        '#55 verdict: wanted expected, found unexpected',
      ],
    },
  },
  { capture: 'duplicated.pcapng', inventory: 'director.yaml', differs: {} },
]

describe.each(SAMPLES)('$capture', ({ capture, inventory, differs }) => {
  const meant = meantOf(capture)

  test('has a table in README', () => {
    expect(meant.map(({ number }) => number)).toEqual(Array.from({ length: meant.length }, (_, index) => index + 1))
    expect(meant.length).toBeGreaterThan(3)
  })

  test('is judged as README says, but for the known differences', async () => {
    const flows = await flowsOf(capture, inventory)
    const found = meant.flatMap((row) => differences(row, flows.get(row.ends)?.shift()))
    const besides = [...flows].flatMap(([ends, left]) =>
      ends.startsWith('icmp') ? [] : left.map(() => `besides: ${ends}`),
    )
    expect([...found, ...besides].toSorted()).toEqual(Object.values(differs).flat().toSorted())
  })
})
