import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, test } from 'vitest'
import type { Inventory } from '../../src/inventory/inventory.ts'
import { parseInventory } from '../../src/inventory/read.ts'
import { createJudge } from '../../src/judge/judge.ts'
import { rejudgeCapture } from '../../src/rejudge.ts'
import { changeText, pasteText, placeholdersOf } from '../../src/report/explained-change.ts'
import { type Explanation, explanationOf } from '../../src/report/explanation.ts'
import { writeExplanation } from '../../src/report/explanation-text.ts'
import { type RuleSet, selectRules } from '../../src/rules/pack.ts'
import { parseUserPack } from '../../src/rules/user-pack.ts'
import { type JudgedBy, readJudgedBy } from '../../src/store/judged-by.ts'
import type { Database } from '../../src/store/open.ts'
import { readAsked } from '../../src/store/read-explained.ts'
import { EVERY_ROW } from '../../src/store/read-filter.ts'
import { readCaptureRefs } from '../../src/store/read-observed.ts'
import { type ConversationRow, readConversations, readFlows } from '../../src/store/read-rows.ts'
import { analyzed, emptyDatabase, inventoryOf, sample, sampleInventory, temporaryFolder } from '../support/analysis.ts'
import { pcap } from '../support/captures.ts'
import { ethernet, ipv4, tcp } from '../support/packets.ts'
import { captureOutput } from './captured-output.ts'

const SAMPLES = [
  ['director.pcapng', 'director.yaml'],
  ['director-midstream.pcap', 'director.yaml'],
  ['edge.pcap', 'edge.yaml'],
] as const

async function databaseOf(capture: string, inventory: string): Promise<Database> {
  const db = emptyDatabase()
  await analyzed(db, [sample(capture)], { inventory: sampleInventory(inventory), inventoryFile: sample(inventory) })
  return db
}

function explained(db: Database, id: string): Explanation {
  return explanationOf(readAsked(db, id), readJudgedBy(db) as JudgedBy)
}

