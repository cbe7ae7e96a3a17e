import { spawnSync } from 'node:child_process'
import { describe, expect, it, test } from 'vitest'
import { conversationFilter, flowFilter } from '../../src/report/wireshark-filter.ts'
import { EVERY_ROW } from '../../src/store/read-filter.ts'
import { type ConversationRow, type JudgedRow, readConversations, readFlows } from '../../src/store/read-rows.ts'
import { analyzed, emptyDatabase, sample, sampleInventory } from '../support/analysis.ts'
import { CONVERSATION_ROW, FLOW_ROW } from './rows.ts'

describe('the filter of a flow', () => {
  it('names both ends and the time to the nanosecond', () => {
    expect(flowFilter(FLOW_ROW)).toBe(
      'ip.addr == 10.1.0.10 && ip.addr == 10.0.0.16 && tcp.port == 50000 && tcp.port == 5061 && !icmp && !icmpv6 && ' +
        'frame.time_epoch >= 1795000000.123456789 && frame.time_epoch <= 1795000001.623456789',
    )
  })

  it('tells equal ports apart', () => {
    const filter = flowFilter({ ...FLOW_ROW, proto: 'udp', orig_port: 123, resp_port: 123 })
    expect(filter).toContain('udp.srcport == 123 && udp.dstport == 123')
  })

  it('has the words of IPv6 for its addresses', () => {
    const filter = flowFilter({ ...FLOW_ROW, orig_addr: '2001:db8::1', resp_addr: '2001:db8::2' })
    expect(filter).toMatch(/^ipv6\.addr == 2001:db8::1 && ipv6\.addr == 2001:db8::2 && /)
  })

  it.each([
    ['icmp', 'icmp'],
    ['icmp6', 'icmpv6'],
    ['gre', 'gre'],
    ['ip-89', '(ip.proto == 89 || ipv6.nxt == 89)'],
  ])('has no ports where %s has none', (proto, word) => {
    const filter = flowFilter({ ...FLOW_ROW, proto, orig_port: 0, resp_port: 0 })
    expect(filter).toMatch(/^ip\.addr == 10\.1\.0\.10 && ip\.addr == 10\.0\.0\.16 && /)
    expect(filter.split(' && ')[2]).toBe(word)
    expect(filter).not.toContain('port')
  })

  it('waits for the copies of the last packet', () => {
    expect(flowFilter({ ...FLOW_ROW, orig_copies: 1 })).toMatch(/<= 1795000001\.723456789$/)
  })
})

describe('the filter of a conversation', () => {
  it('takes no packets of the way back', () => {
    expect(conversationFilter(CONVERSATION_ROW)).toMatch(
      /^\(\(ip\.src == 10\.1\.0\.10 && ip\.dst == 10\.0\.0\.16 && tcp\.dstport == 5061\) \|\| \(ip\.src == 10\.0\.0\.16 && ip\.dst == 10\.1\.0\.10 && tcp\.srcport == 5061\)\) && /,
    )
  })
})

const TSHARK = 'tshark'
const hasTshark = spawnSync(TSHARK, ['--version']).status === 0

/** How many frames each of the filters selects. */
function framesSelected(path: string, filters: readonly string[]): readonly number[] {
  const { stdout } = spawnSync(TSHARK, ['-q', '-r', path, '-z', `io,stat,0,${filters.join(',')}`], {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  })
  const line = stdout.split('\n').find((each) => each.includes('<>') && /\d/.test(each)) ?? ''
  // Interval, then frames and bytes for each filter.
  return line
    .split('|')
    .slice(2, -1)
    .filter((_, index) => index % 2 === 0)
    .map(Number)
}

function packetsOf({ orig_packets, resp_packets, orig_copies, resp_copies }: JudgedRow): number {
  return orig_packets + resp_packets + orig_copies + resp_copies
}

/** Conversations that share hosts and port, whatever was spoken, are one to a filter. */
function sharesPort(row: ConversationRow, rows: readonly ConversationRow[]): boolean {
  const same = rows.filter((each) => {
    const isSame = each.orig_addr === row.orig_addr && each.resp_addr === row.resp_addr && each.proto === row.proto
    return isSame && each.resp_port === row.resp_port
  })
  return same.length > 1
}

describe.runIf(hasTshark)('Wireshark selects exactly the packets', () => {
  test.each([
    ['director.pcapng', 'director.yaml'],
    ['director-midstream.pcap', 'director.yaml'],
    ['edge.pcap', 'edge.yaml'],
    ['duplicated.pcapng', 'director.yaml'],
  ])('of %s', { timeout: 30_000 }, async (capture, inventory) => {
    const db = emptyDatabase()
    await analyzed(db, [sample(capture)], { inventory: sampleInventory(inventory), keep: 'all' })
    const flows = [...readFlows(db, EVERY_ROW)]
    const all = [...readConversations(db, EVERY_ROW)]
    const conversations = all.filter((row) => !sharesPort(row, all))
    expect(flows.length).toBeGreaterThan(3)
    const filters = [...flows.map(flowFilter), ...conversations.map(conversationFilter)]
    const wanted = [...flows, ...conversations].map(packetsOf)
    expect(framesSelected(sample(capture), filters)).toEqual(wanted)
  })
})
