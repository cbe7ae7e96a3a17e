import { writeFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sample } from '../support/analysis.ts'
import { blocks, type PacketForm } from '../support/captures.ts'
import { ethernet, ipv4, SYN, tcp } from '../support/packets.ts'
import { portolan, rowsOf, shown, temporaryFolder } from './portolan.ts'

interface Listed {
  readonly id: string
  readonly reason: string | null
  readonly outcome: string
  readonly verdict: string
  readonly conversation: string
}

interface Explained {
  readonly id: string
  readonly kind: string
  readonly flow: Listed | null
  readonly conversation: Listed
  readonly originator: {
    readonly address: string
    readonly roles: readonly string[]
    readonly entries: readonly object[]
  }
  readonly nearest_rule: { readonly id: string; readonly references: readonly { readonly title: string }[] } | null
  readonly differs: readonly { readonly field: string }[]
  readonly smallest_change: { readonly kind: string; readonly text: string } | null
  readonly certificates: readonly { readonly presented_by: string; readonly issuer: string }[]
  readonly wireshark_filter: string
}

const folder = temporaryFolder()
const db = folder.path('a.db')
let flows: readonly Listed[] = []
let conversations: readonly Listed[] = []

beforeAll(async () => {
  const inventory = ['-i', sample('director.yaml'), '-d', db]
  await shown(['analyze', sample('director.pcapng'), '--keep', 'all', ...inventory])
  flows = await rowsOf(['flows', '-d', db])
  conversations = await rowsOf(['conversations', '-d', db])
})
afterAll(folder.remove)

const idOf = (meets: (row: Listed) => boolean, rows = conversations) => rows.find(meets)?.id ?? ''
const explained = (...ids: readonly string[]) => rowsOf<Explained>(['explain', ...ids, '-d', db])
const text = (id: string) => shown(['explain', id, '-d', db])

it('explains the ids that its help has as examples, which are of the sample', async () => {
  const help = await shown(['explain', '--help'])
  const examples = [...help.matchAll(/^ {2}portolan (explain .*)$/gm)].map(([, line = '']) => line.split(' '))
  expect(examples.length).toBe(2)
  for (const args of examples) expect((await portolan([...args, '-d', db])).err).toBe('')
})

describe('the process that Windows was running as the first packet passed', () => {
  const PROCESS_AND_THREAD = 8
  const BEGIN_NS = 1_769_817_600_000_000_000n

  /** A connection whose packets name processes as etl2pcapng does, by an option or by a comment, and one that names none. */
  function capture(path: string, resp: string): string {
    const { section, interface: describe, enhanced } = blocks(true)
    const packet = (index: number, srcPort: number, options?: PacketForm['options']) =>
      enhanced({
        frame: ethernet(ipv4(tcp({ srcPort, dstPort: 5061, flags: SYN }), { src: '10.1.0.10', dst: resp })),
        ticks: BEGIN_NS + BigInt(index),
        ...(options === undefined ? {} : { options }),
      })
    const packets = [
      packet(0, 50_000, [[PROCESS_AND_THREAD, [0xd2, 4, 0, 0, 1, 0, 0, 0]]]),
      packet(1, 50_000, [[PROCESS_AND_THREAD, [1, 0, 0, 0, 1, 0, 0, 0]]]),
      packet(2, 50_001, [[1, Buffer.from('PID=4294967294 TID=1')]]),
      packet(3, 50_002),
    ]
    writeFileSync(path, Buffer.concat([section(), describe({ resolution: 9 }), ...packets]))
    return path
  }
  const SENTENCE = 'Windows was running process 1234 as its first packet passed'
  const plain = (text: string) => text.replaceAll(/\s+/g, ' ')

  it('is listed with flows, told by explain, and stays when flows are judged again', async () => {
    const own = folder.path('process.db')
    const inventory = folder.path('process.yaml')
    writeFileSync(inventory, 'endpoints: [{ name: dir01, address: 10.0.0.16, role: director }]\n')
    await shown([
      'analyze',
      capture(folder.path('process.pcapng'), '10.0.0.16'),
      '--keep',
      'all',
      '-i',
      inventory,
      '-d',
      own,
    ])
    const listed = () => shown(['flows', '--format', 'ndjson', '-d', own])
    const rows = await rowsOf<{ readonly id: string; readonly process_id: number | null }>(['flows', '-d', own])
    expect(rows.map(({ process_id }) => process_id)).toEqual([1234, 4_294_967_294, null])
    expect(await shown(['flows', '--format', 'csv', '-d', own])).toMatch(
      /,process_id\n(.*,1234\n).*,4294967294\n.*,\n$/,
    )
    const [first, , last] = rows
    expect(plain(await shown(['explain', first?.id ?? '', '-d', own]))).toContain(SENTENCE)
    expect(await shown(['explain', last?.id ?? '', '-d', own])).not.toContain('Windows')
    const before = await listed()
    const turned = folder.path('turned.yaml')
    writeFileSync(turned, 'endpoints: [{ name: fe01, address: 10.1.0.10, role: front-end }]\n')
    await shown(['rejudge', '-i', turned, '-d', own])
    expect(await listed()).not.toBe(before)
    expect((await rowsOf<{ readonly process_id: number }>(['flows', '-d', own])).map((row) => row.process_id)).toEqual(
      rows.map(({ process_id }) => process_id),
    )
    await shown(['rejudge', '-i', inventory, '-d', own])
    expect(await listed()).toBe(before)
  })
})

