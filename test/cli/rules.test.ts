import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { afterAll, describe, expect, it } from 'vitest'
import { findRule, PACKS, selectRules } from '../../src/rules/pack.ts'
import { packYaml } from '../../src/rules/pack-yaml.ts'
import { sample } from '../support/analysis.ts'
import { portolan, rowsOf, shown, temporaryFolder } from './portolan.ts'

const folder = temporaryFolder()
afterAll(folder.remove)

/** Writes a file of rules and returns its path. */
function rulesFile(name: string, text: string): string {
  writeFileSync(folder.path(name), text)
  return folder.path(name)
}

describe('rules', () => {
  it('lists the nine rows of the single-Director table as published', async () => {
    const rules = await rowsOf(['rules', '-r', 'lync-2013/single-director', '--reading', 'published'])
    expect(rules).toHaveLength(9)
    expect(rules.every(({ kinds }) => String(kinds) === 'table')).toBe(true)
  })

  it('lists what the reading and the names select, the default being everything in full', async () => {
    const all = await rowsOf(['rules', 'list'])
    expect(all.map(({ id }) => id)).toEqual(
      selectRules(['lync-2013', 'windows-baseline'], 'full').rules.map(({ rule }) => rule.id),
    )
    const some = await rowsOf(['rules', '-r', 'windows-baseline', '-r', 'lync-2013/av-requirements'])
    expect(some.length).toBeLessThan(all.length)
  })

  it('marks what is withdrawn', async () => {
    const withdrawn = (await rowsOf(['rules'])).filter((rule) => rule['withdrawn'] === true)
    expect(withdrawn.length).toBeGreaterThan(0)
    const table = await shown(['rules'])
    for (const { id } of withdrawn) expect(table).toContain(`${id} (withdrawn)`)
    expect(table.match(/\(withdrawn\)/g)).toHaveLength(withdrawn.length)
  })

  it.each(PACKS.flatMap(({ rules }) => rules.map(({ id }) => id)))('show %s prints every reference', async (id) => {
    const { rule } = findRule(id)
    const text = await shown(['rules', 'show', id])
    for (const { where, says = '' } of rule.references) {
      expect(text).toContain(where)
      expect(text).toContain(says)
    }
    const document = JSON.parse(await shown(['rules', 'show', id, '--format', 'json']))
    expect(document.references).toHaveLength(rule.references.length)
  })

  it.each([
    [['rules', '-r', 'lync2013'], "rules 'lync2013' are not known; did you mean 'lync-2013'?"],
    [['rules', '--reading', 'ful'], "--reading 'ful' is not known; did you mean 'full'?"],
    [['rules', 'show', 'director-rp-808'], "rule 'director-rp-808' is not known; did you mean 'director-rp-8080'?"],
    [['rules', 'show'], "missing required argument 'id'"],
    [
      ['rules', 'show', 'director-rp-8080', '--format', 'csv'],
      "--format 'csv' is not known; wanted table, json or ndjson",
    ],
  ])('%j is refused with one sentence', async (args, sentence) => {
    const { code, err } = await portolan(args)
    expect([code, err]).toEqual([2, `${sentence}\n`])
  })
})

const OUR_RULES = `override:
  - { id: director-client-443, ports: 444, source: Change 4711 }
disable:
  - { id: director-client-80, source: Nobody uses it }
`

