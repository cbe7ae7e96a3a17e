import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { EMPTY_INVENTORY, type Inventory } from '../src/inventory/inventory.ts'
import { ROLES } from '../src/inventory/roles.ts'
import { createJudge } from '../src/judge/judge.ts'
import { rejudgeCapture } from '../src/rejudge.ts'
import { selectRules } from '../src/rules/pack.ts'
import type { Database } from '../src/store/open.ts'
import { readCaptureRefs } from '../src/store/read-observed.ts'
import { SUMMARY_KEYS } from '../src/store/read-summary.ts'
import { shown } from './cli/portolan.ts'
import {
  analyzed,
  emptyDatabase,
  FULL_RULES,
  inventoryOf,
  rowsOf,
  type SeenRows,
  type Setting,
  sample,
  seenRows,
  temporaryFolder,
} from './support/analysis.ts'
import { pcap } from './support/captures.ts'
import { ethernet, ipv4, udp } from './support/packets.ts'

const SAMPLES = [
  ['director.pcapng', 'director.yaml'],
  ['director-midstream.pcap', 'director.yaml'],
  ['edge.pcap', 'edge.yaml'],
  ['duplicated.pcapng', 'director.yaml'],
] as const
type SampleInventory = (typeof SAMPLES)[number][1]

/** Another capture, whose analysis brings the changed inventory or rules. */
function otherCapture(): string {
  const path = join(temporaryFolder(), 'other.pcap')
  const frame = ethernet(ipv4(udp({ srcPort: 1, dstPort: 2 }), { src: '10.1.0.10', dst: '10.0.0.16' }))
  writeFileSync(path, pcap([{ ns: 1_769_817_600_000_000_000n, frame }]))
  return path
}

const SAME = { inventoryFile: 'inventory.yaml', point: 'a', keep: 'all' } as const

/** The capture analysed with `before`, then judged again because another one was analysed with `after`. */
async function rejudged(
  capture: string,
  before: Setting,
  after: Setting,
): Promise<{ readonly rows: SeenRows; readonly db: Database; readonly count: number | undefined }> {
  const db = emptyDatabase()
  await analyzed(db, [sample(capture)], { ...SAME, ...before })
  const [result] = await analyzed(db, [otherCapture()], { ...SAME, ...after, point: 'b' })
  return { rows: seenRows(db, 'a'), db, count: result?.rejudged }
}

async function fresh(capture: string, setting: Setting): Promise<SeenRows> {
  const db = emptyDatabase()
  await analyzed(db, [sample(capture)], { ...SAME, ...setting })
  return seenRows(db, 'a')
}

const yamlOf = (name: SampleInventory) => readFileSync(sample(name), 'utf8')
const withoutLine = (pattern: RegExp) => (yaml: string) =>
  yaml
    .split('\n')
    .filter((line) => !pattern.test(line))
    .join('\n')
const replaced = (pattern: RegExp | string, by: string) => (yaml: string) => {
  expect(yaml).toMatch(pattern)
  return yaml.replace(pattern, by)
}
const added = (line: string) => (yaml: string) => `${yaml.trimEnd()}\n  - ${line}\n`

const NOBODY = 'endpoints:\n  - { name: far away, address: 172.16.0.1, role: other }'

