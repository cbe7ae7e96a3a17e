import { existsSync, readFileSync } from 'node:fs'
import { join as joinPath } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { CaptureNotes, NotedAddress } from '../../src/capture/capture-notes.ts'
import { openSource } from '../../src/capture/open.ts'
import { type CaptureReader, RECORD_ANOMALIES } from '../../src/capture/reader.ts'
import { createOrigin } from '../../src/capture/time.ts'
import { addressText } from '../../src/wire/address.ts'
import { pcap } from '../support/captures.ts'
import { corpusFolder } from '../support/corpus.ts'
import { filler, join, type Octets } from '../support/octets.ts'
import { pieces } from '../support/reading.ts'
import { noteBlocks, notedPcapng, text } from './noted.ts'
import { RECORDS } from './samples.ts'

async function notesOf(bytes: Uint8Array): Promise<CaptureNotes & { readonly anomalies: readonly string[] }> {
  const reader = await openSource(pieces(bytes), 'sample', createOrigin())
  await eachRecord(reader, () => {})
  expect(reader.damage).toBeUndefined()
  const anomalies = RECORD_ANOMALIES.flatMap((name, index) => {
    const count = reader.anomalies[index] ?? 0
    return count > 0 ? [`${count} ${name}`] : []
  })
  return { ...reader.notes, anomalies }
}

async function eachRecord(reader: CaptureReader, take: () => void): Promise<void> {
  do while (reader.next()) take()
  while (await reader.fill())
  await reader.close()
}

/** Direction and process of each record. */
async function optionsOf(bytes: Uint8Array): Promise<readonly (readonly [direction: number, process: number])[]> {
  const reader = await openSource(pieces(bytes), 'sample', createOrigin())
  const seen: (readonly [number, number])[] = []
  await eachRecord(reader, () => seen.push([reader.direction, reader.processId]))
  return seen
}

function shown({ family, words }: NotedAddress): string {
  return addressText(family, ...words)
}

const little = noteBlocks(true)
const { section, describe: describeInterface, option, statistics, names, nameRecord, packet, u16, u32, i64 } = little
const open = join(section(), describeInterface())

describe.each([
  ['little-endian', true],
  ['big-endian', false],
] as const)('what a pcapng capture says beside its packets, %s', (_name, littleEndian) => {
  const bytes = notedPcapng(littleEndian)

  it('are its interfaces with their names and addresses', async () => {
    const { interfaces, interfaceCount } = await notesOf(bytes)
    expect(interfaceCount).toBe(2)
    expect(interfaces.map((from) => ({ ...from, addresses: from.addresses.map(shown) }))).toEqual([
      {
        name: 'eth:3:0',
        description: 'LWF over IfIndex 3',
        linkType: 1,
        addresses: ['10.0.0.16', '2001:db8::10'],
      },
      { name: 'wifi:1', description: undefined, linkType: 105, addresses: [] },
    ])
  })

  it('are the names that it gives to addresses', async () => {
    const { names: named } = await notesOf(bytes)
    expect(named.map(({ address, name }) => [address.family, shown(address), name])).toEqual([
      [4, '10.0.0.16', 'dir01.contoso.local'],
      [4, '10.0.0.16', 'dir01'],
      [6, '2001:db8::14', 'edge01.contoso.local'],
    ])
  })

  it('are the latest statistics of each interface, summed', async () => {
    const { counts, dropped } = await notesOf(bytes)
    expect(counts).toEqual({
      received: 150,
      droppedByInterface: 2,
      acceptedByFilter: 90,
      droppedBySystem: 3,
      delivered: 85,
    })
    expect(dropped).toBe(5)
  })

  it('are the direction and the process of a packet', async () => {
    expect(await optionsOf(bytes)).toEqual([
      [1, 1234],
      [2, 4321],
      [0, -1],
    ])
  })
})

describe('statistics', () => {
  const of = async (...blocks: readonly Octets[]) => {
    const { dropped, counts } = await notesOf(join(open, ...blocks))
    return { dropped, ...counts }
  }

  it('are undefined where a file has none, and where it is no pcapng', async () => {
    expect((await of(packet())).dropped).toBeUndefined()
    expect(await notesOf(pcap(RECORDS))).toMatchObject({ dropped: undefined, interfaces: [], names: [] })
  })

  it('tell no losses from losses that nobody counted', async () => {
    expect(await of(statistics(0, 10n))).toMatchObject({ received: 10, dropped: undefined })
    expect(await of(statistics(0, 10n, 0n))).toMatchObject({ received: 10, dropped: 0 })
  })

  it('that say only something leave the rest as it was said before', async () => {
    expect(await of(statistics(0, 10n, 4n), statistics(0, 20n))).toMatchObject({ received: 20, dropped: 4 })
  })

  it('of several sections add up', async () => {
    const whole = join(open, statistics(0, 10n, 1n))
    expect(await notesOf(join(whole, whole, open))).toMatchObject({ counts: { received: 20 }, dropped: 2 })
  })

  it('of an interface that was not described, and too short ones, tell nothing', async () => {
    expect(await of(statistics(1, 10n, 1n), little.block(5, u32(0, 0)))).toMatchObject({ dropped: undefined })
  })

  it('of more than a double tells exactly tell nothing', async () => {
    expect(await of(statistics(0, -1n, 2n ** 53n - 1n))).toMatchObject({
      received: undefined,
      dropped: Number.MAX_SAFE_INTEGER,
    })
  })

  it('of losses noted at packets count where they are more than the interface says', async () => {
    const lossy = (count: bigint) => packet(option(4, i64(count)))
    expect((await of(lossy(3n), lossy(0n), lossy(70_000n))).dropped).toBe(70_003)
    expect((await of(lossy(3n), statistics(0, 10n, 2n))).dropped).toBe(3)
    expect((await of(lossy(3n), statistics(0, 10n, 2n, 8n, 2n))).dropped).toBe(4)
    expect((await of(packet(option(4, i64(-1n))))).dropped).toBeUndefined()
  })

  it('of losses noted in obsolete packet blocks', async () => {
    const obsolete = (dropped: number) => little.block(2, join(u16(0, dropped), u32(0, 0, 4, 4), filler(4)))
    expect((await of(obsolete(5), obsolete(0xffff), obsolete(2))).dropped).toBe(7)
    expect((await of(obsolete(0xffff))).dropped).toBeUndefined()
  })
})