describe('rules of a user', () => {
  it('are listed beside those of the packs, and shown', async () => {
    const file = rulesFile('our.yaml', OUR_RULES)
    const rows = await rowsOf(['rules', '-r', 'lync-2013', '-r', file])
    const changed = rows.filter((row) => row['overridden_by'] === 'our.yaml')
    expect(changed.map(({ id, ports, withdrawn }) => [id, ports, withdrawn])).toEqual([
      ['director-client-80', ['80'], true],
      ['director-client-443', ['444'], false],
    ])
    const text = await shown(['rules', 'show', 'director-client-443', '-r', file])
    expect(text).toMatch(/overridden +by our\.yaml\n +instead of port tcp 443\n/)
    expect(text).toMatch(/our\.yaml\n {2}table {2}Change 4711\n/)
  })

  it('are checked, and told with what was understood', async () => {
    const file = rulesFile('our.yaml', OUR_RULES)
    const text = await shown(['rules', 'check', file])
    expect(text).toContain('director-client-443 (overridden)')
    expect(text).toContain('director-client-80 (withdrawn)')
    expect(text.replaceAll('\n', ' ')).toContain('our.yaml is in order: 1 override, 1 disabled rule.')
    const rows = await rowsOf(['rules', 'check', file])
    expect(rows.map(({ id }) => id)).toEqual(['director-client-80', 'director-client-443'])
  })

  it('may be what the help shows', async () => {
    const help = await shown(['rules', '--help'])
    const example = /^ {2}# our-rules\.yaml\n(?: {2}.*\n)+/m.exec(help)?.[0] ?? ''
    const text = await shown(['rules', 'check', rulesFile('shown.yaml', example)])
    expect(text.replaceAll('\n', ' ')).toContain('shown.yaml is in order: 1 rule, 1 override, 1 disabled rule.')
  })

  it('are refused by every command with line and column', async () => {
    const file = rulesFile('bad.yaml', OUR_RULES.replace('444', '70000'))
    const sentence = `port '70000' at ${file}:2:39 is not between 1 and 65535\n`
    const capture = sample('director.pcapng')
    for (const args of [
      ['rules', 'check', file],
      ['rules', '-r', file],
      ['rules', 'show', 'director-client-443', '-r', file],
      ['analyze', capture, '-r', 'lync-2013', '-r', file, '-d', folder.path('never.db')],
    ]) {
      const { code, err } = await portolan(args)
      expect([code, err]).toEqual([2, sentence])
    }
    expect(existsSync(folder.path('never.db'))).toBe(false)
  })

  it('judge again when they change, and stay in the database when their file is gone', async () => {
    const db = folder.path('rules.db')
    const file = rulesFile('our.yaml', OUR_RULES)
    const analyze = (...names: readonly string[]) => {
      const rules = names.flatMap((name) => ['-r', name])
      return portolan(['analyze', sample('director.pcapng'), '-i', sample('director.yaml'), ...rules, '-d', db])
    }
    const midstream = ['analyze', sample('director-midstream.pcap'), '-i', sample('director.yaml'), '-d', db]
    const web = async () => {
      const rows = await rowsOf(['conversations', '--port', '443', '-d', db])
      return new Set(rows.filter((row) => row['rule'] === 'director-client-443').map((row) => row['verdict']))
    }
    await analyze('lync-2013')
    expect(await web()).toEqual(new Set(['expected']))
    expect((await analyze('lync-2013', file)).code).toBe(0)
    expect(await web()).toEqual(new Set())

    rmSync(file)
    const later = await portolan(midstream)
    expect([later.code, later.err]).toEqual([0, ''])
    expect(await web()).toEqual(new Set())
    const listed = await rowsOf(['rules', '-d', db])
    expect(listed.find(({ id }) => id === 'director-client-443')).toMatchObject({ overridden_by: 'our.yaml' })
    expect(await shown(['rules', 'show', 'director-client-443', '-d', db])).toContain('by our.yaml')
    expect(await rowsOf(['rules', '-d', db, '--reading', 'published'])).not.toHaveLength(listed.length)

    rulesFile('our.yaml', OUR_RULES.replace('444', '443-444'))
    const changed = await portolan([...midstream, '-r', 'lync-2013', '-r', file])
    expect(changed.err).toContain('1 capture of')
    expect(await web()).toEqual(new Set(['expected']))
  })

  it('of a database stand at the ports of its inventory', async () => {
    const db = folder.path('moved.db')
    const inventory = folder.path('moved.yaml')
    const moved = 'ports:\n  - { name: web, role: director, transport: tcp, documented: 443, actual: 4430 }\n'
    writeFileSync(inventory, `${readFileSync(sample('director.yaml'), 'utf8').trimEnd()}\n${moved}`)
    await shown(['analyze', sample('director.pcapng'), '-i', inventory, '-d', db])
    const rule = (await rowsOf(['rules', '-d', db])).find(({ id }) => id === 'director-client-443')
    expect(rule).toMatchObject({ ports: ['4430'], documented_ports: ['443'] })
    const rows = await rowsOf(['conversations', '--port', '443', '-d', db])
    expect(rows.filter((row) => row['rule'] === 'director-client-443')).toEqual([])
  })
})

/** What the pack has in force with nothing beside it; its own rules come last in a file. */
function idsAlone(name: string): readonly string[] {
  const { rules } = selectRules([name], 'full')
  const own = rules.filter(({ pack }) => pack === name)
  return [...rules.filter((each) => !own.includes(each)), ...own].map(({ rule }) => rule.id)
}

describe('rules export', () => {
  it.each(PACKS)('prints $name, or writes it to a new file', async (pack) => {
    expect(await shown(['rules', 'export', pack.name])).toBe(packYaml(pack))
    const file = folder.path(`${pack.name}.yaml`)
    expect(await shown(['rules', 'export', pack.name, '-o', file])).toBe('')
    expect(readFileSync(file, 'utf8')).toBe(packYaml(pack))
    const rows = await rowsOf(['rules', '-r', file])
    expect(rows.map(({ id }) => id)).toEqual(idsAlone(pack.name))
  })

  it('never writes over a file', async () => {
    const file = rulesFile('mine.yaml', OUR_RULES)
    mkdirSync(folder.path('dir.yaml'))
    for (const path of [file, folder.path('dir.yaml')]) {
      const { code, err } = await portolan(['rules', 'export', 'lync-2013', '-o', path])
      expect([code, err]).toEqual([2, `${path} is there already; nothing was written\n`])
    }
    expect(readFileSync(file, 'utf8')).toBe(OUR_RULES)
  })

  it('refuses a pack that is not there', async () => {
    const { code, err } = await portolan(['rules', 'export', 'lync2013'])
    expect([code, err]).toEqual([2, "pack 'lync2013' is not known; did you mean 'lync-2013'?\n"])
  })
})
