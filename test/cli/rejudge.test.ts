import { copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest'
import { sample } from '../support/analysis.ts'
import { portolan, shown, temporaryFolder } from './portolan.ts'

const folder = temporaryFolder()
afterAll(folder.remove)

const CAPTURES = {
  'director.yaml': [sample('director.pcapng'), sample('director-midstream.pcap')],
  'edge.yaml': [sample('edge.pcap')],
} as const
type SampleInventory = keyof typeof CAPTURES

const databases = new Map<SampleInventory, string>()

beforeAll(async () => {
  for (const [name, captures] of Object.entries(CAPTURES)) {
    const db = folder.path(`${name}.db`)
    await shown(['analyze', ...captures, '-i', sample(name), '-d', db, '--keep', 'all'])
    databases.set(name as SampleInventory, db)
  }
})

let number = 0

/** A copy of what the sample came to. */
function copyOf(name: SampleInventory): string {
  number += 1
  const copy = folder.path(`${number}.db`)
  copyFileSync(databases.get(name) ?? '', copy)
  return copy
}

function written(name: string, text: string): string {
  number += 1
  const path = folder.path(`${number}-${name}`)
  writeFileSync(path, text)
  return path
}

type Row = Readonly<Record<string, unknown>>

const LISTS = ['conversations', 'flows'] as const

/** Everything that people and programs see of a database. */
async function seen(db: string): Promise<readonly string[]> {
  const lists = LISTS.map((list) => shown([list, '-d', db, '--format', 'ndjson']))
  const sums = ['verdict', 'reason', 'rule', 'roles', 'host', 'port'].map((key) =>
    shown(['summary', '--by', key, '-d', db, '--format', 'json']),
  )
  return Promise.all([
    ...lists,
    shown(['summary', '-d', db]),
    shown(['summary', '-d', db, '--format', 'json']),
    ...sums,
  ])
}

async function conversationsOf(db: string): Promise<readonly Row[]> {
  return JSON.parse(await shown(['conversations', '-d', db, '--format', 'json'])) as Row[]
}

const JUDGED = ['verdict', 'reason', 'rule', 'health'] as const

/** What two lists of conversations differ in, as the list of changes should have it. */
function expectedChanges(before: readonly Row[], after: readonly Row[]): readonly string[] {
  const former = new Map(before.map((row) => [row['id'], row]))
  return after.flatMap((row) => {
    const was = former.get(row['id'])
    // It turned round: another conversation than there was.
    if (was === undefined) return [`${row['id']} turned`]
    return JUDGED.some((field) => was[field] !== row[field]) ? [`${row['id']} ${was['verdict']}`] : []
  })
}

const withoutLine = (pattern: RegExp) => (yaml: string) =>
  yaml
    .split('\n')
    .filter((line) => !pattern.test(line))
    .join('\n')

const OWN_RULE = `rules:
  - id: own-scom
    originators: sql-backend
    responders: director
    transport: tcp
    ports: 5723
    protocol: windows-fabric
    purpose: Monitoring
    source: Change 4711
`

interface Case {
  readonly name: SampleInventory
  readonly inventory?: (yaml: string) => string
  readonly rules?: readonly string[]
  /** Some conversations turn round. */
  readonly turns: boolean
}

const CASES: Readonly<Record<string, Case>> = {
  'the Director is gone, and with it a direction': {
    name: 'director.yaml',
    inventory: withoutLine(/role: director /),
    turns: true,
  },
  'the Edge is gone, which the logging rule did not ask for': {
    name: 'director.yaml',
    inventory: withoutLine(/role: edge-internal/),
    turns: false,
  },
  'the domain controller is gone': { name: 'director.yaml', inventory: withoutLine(/domain-controller/), turns: false },
  'a stranger is listed': {
    name: 'director.yaml',
    inventory: (yaml) => `${yaml.trimEnd()}\n  - { name: stranger, address: 10.9.9.9, role: client-internal }\n`,
    turns: false,
  },
  'the Director is a Front End': {
    name: 'director.yaml',
    inventory: (yaml) => yaml.replace('role: director ', 'role: front-end '),
    turns: false,
  },
  'the Director is something else, and with it a direction': {
    name: 'director.yaml',
    inventory: (yaml) => yaml.replace('role: director ', 'role: other '),
    turns: true,
  },
  'the A/V Edge is gone': { name: 'edge.yaml', inventory: withoutLine(/role: edge-av/), turns: false },
  'only the tables as they are printed': { name: 'director.yaml', rules: ['--reading', 'published'], turns: false },
  'one page': { name: 'director.yaml', rules: ['-r', 'lync-2013/single-director'], turns: false },
  'the Windows host baseline alone, which gives other directions': {
    name: 'director.yaml',
    rules: ['-r', 'windows-baseline'],
    turns: true,
  },
  'no rule for media': { name: 'edge.yaml', rules: ['-r', 'lync-2013/single-director'], turns: false },
  'a rule of our own': {
    name: 'director.yaml',
    rules: ['-r', 'lync-2013', '-r', 'windows-baseline', '-r', 'own.yaml'],
    turns: false,
  },
}

describe('what is stored is judged again as a fresh analysis would judge it', () => {
  test.each(Object.entries(CASES))(
    '%s',
    { timeout: 30_000 },
    async (_, { name, inventory = (yaml) => yaml, rules = [], turns }) => {
      const db = copyOf(name)
      const before = await conversationsOf(db)
      const file = written('inventory.yaml', inventory(readFileSync(sample(name), 'utf8')))
      const own = written('own.yaml', OWN_RULE)
      const options = ['-i', file, ...rules.map((word) => (word === 'own.yaml' ? own : word))]

      const dry = await portolan(['rejudge', ...options, '--diff', '--dry-run', '-d', db, '--format', 'json'])
      expect(await conversationsOf(db)).toEqual(before)
      const wet = await portolan(['rejudge', ...options, '--diff', '-d', db, '--format', 'json'])
      expect([dry.code, wet.code, dry.out]).toEqual([0, 0, wet.out])

      const fresh = folder.path(`fresh-${number}.db`)
      await shown(['analyze', ...CAPTURES[name], ...options, '-d', fresh, '--keep', 'all'])
      expect(await seen(db)).toEqual(await seen(fresh))

      const changes = JSON.parse(wet.out) as Row[]
      const told = changes.map((row) => `${row['id']} ${row['turned'] === true ? 'turned' : row['former_verdict']}`)
      expect([...told].sort()).toEqual([...expectedChanges(before, await conversationsOf(fresh))].sort())
      expect(told.length).toBeGreaterThan(0)
      expect(told.some((each) => each.endsWith('turned'))).toBe(turns)

      const again = await portolan(['rejudge', ...options, '--diff', '-d', db, '--format', 'json'])
      expect(again.out).toBe('[]\n')
    },
  )
})

describe('the command', () => {
  const gone = () => written('gone.yaml', withoutLine(/role: director /)(readFileSync(sample('director.yaml'), 'utf8')))

  it('ends with the summary unless the changes are asked for, and says what happened', async () => {
    const db = copyOf('director.yaml')
    const { out, err } = await portolan(['rejudge', '-d', db, '-i', gone()])
    expect(out).toBe(await shown(['summary', '-d', db]))
    expect(err).toMatch(
      /^Judged again: \d+ conversations of 2 captures; \d+ judged otherwise, 1 of them turned round\.\n$/,
    )
  })

  it('keeps what the database was judged by where nothing else is named', async () => {
    const db = copyOf('director.yaml')
    const before = await seen(db)
    const { out, err } = await portolan(['rejudge', '-d', db, '--diff'])
    expect(out).toBe('Nothing is judged otherwise.\n')
    expect(err).toMatch(/; none is judged otherwise\.\n$/)
    expect(await seen(db)).toEqual(before)
  })

  it('lists a turned conversation with what it was', async () => {
    const db = copyOf('director.yaml')
    const changes = JSON.parse(await shown(['rejudge', '-d', db, '-i', gone(), '--diff', '--format', 'json'])) as Row[]
    expect(changes.filter(({ turned }) => turned === true)).toMatchObject([
      {
        orig_addr: '10.0.0.16',
        resp_addr: '10.0.0.20',
        resp_port: 49600,
        former_verdict: 'expected',
        former_rule: 'director-cls-50001',
        verdict: 'unexpected',
        reason: 'unknown-source',
        changed_flows: 1,
      },
    ])
    expect(changes.every(({ id, former_id, turned }) => (id === former_id) !== turned)).toBe(true)
  })

  it('shows the same in a table, before and after', async () => {
    const table = await shown(['rejudge', '-d', copyOf('director.yaml'), '-i', gone(), '--diff'])
    expect(table).toMatch(/^originator +responder +port +before +after +direction +flows +capture +id\n/)
    expect(table).toMatch(
      /10\.0\.0\.16 +edge01 internal 10\.0\.0\.20 +tcp 49600 +expected director-cls-50001 +unknown-source \(\S+\) +turned round +1 /,
    )
  })

  it('leaves a dry run no trace, byte for byte', async () => {
    const db = copyOf('director.yaml')
    const before = readFileSync(db)
    const { out, err } = await portolan(['rejudge', '-d', db, '-i', gone(), '--dry-run', '--format', 'json'])
    expect(err).toMatch(/ Nothing was written: --dry-run\.\n$/)
    expect(JSON.parse(out)).toMatchObject({ captures: 2, turned: 1, dry_run: true })
    expect(readFileSync(db).equals(before)).toBe(true)
  })

  it('ends with 1 where --fail-on finds something, also in a dry run', async () => {
    const db = copyOf('director.yaml')
    expect((await portolan(['rejudge', '-d', db, '--fail-on', 'unexpected', '--dry-run'])).code).toBe(1)
    const nobody = written('nobody.yaml', 'endpoints:\n  - { name: far away, address: 172.16.0.1, role: other }\n')
    expect((await portolan(['rejudge', '-d', db, '--fail-on', 'unexpected', '-i', nobody])).code).toBe(0)
  })

  it.each([
    [['-d', folder.path('none.db')], 'there is no database'],
    [['--format', 'csv'], 'a whole summary is no CSV; wanted --format table, json or ndjson, or --diff'],
    [['--reading', 'loose'], "--reading 'loose' is not known"],
    [['-i', folder.path('nowhere.yaml')], 'nowhere.yaml'],
  ])('refuses what cannot be, in one sentence, and changes nothing: %j', async (options, sentence) => {
    const db = copyOf('director.yaml')
    const before = readFileSync(db)
    const { code, out, err } = await portolan(['rejudge', '-d', db, ...options])
    expect([code, out]).toEqual([2, ''])
    expect(err).toContain(sentence)
    expect(err.trimEnd().split('\n')).toHaveLength(1)
    expect(readFileSync(db).equals(before)).toBe(true)
  })

  it('refuses a database that holds no capture', async () => {
    const db = copyOf('edge.yaml')
    await shown(['captures', 'remove', 'captures/edge', '-d', db])
    const { code, err } = await portolan(['rejudge', '-d', db])
    expect([code, err]).toEqual([2, "the database holds no capture; 'portolan analyze <capture>' adds one\n"])
  })
})