describe('an explanation for people', () => {
  it('has the entry, the nearest rule with its source, what differs, what to paste, and the filter', async () => {
    const out = await text(idOf(({ reason }) => reason === 'unknown-source', conversations))
    expect(out).toMatch(/\nverdict {2,}unexpected, unknown-source: the inventory does not list the\n/)
    expect(out).toMatch(/\nThe nearest rule\nid {2,}/)
    expect(out).toMatch(/\ndiffers in {2,}\w/)
    expect(out).toMatch(/\n(?:table|correction) {2,}\S+: /)
    expect(out).toContain('\nThe smallest change that accepts it\n')
    expect(out).toMatch(/\nIn Wireshark\n[^\n]* && frame\.time_epoch <= [\d.]+\n$/)
  })

  it('says how often a SYN was sent in vain', async () => {
    const out = await text(idOf(({ outcome }) => outcome === 'unanswered', flows))
    expect(out.replaceAll(/\s+/g, ' ')).toMatch(/unanswered: one attempt of \d SYNs in [\d.]+ s, and nothing came back/)
  })

  it('says who prohibited it, and where its packets show that', async () => {
    const out = await text(idOf(({ outcome }) => outcome === 'prohibited', flows))
    expect(out.replaceAll(/\s+/g, ' ')).toMatch(/prohibited: 10\.0\.0\.\d+ says that a filter prohibits it/)
    expect(out).toMatch(/\nWithout !icmp and !icmpv6, the ICMP error about it as well\.\n$/)
  })

  it('names the alert that ended a handshake', async () => {
    const out = await text(idOf(({ outcome }) => outcome === 'handshake-failed', flows))
    expect(out.replaceAll(/\s+/g, ' ')).toMatch(/handshake-failed: TLS ended in the alert "[a-z A-Z]+"/)
  })

  it('says why it is out of scope', async () => {
    const out = await text(idOf(({ verdict }) => verdict === 'out-of-scope'))
    expect(out).toMatch(/\nverdict {2,}out-of-scope: \w/)
    expect(out).not.toContain('The smallest change')
  })
})

describe('an explanation for programs', () => {
  it('is one document for each id, of conversations and flows', async () => {
    const [flow] = flows
    const ids = [idOf(({ reason }) => reason === 'wrong-port'), flow?.id ?? '']
    const documents = await explained(...ids)
    expect(documents.map(({ id, kind }) => [id, kind])).toEqual([
      [ids[0], 'conversation'],
      [ids[1], 'flow'],
    ])
    expect(documents[1]?.flow).toEqual(flow)
    expect(documents[1]?.conversation).toEqual(conversations.find(({ id }) => id === flow?.conversation))
    const lines = await shown(['explain', ...ids, '-d', db, '--format', 'ndjson'])
    expect(
      lines
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual(documents)
  })

  it('has what the text has', async () => {
    const [document] = await explained(idOf(({ reason }) => reason === 'wrong-source'))
    expect(document?.originator.entries).toHaveLength(1)
    expect(document?.nearest_rule?.references[0]?.title).toMatch(/^Port/)
    expect(document?.differs.map(({ field }) => field)).toEqual(['originator'])
    expect(document?.smallest_change?.kind).toMatch(/^(?:rule|inventory)$/)
    const shownText = await text(document?.id ?? '')
    for (const line of document?.smallest_change?.text.split('\n') ?? []) expect(shownText).toContain(`\n${line}\n`)
    expect(shownText).toContain(`\n${document?.wireshark_filter}\n`)
  })
})

describe('an id', () => {
  it('can be shortened', async () => {
    const [{ id = '' } = {}] = conversations
    const length = [...id].findIndex((_, at) => {
      return at > 1 && conversations.filter((each) => each.id.startsWith(id.slice(0, at))).length === 1
    })
    expect(await text(id.slice(0, length))).toBe(await text(id))
  })

  it.each([
    ['zzz', "'zzz' is not the id of a conversation or a flow"],
    ['c0000000000', "no conversation has the id 'c0000000000'"],
  ])('that is not there is refused in one sentence: %s', async (id, sentence) => {
    const [known] = conversations
    const { code, out, err } = await portolan(['explain', known?.id ?? '', id, '-d', db])
    expect([code, out]).toEqual([2, ''])
    expect(err).toContain(sentence)
    expect(err.trimEnd().split('\n')).toHaveLength(1)
  })
})
