import { describe, expect, test } from 'vitest'
import { createJudge } from '../../src/judge/judge.ts'
import { rejudgeCapture } from '../../src/rejudge.ts'
import type { Database } from '../../src/store/open.ts'
import { removeCapture } from '../../src/store/read-captures.ts'
import { readCaptureRefs } from '../../src/store/read-observed.ts'
import { removeOrphans } from '../../src/store/write.ts'
import { analyzed, emptyDatabase, FULL_RULES, inventoryOf, sample, sampleInventory } from '../support/analysis.ts'

const REPEATED = ['judgement', 'health', 'finding', 'orig_place', 'resp_place'] as const

/** A flow repeats how its conversation is judged: returns what the flows say, which must be what the conversations say. */
function judgedFlows(db: Database): readonly unknown[] {
  const flows = db.prepare(`SELECT id, ${REPEATED.join()} FROM flows ORDER BY id`).raw().all()
  const columns = REPEATED.map((name) => `c.${name}`).join()
  const conversations = `SELECT f.id, ${columns} FROM flows f JOIN conversations c ON c.id = f.conversation ORDER BY f.id`
  expect(flows).toEqual(db.prepare(conversations).raw().all())
  expect(db.prepare('SELECT count(*) FROM flow_rows').pluck().get()).toBe(flows.length)
  return flows
}

const DIRECTOR = { inventory: sampleInventory('director.yaml') }

/** Turns most verdicts over, and flows round whose direction only the inventory tells. */
const OTHER = {
  inventory: inventoryOf(`endpoints:
  - { name: clients, address: 10.0.0.0/16, role: client-internal }
  - { name: dir02, address: 10.0.0.16, role: front-end }`),
}

describe('the flows say how their conversations are judged', () => {
  test.each(['all', 'findings'] as const)('when the capture was analysed, keeping %s', async (keep) => {
    const db = emptyDatabase()
    for (const file of ['director.pcapng', 'director-midstream.pcap', 'edge.pcap']) {
      await analyzed(db, [sample(file)], { ...DIRECTOR, keep })
    }
    expect(judgedFlows(db).length).toBeGreaterThan(20)
  })

  test.each(['director.pcapng', 'director-midstream.pcap'])('when %s was judged again', async (file) => {
    const db = emptyDatabase()
    await analyzed(db, [sample(file)], DIRECTOR)
    const before = judgedFlows(db)
    for (const capture of readCaptureRefs(db)) rejudgeCapture(db, capture, createJudge(OTHER.inventory, FULL_RULES))
    removeOrphans(db)
    const after = judgedFlows(db)
    expect(after).toHaveLength(before.length)
    expect(after).not.toEqual(before)
    for (const capture of readCaptureRefs(db)) rejudgeCapture(db, capture, createJudge(DIRECTOR.inventory, FULL_RULES))
    expect(judgedFlows(db)).toHaveLength(before.length)
  })

  test('when another capture came with another inventory, and when one was removed', async () => {
    const db = emptyDatabase()
    await analyzed(db, [sample('director.pcapng')], { ...DIRECTOR, point: 'a' })
    await analyzed(db, [sample('edge.pcap')], { ...OTHER, point: 'b' })
    const both = judgedFlows(db).length
    removeCapture(db, 'b')
    removeOrphans(db)
    const left = judgedFlows(db).length
    expect(left).toBeGreaterThan(0)
    expect(left).toBeLessThan(both)
  })
})