/** The changes that make a difference in the sample. */
const CHANGES: Readonly<Record<SampleInventory, readonly (readonly [string, (yaml: string) => string])[]>> = {
  'director.yaml': [
    ['the Director is gone, and with it the direction of its 50001', withoutLine(/role: director /)],
    ['the Edge is gone', withoutLine(/role: edge-internal/)],
    ['an address is gone, its name stays', replaced("[10.0.0.16, '2001:db8:10::16']", "'2001:db8:10::16'")],
    ['the stranger is a client', added('{ name: stranger, address: 10.9.9.9, role: client-internal }')],
    ['the Director is called something else', replaced('dir01.contoso.local,', 'dir02.contoso.local,')],
    ['the Director is of another role', replaced('role: director ', 'role: front-end ')],
    ['the Director has another role besides', replaced('role: director ', 'role: [director, front-end, mediation] ')],
    [
      'the Edge and the Director have changed places',
      (yaml) =>
        yaml
          .replaceAll('role: director ', 'role: tmp ')
          .replace('role: edge-internal', 'role: director')
          .replace('role: tmp ', 'role: edge-internal '),
    ],
    [
      'a smaller network for the clients',
      replaced("[10.1.0.0/16, '2001:db8:1::/48']", "[10.1.0.10/31, '2001:db8:1::/64']"),
    ],
    ['a network in the place of an address', replaced('address: 10.0.0.50, ', 'address: 10.0.0.48/29, ')],
    ['a network around everything', added('{ name: everything, address: [0.0.0.0/0, ::/0], role: other }')],
    [
      'the network that 10.0.0.255 is the broadcast address of',
      added('{ name: servers, address: 10.0.0.0/24, role: other }'),
    ],
    ['the reverse proxy has moved', replaced('address: 10.0.0.30, ', 'address: 10.0.0.31-10.0.0.33, ')],
    [
      'the domain controller is something else, and with it the direction of its answers',
      replaced('[domain-controller, dns-server, time-server]', 'other'),
    ],
    ['Korean names', () => readFileSync(sample('director-ko.yaml'), 'utf8')],
    ['nobody of them is listed', () => NOBODY],
  ],
  'edge.yaml': [
    ['the A/V Edge is gone, and with it the direction of its media', withoutLine(/role: edge-av/)],
    ['the Access Edge is gone', withoutLine(/role: edge-access/)],
    ['the Director is gone, and with it the direction of its 50001', withoutLine(/role: director/)],
    ['a scanner is listed', added('{ name: scanner, address: 203.0.113.200, role: other }')],
    ['the partner is called something else', replaced('sip.fabrikam.com', 'sip.litware.com')],
    ['the A/V Edge is an internal one', replaced('role: edge-av', 'role: edge-internal')],
    ['the partner is a public provider', replaced('role: federation-partner', 'role: [pic-partner, xmpp-partner]')],
    ['a network for the partners', replaced('203.0.113.5-203.0.113.6', '203.0.113.4/31')],
    ['nobody of them is listed', () => NOBODY],
  ],
}

const CASES = SAMPLES.flatMap(([capture, inventory]) =>
  CHANGES[inventory].map(([name, change]) => [capture, name, inventory, change] as const),
)

describe('a changed inventory judges again what is stored, to what a fresh analysis gives', () => {
  test.each(CASES)('%s: %s', async (capture, _, name, change) => {
    const before = inventoryOf(yamlOf(name))
    const after = inventoryOf(change(yamlOf(name)))
    const { rows, count, db } = await rejudged(capture, { inventory: before }, { inventory: after })
    expect(count).toBe(1)
    expect(rows).toEqual(await fresh(capture, { inventory: after }))
    expect(db.pragma('foreign_key_check')).toEqual([])
    expect(
      db.prepare('SELECT count(*) FROM flows WHERE conversation NOT IN (SELECT id FROM conversations)').pluck().get(),
    ).toBe(0)
  })

  test.each(SAMPLES)('%s: the changes do change something', async (capture, name) => {
    const before = await fresh(capture, { inventory: inventoryOf(yamlOf(name)) })
    const without: string[] = []
    for (const [what, change] of CHANGES[name]) {
      const after = await fresh(capture, { inventory: inventoryOf(change(yamlOf(name))) })
      if (JSON.stringify(after) === JSON.stringify(before)) without.push(what)
    }
    // One host is all that the sample has of this network.
    if (capture === 'director.pcapng') expect(without).toEqual(['a network in the place of an address'])
    if (capture === 'director-midstream.pcap') expect(without.length).toBeLessThan(10)
    if (capture === 'edge.pcap') expect(without).toEqual([])
    if (capture === 'duplicated.pcapng') expect(without.length).toBeLessThan(10)
  })

  test('and back again to what it was', async () => {
    const before = inventoryOf(yamlOf('director.yaml'))
    const { db } = await rejudged('director.pcapng', { inventory: before }, { inventory: EMPTY_INVENTORY })
    const [result] = await analyzed(db, [sample('edge.pcap')], { ...SAME, inventory: before, point: 'c' })
    expect(result?.rejudged).toBe(2)
    expect(seenRows(db, 'a')).toEqual(await fresh('director.pcapng', { inventory: before }))
  })

  test('the direction of the sample’s 50001 turns with the Director', async () => {
    const before = inventoryOf(yamlOf('director.yaml'))
    const { db } = await rejudged('director-midstream.pcap', { inventory: before }, { inventory: EMPTY_INVENTORY })
    const turned = rowsOf(db, 'flow_rows').find(
      ({ orig_port, resp_port }) => orig_port === 50001 || resp_port === 50001,
    )
    expect(turned).toMatchObject({ resp_addr: '10.0.0.20', resp_port: 49600, direction_basis: 'port-order' })
  })
})

