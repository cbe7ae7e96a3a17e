import { readFileSync, writeFileSync } from 'node:fs'
import * as addresses from './addresses.mjs'
import { copiesOf } from './copies.mjs'
import { ADDRESSES_OF } from './hosts.mjs'
import { DIRECTOR_SCENARIO, STANDING } from './scenario-director.mjs'
import { DUPLICATED_SCENARIO } from './scenario-duplicated.mjs'
import { EDGE_SCENARIO } from './scenario-edge.mjs'
import { PROOF_SCENARIO } from './scenario-proof.mjs'
import { evidenceOf, serviceOf } from './spoken.mjs'

/** Writes the tables of intended flows into README.md, between the marks that name the capture. */

const README = new URL('../README.md', import.meta.url)
const NAMES = new Map(
  Object.entries(addresses).map(([name, address]) => [address, name.toLowerCase().replaceAll('_', ' ')]),
)

function isSeenBy(host) {
  const own = ADDRESSES_OF[host]
  return (row) => own.includes(row.from ?? row.ping) || own.includes(row.to) || (row.noise && !row.ping)
}

function party(address) {
  const name = NAMES.get(address)?.replace(/ 6$/, '')
  return name ? `${name} ${address}` : address
}

/** The columns of all tables, by their heads. */
const COLUMNS = {
  originator: (row) => party(row.from ?? row.ping),
  responder: (row) => party(row.to),
  port: (row) => (row.transport === 'icmp' ? 'icmp echo' : `${row.transport ?? 'tcp'} ${row.port}`),
  outcome: (row) => (row.noise ? '' : (row.outcome ?? 'established')),
  verdict: (row) => row.verdict,
  'rule row or reason': ({ by = '', verdict }) => (verdict === 'expected' ? `\`${by}\`` : by),
  service: serviceOf,
  evidence: evidenceOf,
}
const SHOWS = { 'what it shows': (row) => row.shows ?? '' }

function table(rows, more = {}) {
  const columns = Object.entries({ ...COLUMNS, ...more, ...SHOWS })
  const cells = rows.map((row, index) => [index + 1, ...columns.map(([, cell]) => cell(row))])
  const lines = [['#', ...columns.map(([head]) => head)], ['--:', ...columns.map(() => '---')], ...cells]
  return lines.map((line) => `| ${line.join(' | ')} |`).join('\n')
}

/** Packets and copies, those of the originator first. */
function copyColumns(bytes) {
  const sides = (row, what) => {
    const { originator, responder } = copiesOf(bytes, row)
    return `${originator[what]} + ${responder[what]}`
  }
  return { packets: (row) => sides(row, 'packets'), copies: (row) => sides(row, 'copies') }
}

const STANDING_IN_MAIN = STANDING.filter((row) => row.inDirectorCapture)
const MAIN = [...STANDING_IN_MAIN, ...DIRECTOR_SCENARIO, ...EDGE_SCENARIO, ...PROOF_SCENARIO].filter(
  (row) => !row.start,
)

/** `duplicated` are the bytes of that capture: only it knows how many packets its flows have. */
export function tablesOf(duplicated) {
  return {
    'director.pcapng': table(MAIN.filter(isSeenBy('dir01'))),
    'director-midstream.pcap': table(STANDING),
    'edge.pcap': table(MAIN.filter(isSeenBy('edge01'))),
    'duplicated.pcapng': table(DUPLICATED_SCENARIO, copyColumns(duplicated)),
  }
}

export function writeTables(tables) {
  let text = readFileSync(README, 'utf8')
  for (const [capture, lines] of Object.entries(tables)) {
    const [begin, end] = [`<!-- flows of ${capture} -->`, `<!-- end of ${capture} -->`]
    const [from, to] = [text.indexOf(begin), text.indexOf(end)]
    if (from < 0 || to < from) throw new Error(`README.md has no place for the flows of ${capture}`)
    text = `${text.slice(0, from + begin.length)}\n\n${lines}\n\n${text.slice(to)}`
  }
  writeFileSync(README, text)
}