describe('the options of packets', () => {
  const of = (...options: readonly Octets[]) => optionsOf(join(open, packet(join(...options)), packet()))

  it('do not last for the next packet, whatever its block', async () => {
    const told = packet(option(2, u32(2)))
    const simple = little.simple(filler(8))
    expect(await optionsOf(join(open, told, packet(), told, simple, told))).toEqual([
      [2, -1],
      [0, -1],
      [2, -1],
      [0, -1],
      [2, -1],
    ])
  })

  it.each([
    ['PID=0', 0],
    ['PID=1234', 1234],
    ['PID=1234 TID=1', 1234],
    ['PID=4294967295 TID=1', -1],
    ['PID=42949672950', -1],
    ['PID=', -1],
    ['PID=x', -1],
    ['TID=1 PID=1234', -1],
    ['PI', -1],
    ['a comment of a person', -1],
  ])('a comment %j tells the process %i', async (comment, process) => {
    expect(await of(option(1, text(comment)))).toEqual([
      [0, process],
      [0, -1],
    ])
  })

  it('have a direction or none', async () => {
    const directions = await Promise.all([0, 1, 2, 3, 0xfffffffd].map((flags) => of(option(2, u32(flags)))))
    expect(directions.map(([first]) => first?.[0])).toEqual([0, 1, 2, 0, 1])
  })

  it('that end early, run over their block, or are too short for a value tell nothing', async () => {
    expect(await of(u16(0, 0), option(2, u32(1)))).toEqual(await of())
    expect(await of(u16(2, 0xffff), u32(1))).toEqual(await of())
    expect(await of(option(2, [1]), option(8, [1, 2]), option(4, [1]))).toEqual(await of())
    expect(await of(u16(2, 8))).toEqual(await of())
  })

  it('may stand behind a frame of any length', async () => {
    for (const length of [0, 1, 2, 3, 4, 5]) {
      expect(await optionsOf(join(open, packet(option(2, u32(1)), filler(length))))).toEqual([[1, -1]])
      expect(await optionsOf(join(open, packet([], filler(length))))).toEqual([[0, -1]])
    }
  })
})

describe('names', () => {
  it('that are malformed, too long or of other kinds are left out', async () => {
    const bytes = join(
      open,
      names(
        nameRecord(3, [2, 0, 0, 0, 0, 1], 'a-link-address'),
        nameRecord(1, [10, 0, 0]),
        nameRecord(1, [10, 0, 0, 1], '', 'x'.repeat(256), 'kept'),
        option(1, join([10, 0, 0, 2], text('without-end'))),
        nameRecord(2, [0, 1, 2, 3]),
      ),
      names(u16(1, 0xffff), filler(20)),
      names(),
      little.block(4, [1, 2, 3, 4]),
    )
    const { names: named, anomalies } = await notesOf(bytes)
    expect(named.map(({ address, name }) => [shown(address), name])).toEqual([
      ['10.0.0.1', 'kept'],
      ['10.0.0.2', 'without-end'],
    ])
    expect(anomalies).toEqual(['1 names-too-many'])
  })
})

describe('blocks that nobody needs', () => {
  it.each([
    ['decryption secrets', 10],
    ['a systemd journal entry', 9],
    ['a custom block', 0xbad],
    ['a custom block not to be copied', 0x40000bad],
    ['a block nobody knows', 0x12345678],
  ])('%s are passed over', async (_name, type) => {
    expect((await optionsOf(join(open, packet(), little.block(type, filler(99)), packet()))).length).toBe(2)
  })

  it('in a section of an unknown version tell nothing', async () => {
    const bytes = join(
      section(3, 0),
      describeInterface(),
      statistics(0, 1n, 1n),
      names(nameRecord(1, [1, 2, 3, 4], 'x')),
    )
    expect(await notesOf(bytes)).toMatchObject({ interfaceCount: 0, names: [], dropped: undefined })
  })
})

describe.skipIf(!existsSync(corpusFolder))(`captures of ${corpusFolder}`, () => {
  it.each([
    [
      'pcpp-many-interfaces.pcapng',
      'en0 awdl0 bridge0 vboxnet0 utun0 en1 vboxnet1 en2 p2p0 vboxnet2 lo0; 128 received, 0 dropped',
    ],
    ['pcpp-pcapng-example.pcapng', 'lo undefined; 59 received, 0 dropped'],
    ['ngtest-be-202.pcapng', 'eth0 null1 silly ethernet interface 2 eth0 null1; 100 received, 53 dropped'],
  ])('%s', async (name, expected) => {
    const { interfaces, counts, dropped } = await notesOf(new Uint8Array(readFileSync(joinPath(corpusFolder, name))))
    const named = interfaces.map((from) => `${from.name}`).join(' ')
    expect(`${named}; ${counts.received} received, ${dropped} dropped`).toBe(expected)
  })
})