describe('what people get of it is the same, byte for byte', () => {
  const exported = async (db: string) => {
    const of = (...words: readonly string[]) => shown([...words, '-d', db, '--format', 'json'])
    const sums = SUMMARY_KEYS.map((key) => of('summary', '--by', key, '--capture', 'a'))
    return Promise.all([of('flows', '--capture', 'a'), of('conversations', '--capture', 'a'), ...sums])
  }

  test.each(SAMPLES)('%s', async (capture, name) => {
    const folder = temporaryFolder()
    const before = join(folder, 'before.yaml')
    const after = join(folder, 'after.yaml')
    writeFileSync(before, NOBODY)
    writeFileSync(after, yamlOf(name))
    const analyze = (db: string, path: string, point: string, inventory: string) =>
      shown(['analyze', path, '--point', point, '-d', join(folder, db), '-i', inventory, '--keep', 'all'])
    await analyze('rejudged.db', sample(capture), 'a', before)
    await analyze('rejudged.db', otherCapture(), 'b', after)
    await analyze('fresh.db', sample(capture), 'a', after)
    const [flows = '', ...others] = await exported(join(folder, 'rejudged.db'))
    expect(JSON.parse(flows).length).toBeGreaterThan(3)
    expect([flows, ...others]).toEqual(await exported(join(folder, 'fresh.db')))
  })

  test.each(SAMPLES)('%s, also where only the flows of findings were kept: all but those', async (capture, name) => {
    const inventory = inventoryOf(yamlOf(name))
    const db = emptyDatabase()
    await analyzed(db, [sample(capture)], { ...SAME, keep: 'findings' })
    await analyzed(db, [otherCapture()], { ...SAME, inventory, point: 'b' })
    expect(seenRows(db, 'a').conversations).toEqual((await fresh(capture, { inventory })).conversations)
    expect(db.pragma('foreign_key_check')).toEqual([])
  })

  test('labels and certificates stay, and none is left over', async () => {
    const inventory = inventoryOf(yamlOf('director.yaml'))
    const { db } = await rejudged('director.pcapng', {}, { inventory })
    const kept = (from: Database) => [
      from.prepare('SELECT address, kind, name FROM labels WHERE capture = 1 ORDER BY address').raw().all(),
      from.prepare('SELECT fingerprint, names FROM certificates ORDER BY fingerprint').raw().all(),
    ]
    const once = emptyDatabase()
    await analyzed(once, [sample('director.pcapng')], { ...SAME, inventory })
    expect(kept(db)).toEqual(kept(once))
    expect(kept(db).every((rows) => rows.length > 3)).toBe(true)
  })
})

describe('any inventory', () => {
  const ADDRESSES = [
    '10.0.0.10',
    '10.0.0.16',
    '10.0.0.20',
    '10.0.0.40',
    '10.1.0.10',
    '10.9.9.9',
    '192.0.2.20',
    '192.0.2.22',
    '203.0.113.5',
    '203.0.113.6',
    '203.0.113.200',
    '2001:db8:10::16',
    '2001:db8:10::20',
  ]
  const roles = fc.option(fc.uniqueArray(fc.constantFrom(...ROLES), { minLength: 1, maxLength: 3 }), { nil: undefined })
  const inventories = fc
    .array(roles, { minLength: ADDRESSES.length, maxLength: ADDRESSES.length })
    .map((of): Inventory => {
      const listed = ADDRESSES.flatMap((address, index) => (of[index] ? [{ address, roles: of[index] }] : []))
      return {
        entries: listed.map(({ address, roles }, index) => {
          const family = address.includes(':') ? 6 : 4
          return {
            name: `host ${index}`,
            roles,
            ranges: [{ family, first: address, last: address }],
            file: 'inventory.yaml',
            line: index + 2,
          }
        }),
      }
    })

  test.each(SAMPLES)(
    '%s comes out as a fresh analysis gives it, whatever the inventory was before',
    async (capture) => {
      const db = emptyDatabase()
      await analyzed(db, [sample(capture)], SAME)
      const [stored] = readCaptureRefs(db)
      await fc.assert(
        fc.asyncProperty(inventories, fc.constantFrom(3, 1000), async (inventory, mostInMemory) => {
          const judge = createJudge(inventory, FULL_RULES)
          if (stored) db.transaction(() => rejudgeCapture(db, stored, judge, mostInMemory))()
          expect(seenRows(db, 'a')).toEqual(await fresh(capture, { inventory }))
        }),
        { numRuns: 8 },
      )
    },
  )
})

