import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { idsThatBeginWith, idText } from '../../src/store/ids.ts'
import { type Database, openToWrite } from '../../src/store/open.ts'
import { readAsked } from '../../src/store/read-explained.ts'
import { EVERY_ROW } from '../../src/store/read-filter.ts'
import { type ConversationRow, type FlowRow, readConversations, readFlows } from '../../src/store/read-rows.ts'
import { analyzed, sample, sampleInventory } from '../support/analysis.ts'

let db: Database
let flows: readonly FlowRow[] = []
let conversations: readonly ConversationRow[] = []

beforeAll(async () => {
  db = openToWrite(':memory:')
  await analyzed(db, [sample('director.pcapng')], { inventory: sampleInventory('director.yaml') })
  flows = [...readFlows(db, EVERY_ROW)]
  conversations = [...readConversations(db, EVERY_ROW)]
  return () => db.close()
})

function changed(sql: string): void {
  db.exec('SAVEPOINT before')
  onTestFinished(() => {
    db.exec('ROLLBACK TO before')
  })
  db.exec(sql)
}

describe('what has an id', () => {
  it('is the row that the lists show, for every conversation', () => {
    for (const row of conversations) {
      const asked = readAsked(db, row.id)
      expect(asked.conversation).toEqual(row)
      expect(asked.flow).toBeUndefined()
      expect(asked.facts).toMatchObject({ origAddress: row.orig_addr, respPort: row.resp_port, service: row.service })
      expect(asked.origCertificate?.names ?? []).toEqual(row.orig_certificate)
      expect(asked.respCertificate?.names ?? []).toEqual(row.resp_certificate)
      expect(asked.keptFlowCount).toBe(row.flows)
    }
  })

  it('and for every flow, with the conversation that it belongs to', () => {
    for (const row of flows) {
      const { flow, conversation, keptFlows } = readAsked(db, row.id)
      expect(flow).toEqual(row)
      expect(conversation.id).toBe(row.conversation)
      expect(keptFlows.slice(0, 1)).toEqual(
        flows
          .filter((each) => each.conversation === row.conversation)
          .map(({ id }) => id)
          .slice(0, 1),
      )
    }
  })

  it('comes with the certificates that were presented, and the files', () => {
    const row = conversations.find(({ service }) => service === 'mtls')
    const asked = readAsked(db, row?.id ?? '')
    expect(asked.respCertificate).toMatchObject({ issuer: 'CN=Contoso Internal CA', names: row?.resp_certificate })
    expect(asked.respCertificate?.fingerprint).toMatch(/^[0-9a-f]{64}$/)
    expect(asked.files).toEqual([sample('director.pcapng')])
  })
})

describe('the beginning of an id', () => {
  it('is enough where no other begins so, in small letters or large', () => {
    for (const { id } of conversations) {
      const length = [...id].findIndex((_, at) => {
        return at > 1 && conversations.filter((each) => each.id.startsWith(id.slice(0, at))).length === 1
      })
      expect(readAsked(db, id.slice(0, length)).conversation.id).toBe(id)
      expect(readAsked(db, id.slice(0, length).toUpperCase()).conversation.id).toBe(id)
    }
  })

  it('is refused where several do, with some of them', () => {
    changed(`UPDATE conversations SET id = id % 1000000 + ${idsThatBeginWith('cz')?.first}`)
    expect(() => readAsked(db, 'cz')).toThrow(
      /^'cz' is the beginning of several ids: cz\w{9}(?:, cz\w{9}){4} and more$/,
    )
  })
})

describe('what is no id', () => {
  it.each(['', 'x', 'c', 'f', 'c1o', 'c12345678901', '-1', 'conversation', 'c%'])('%j is refused', (text) => {
    expect(() => readAsked(db, text)).toThrow(`'${text}' is not the id of a conversation or a flow; wanted one such as`)
  })

  it('and one that nothing has is told apart from it', () => {
    expect(() => readAsked(db, 'c0000000000')).toThrow(
      "no conversation has the id 'c0000000000'; 'portolan conversations' lists them",
    )
    expect(() => readAsked(db, 'f0000000000')).toThrow(/^no flow has the id 'f0000000000'; 'portolan flows' lists/)
  })
})

describe('the run of ids that begin with a text', () => {
  it('holds every id that does, and no other', () => {
    for (const { id } of [...flows, ...conversations]) {
      const prefix = id.startsWith('c') ? 'c' : 'f'
      for (let length = 2; length <= id.length; length += 1) {
        const span = idsThatBeginWith(id.slice(0, length))
        expect(span?.prefix).toBe(prefix)
        expect(idText(prefix, span?.first ?? 0)).toBe(id.slice(0, length).padEnd(id.length, '0'))
        expect(idText(prefix, span?.last ?? 0)).toBe(id.slice(0, length).padEnd(id.length, 'z'))
      }
    }
  })
})