/** What is judged by once the text has been pasted where it belongs, and what it says is to be replaced has been. */
function pasted(explanation: Explanation, inventoryText: string): { inventory: Inventory; rules: RuleSet } {
  const { change, judgedBy, row } = explanation
  const { inventory, rules } = judgedBy
  if (change === undefined) return { inventory, rules }
  const text = pasteText(change, judgedBy.inventoryFile)
  if (change.kind === 'inventory') return { inventory: inventoryOf(`${inventoryText}\n${text}\n`), rules }
  const placeholders = placeholdersOf(change)
  if (placeholders.length > 0) expect(() => parseUserPack(Buffer.from(text), 'own.yaml')).toThrow(/^(role|protocol) '</)
  for (const each of placeholders) expect(changeText(explanation)).toContain(`${each} by `)
  const whole = text.replace('<role>', 'other').replace('<protocol>', change.rule.protocol)
  const { pack } = parseUserPack(Buffer.from(whole), 'own.yaml')
  const stranger = change.open.includes('originators') ? row.orig_addr : row.resp_addr
  const line = placeholders.includes('<role>') ? `\n  - { name: new, address: "${stranger}", role: other }\n` : '\n'
  return {
    inventory: inventoryOf(`${inventoryText}${line}`),
    rules: selectRules([...rules.names, 'own.yaml'], rules.reading, [pack]),
  }
}

/** The verdict that the conversation has with them. */
function verdictWith(db: Database, { id }: ConversationRow, inventory: Inventory, rules: RuleSet): unknown {
  db.exec('SAVEPOINT before')
  const [capture] = readCaptureRefs(db)
  if (capture) rejudgeCapture(db, capture, createJudge(inventory, rules))
  const row = [...readConversations(db, EVERY_ROW)].find((each) => each.id === id)
  db.exec('ROLLBACK TO before')
  return row?.verdict
}

describe('the smallest change, pasted as it is printed, makes the conversation expected', () => {
  test.each(SAMPLES)('%s', { timeout: 30_000 }, async (capture, inventory) => {
    const db = await databaseOf(capture, inventory)
    const rows = [...readConversations(db, EVERY_ROW)]
    const unexpected = rows.filter(({ verdict }) => verdict === 'unexpected')
    expect(unexpected.length).toBeGreaterThan(1)
    const withoutChange: string[] = []
    for (const row of unexpected) {
      const explanation = explained(db, row.id)
      const after = pasted(explanation, readFileSync(sample(inventory), 'utf8').trimEnd())
      if (explanation.change === undefined) withoutChange.push(`${row.reason} ${row.service}`)
      else expect([row.id, verdictWith(db, row, after.inventory, after.rules)]).toEqual([row.id, 'expected'])
    }
    // Nothing accepts these: SSH where another protocol belongs, and what is exposed.
    for (const each of withoutChange) expect(each).toMatch(/^exposed |^protocol-mismatch ssh$/)
    for (const row of rows) if (row.verdict !== 'unexpected') expect(explained(db, row.id).change).toBeUndefined()
  })

  test('as a row, where the inventory is a CSV', async () => {
    const folder = temporaryFolder()
    const file = join(folder, 'inventory.csv')
    const csv = 'name,address,role\ndir01.contoso.local,10.0.0.16,director\n"pool, first",10.0.0.41,front-end\n'
    writeFileSync(file, csv)
    const capture = join(folder, 'one.pcap')
    const frame = ethernet(ipv4(tcp({ srcPort: 61_000, dstPort: 445 }), { src: '10.0.0.41', dst: '10.0.0.16' }))
    writeFileSync(capture, pcap([{ ns: 1_769_817_600_000_000_000n, frame }]))
    const db = emptyDatabase()
    const before = parseInventory(Buffer.from(csv), file)
    await analyzed(db, [capture], { inventory: before, inventoryFile: file })
    const [row] = [...readConversations(db, EVERY_ROW)]
    const { change, judgedBy } = explained(db, row?.id ?? '')
    const text = change && pasteText(change, judgedBy.inventoryFile)
    expect(text).toBe('"pool, first",10.0.0.41,front-end cms-master')
    const after = parseInventory(Buffer.from(`${csv}${text}\n`), file)
    expect(row && verdictWith(db, row, after, judgedBy.rules)).toBe('expected')
  })
})

describe('an explanation', () => {
  it('names the entry that the longest match chose, and the wider one', async () => {
    const db = await databaseOf('director.pcapng', 'director.yaml')
    const rows = [...readConversations(db, EVERY_ROW)]
    const { resp } = explained(db, rows.find(({ resp_addr }) => resp_addr === '10.0.0.40')?.id ?? '')
    const lines = readFileSync(sample('director.yaml'), 'utf8').split('\n')
    const lineOf = (name: string) => lines.findIndex((line) => line.includes(name)) + 1
    expect(resp.entries).toMatchObject([{ file: sample('director.yaml'), line: lineOf('fe01.contoso.local') }])
    expect(resp.wider).toMatchObject([{ name: 'pool01.contoso.local', line: lineOf('pool01.contoso.local') }])
  })

  it('says for every difference what was found and what the rule has', async () => {
    const db = await databaseOf('edge.pcap', 'edge.yaml')
    for (const row of readConversations(db, EVERY_ROW)) {
      const { differences, rule } = explained(db, row.id)
      expect(differences.map(({ field }) => field)).toEqual(row.differs)
      for (const { found, wanted } of differences) expect(found).not.toBe(wanted)
      expect(rule?.rule.id ?? null).toBe(row.rule ?? row.nearest_rule)
    }
  })

  test.each(SAMPLES)(
    'of %s is text of at most 80 columns, but for what is pasted',
    { timeout: 30_000 },
    async (capture, inventory) => {
      const db = await databaseOf(capture, inventory)
      const ids = [...readConversations(db, EVERY_ROW), ...readFlows(db, EVERY_ROW)].map(({ id }) => id)
      for (const id of ids) {
        const explanation = explained(db, id)
        const out = captureOutput()
        writeExplanation(out, explanation)
        const { change, filter, judgedBy } = explanation
        const whole = new Set([filter, ...(change ? pasteText(change, judgedBy.inventoryFile).split('\n') : [])])
        // A path cannot be broken at blanks.
        const long = out.lines().filter((line) => line.length > 80 && !whole.has(line))
        expect(long).toEqual([])
        for (const line of whole) expect(out.lines()).toContain(line)
      }
    },
  )

  it('of what is exposed offers nothing to paste', async () => {
    const db = await databaseOf('edge.pcap', 'edge.yaml')
    const exposed = [...readConversations(db, EVERY_ROW)].filter(({ reason }) => reason === 'exposed')
    expect(exposed.length).toBeGreaterThan(0)
    for (const { id } of exposed) {
      const out = captureOutput()
      writeExplanation(out, explained(db, id))
      expect(out.text()).toContain('should not answer on this\nport. Close it there.')
      expect(out.text()).not.toContain('rules:')
    }
  })

  it('has the ports that the inventory moved, and the documented ones', async () => {
    const ports = 'ports:\n  - { name: web, role: director, transport: tcp, documented: 8080, actual: [8080, 8443] }\n'
    const inventory = inventoryOf(`${readFileSync(sample('director.yaml'), 'utf8')}\n${ports}`)
    const db = emptyDatabase()
    await analyzed(db, [sample('director.pcapng')], { inventory })
    const moved = [...readConversations(db, EVERY_ROW)].find(({ resp_port }) => resp_port === 8443)
    const out = captureOutput()
    writeExplanation(out, explained(db, moved?.id ?? ''))
    expect(out.text()).toMatch(
      /\nport {2,}tcp 8080, 8443, to speak http\n +moved, says the inventory; documented is 8080\n/,
    )
  })

  it('asks for a protocol where nothing tells one, and for the role of who has none, rather than allow anybody', async () => {
    const db = await databaseOf('director.pcapng', 'director.yaml')
    const textOf = (port: number) => {
      const row = [...readConversations(db, EVERY_ROW)].find(
        ({ resp_port, verdict }) => resp_port === port && verdict === 'unexpected',
      )
      const out = captureOutput()
      writeExplanation(out, explained(db, row?.id ?? ''))
      return out.text().replaceAll(/\s+/g, ' ')
    }
    expect(textOf(22)).toMatch(/ First list 2001:db8:9::9 in \S+director.yaml, with its role\. /)
    expect(textOf(22)).toContain('Replace <role> by that role, and <protocol> by what is spoken there')
    expect(textOf(22)).toContain('id: own-director-tcp-22 originators: <role> responders: director')
    expect(textOf(22)).toContain('protocol: <protocol>')
    expect(textOf(8443)).toContain('Replace <protocol> by what is spoken there')
    expect(textOf(8443)).not.toContain('<role>')
    expect(textOf(4443)).not.toContain('Replace')
    expect(textOf(4443)).toContain('protocol: https ')
  })

  it('says each remark in words', async () => {
    const db = await databaseOf('director.pcapng', 'director.yaml')
    const rows = [...readConversations(db, EVERY_ROW)].filter(({ remarks }) => remarks.length > 0)
    expect(new Set(rows.flatMap(({ remarks }) => remarks)).size).toBeGreaterThan(2)
    for (const row of rows) {
      const out = captureOutput()
      writeExplanation(out, explained(db, row.id))
      for (const remark of row.remarks) expect(out.text()).toMatch(new RegExp(` ${remark}: \\w`))
    }
  })
})

test('what is exposed on a port of the logging agent may be media, where nothing was said', async () => {
  const db = await databaseOf('edge.pcap', 'edge.yaml')
  const exposed = [...readConversations(db, EVERY_ROW)].find(
    ({ reason, resp_roles }) => reason === 'exposed' && resp_roles.includes('edge-av'),
  )
  const { asked, judgedBy } = explained(db, exposed?.id ?? '')
  const silent = { ...asked, conversation: { ...asked.conversation, service: 'none' } as const }
  const textOf = (explanation: Explanation) => {
    const out = captureOutput()
    writeExplanation(out, explanation)
    return out.text().replaceAll(/\s+/g, ' ')
  }
  const both = `(edge-internal-cls-${exposed?.resp_port}) or media (edge-av-media-tcp)`
  expect(textOf(explanationOf(silent, judgedBy))).toContain(both)
  expect(textOf(explanationOf(asked, judgedBy))).not.toContain('may be')
  const rules = selectRules(['windows-baseline'], 'full')
  expect(textOf(explanationOf(silent, { ...judgedBy, rules }))).not.toContain('may be')
})
