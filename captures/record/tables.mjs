import { readFileSync, writeFileSync } from 'node:fs'
import * as addresses from './addresses.mjs'
import { ADDRESSES_OF } from './hosts.mjs'
import { DIRECTOR_SCENARIO, STANDING } from './scenario-director.mjs'
import { EDGE_SCENARIO } from './scenario-edge.mjs'

/** Writes the tables of intended flows into README.md, between the marks that name the capture. */

const README = new URL('../README.md', import.meta.url)
const NAMES = new Map(
  Object.entries(addresses).map(([name, address]) => [address, name.toLowerCase().replaceAll('_', ' ')]),
)

const HEAD = [
  '| # | originator | responder | port | outcome | verdict | rule row or reason | what it shows |',
  '| --: | --- | --- | --- | --- | --- | --- | --- |',
]

function isSeenBy(host) {
  const own = ADDRESSES_OF[host]
  return (row) => own.includes(row.from ?? row.ping) || own.includes(row.to) || (row.noise && !row.ping)
}

function party(address) {
  const name = NAMES.get(address)?.replace(/ 6$/, '')
  return name ? `${name} ${address}` : address
}

function line(row, index) {
  const port = row.transport === 'icmp' ? 'icmp echo' : `${row.transport ?? 'tcp'} ${row.port}`
  const outcome = row.noise ? '' : (row.outcome ?? 'established')
  const by = row.by ? (row.verdict === 'expected' ? `\`${row.by}\`` : row.by) : ''
  const cells = [index + 1, party(row.from ?? row.ping), party(row.to), port, outcome, row.verdict, by, row.shows ?? '']
  return `| ${cells.join(' | ')} |`
}

function table(rows) {
  return [...HEAD, ...rows.filter((row) => !row.start).map(line)].join('\n')
}

const MAIN = [...STANDING.filter((row) => row.inDirectorCapture), ...DIRECTOR_SCENARIO, ...EDGE_SCENARIO]
const TABLES = {
  'director.pcapng': table(MAIN.filter(isSeenBy('dir01'))),
  'director-midstream.pcap': table(STANDING),
  'edge.pcap': table(MAIN.filter(isSeenBy('edge01'))),
}

export function writeTables() {
  let text = readFileSync(README, 'utf8')
  for (const [capture, lines] of Object.entries(TABLES)) {
    const [begin, end] = [`<!-- flows of ${capture} -->`, `<!-- end of ${capture} -->`]
    const [from, to] = [text.indexOf(begin), text.indexOf(end)]
    if (from < 0 || to < from) throw new Error(`README.md has no place for the flows of ${capture}`)
    text = `${text.slice(0, from + begin.length)}\n\n${lines}\n\n${text.slice(to)}`
  }
  writeFileSync(README, text)
}