describe('changed rules or another reading do the same', () => {
  const DIRECTOR = 'lync-2013/single-director'
  test.each(
    SAMPLES.flatMap(([capture, inventory]) =>
      [
        selectRules(['lync-2013'], 'full'),
        selectRules(['windows-baseline'], 'full'),
        selectRules([DIRECTOR], 'published'),
        selectRules([DIRECTOR], 'prose'),
        selectRules(['lync-2013', 'windows-baseline'], 'published'),
      ].map((rules) => [capture, rules.names.join(' '), rules.reading, inventory, rules] as const),
    ),
  )('%s: %s, %s', async (capture, _, __, name, rules) => {
    const inventory = inventoryOf(yamlOf(name))
    const { rows, count } = await rejudged(capture, { inventory }, { inventory, rules })
    expect(count).toBe(1)
    expect(rows).toEqual(await fresh(capture, { inventory, rules }))
  })
})

describe('what did not change is not judged again', () => {
  const inventory = inventoryOf(yamlOf('director.yaml'))

  test('the same inventory and rules', async () => {
    const { count } = await rejudged('director.pcapng', { inventory }, { inventory })
    expect(count).toBe(0)
  })

  test('the same inventory in another place', async () => {
    const moved: Inventory = {
      entries: inventory.entries.map((entry) => ({ ...entry, file: '/elsewhere/inventory.yaml' })),
    }
    const { count } = await rejudged(
      'director.pcapng',
      { inventory },
      { inventory: moved, inventoryFile: '/elsewhere/inventory.yaml' },
    )
    expect(count).toBe(0)
  })

  test('nor is what the new capture takes the place of', async () => {
    const db = emptyDatabase()
    await analyzed(db, [sample('director.pcapng')], { ...SAME, inventory })
    const [result] = await analyzed(db, [sample('director.pcapng')], { ...SAME, inventory: EMPTY_INVENTORY })
    expect(result?.rejudged).toBe(0)
    expect(seenRows(db, 'a')).toEqual(await fresh('director.pcapng', { inventory: EMPTY_INVENTORY }))
  })
})

describe('with the flows of findings only', () => {
  const inventory = inventoryOf(yamlOf('director.yaml'))

  test.each(CHANGES['director.yaml'])(
    'conversations come out as a fresh analysis gives them: %s',
    async (_, change) => {
      const after = inventoryOf(change(yamlOf('director.yaml')))
      const { rows, db } = await rejudged('director.pcapng', { inventory, keep: 'findings' }, { inventory: after })
      const wanted = await fresh('director.pcapng', { inventory: after, keep: 'findings' })
      expect(rows.conversations).toEqual(wanted.conversations)
      // A flow that was kept is described as it would be; flows that were not kept cannot come back.
      const all = new Set((await fresh('director.pcapng', { inventory: after })).flows)
      expect(rows.flows.filter((flow) => !all.has(flow))).toEqual([])
      expect(rows.flows.length).toBe(
        db.prepare("SELECT count(*) FROM flows f JOIN captures p ON p.id = f.capture WHERE point = 'a'").pluck().get(),
      )
    },
  )
})

describe('ids that met those of another capture', () => {
  test('go back to what they are when that one is gone, with the flows that belong to them', async () => {
    const inventory = inventoryOf(yamlOf('edge.yaml'))
    const wanted = await fresh('edge.pcap', { inventory })
    const db = emptyDatabase()
    await analyzed(db, [otherCapture()], { ...SAME, inventory, point: 'b' })
    // Every conversation of the other capture gets the id that one of this capture wants.
    const id = (JSON.parse(wanted.conversations[0] ?? '{}') as { id: string }).id
    db.prepare('UPDATE conversations SET id = ?').run(BigInt(id))
    db.prepare('UPDATE flows SET conversation = ?').run(BigInt(id))
    await analyzed(db, [sample('edge.pcap')], { ...SAME, inventory })
    expect(seenRows(db, 'a').flows).toHaveLength(wanted.flows.length)
    db.exec("DELETE FROM captures WHERE point = 'b'")
    const [capture] = readCaptureRefs(db)
    if (capture) rejudgeCapture(db, capture, createJudge(inventory, FULL_RULES))
    const found = seenRows(db, 'a')
    expect(found.conversations).toEqual(wanted.conversations)
    expect(found.flows.length).toBe(wanted.flows.length)
    expect(found).toEqual(wanted)
  })
})
