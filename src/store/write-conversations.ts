import type { Conversation } from '../judge/conversation.ts'
import type { Health } from '../judge/health.ts'
import type { Judgement } from '../judge/judge.ts'
import type { CaptureRef } from './capture-record.ts'
import { wantedIds } from './conversation-ids.ts'
import { createForemost } from './foremost.ts'
import { createHostSums } from './host-sums.ts'
import { bound, createInsert, fixed, type InsertColumn, time, unitsOf, type Value } from './insert.ts'
import { JudgedIds } from './judged-ids.ts'
import type { Database } from './open.ts'
import type { CertificateNumbers } from './shared-rows.ts'
import { type ConversationSum, createSums } from './sums.ts'

/** Writes the conversations of one capture, and what they add up to. */
export interface ConversationWriter {
  /** Returns the id that the row will have; `wanted` is wantedId(), where that is known. */
  add(conversation: Conversation, judgement: Judgement, health: Health | null, wanted?: number): number
  /** To be called when all conversations are added: inserts what still waits, and the sums. */
  finish(): void
  /** The sum that a conversation added here is part of. */
  sumOf(id: number): ConversationSum | undefined
}

export function createConversationWriter(
  db: Database,
  capture: CaptureRef,
  certificateOf: CertificateNumbers,
): ConversationWriter {
  const wantedOf = wantedIds(capture)
  const plain = createInsert(
    db,
    'conversations',
    columns(capture, (name) => fixed(name, RARE[name])),
  )
  const full = createInsert(db, 'conversations', columns(capture, bound))
  const flush = () => {
    plain.flush()
    full.flush()
  }
  const freeId = createFreeIds(db, flush)
  const sums = createSums(db)
  const hosts = createHostSums(db, capture)
  const foremost = createForemost(db, capture)
  const judged = new JudgedIds()
  let current = plain

  return {
    add(c, j, health, wanted) {
      const sum = sums.add(c, j, health)
      const id = freeId(wanted ?? wantedOf(c))
      judged.add(id, sum)
      hosts.add(c, sum)
      foremost.add(id, c, sum)
      const insert = isPlain(c) ? plain : full
      // Rows are to reach the table in the order in which they were added.
      if (insert !== current) current.flush()
      current = insert
      const row: Value[] = [
        id,
        c.transport,
        c.origAddress,
        c.respAddress,
        sum.origPlace,
        sum.respPlace,
        c.respPort,
        c.service,
        c.certain ? 1 : 0,
        c.basis,
        sum.judgement,
        health,
        sum.finding,
        c.flows,
        c.outcomes.established,
        c.accepted,
        c.origPackets,
        c.respPackets,
        c.origBytes,
        c.respBytes,
        c.origIpBytes,
        c.respIpBytes,
        c.proof,
        c.claim ?? null,
        certificateOf(c.origCertificate),
        certificateOf(c.respCertificate),
        unitsOf(c.firstNs, capture),
        unitsOf(c.lastNs, capture),
      ]
      insert.add(insert === plain ? row : [...row, ...rareValues(c)])
      return id
    },
    finish() {
      flush()
      sums.write(capture)
      hosts.write()
      foremost.write()
    },
    sumOf: (id) => judged.find(id),
  }
}

const COLUMNS = `id, proto, orig_addr, resp_addr, orig_place, resp_place, resp_port, service, certain, direction_basis,
  judgement, health, finding, flows, established, accepted, orig_packets, resp_packets, orig_bytes, resp_bytes,
  orig_ip_bytes, resp_ip_bytes, proof, claim, orig_certificate, resp_certificate`

/** Columns that have the same value in most rows. */
const RARE = {
  handshake_failed: 0,
  refused: 0,
  unanswered: 0,
  prohibited: 0,
  one_sided: 0,
  midstream: 0,
  broadcast: 0,
  orig_copies: 0,
  resp_copies: 0,
  expired: 0,
  alert: null,
  icmp_error: null,
  icmp_sender: null,
} as const

function rareValues(c: Conversation): readonly Value[] {
  const { outcomes } = c
  return [
    outcomes['handshake-failed'],
    outcomes.refused,
    outcomes.unanswered,
    outcomes.prohibited,
    outcomes['one-sided'],
    outcomes.midstream,
    c.broadcast,
    c.origCopies,
    c.respCopies,
    c.expired,
    c.alert ?? null,
    c.icmpError ?? null,
    c.icmpSender ?? null,
  ]
}

function isPlain(c: Conversation): boolean {
  return (
    c.outcomes.established === c.flows &&
    c.alert === undefined &&
    c.icmpError === undefined &&
    c.icmpSender === undefined &&
    c.origCopies + c.respCopies + c.broadcast + c.expired === 0
  )
}

function columns(capture: CaptureRef, rareColumn: (name: keyof typeof RARE) => InsertColumn): readonly InsertColumn[] {
  return [
    ...COLUMNS.split(',').map((name) => bound(name.trim())),
    time('first', capture),
    time('last', capture),
    ...Object.keys(RARE).map((name) => rareColumn(name as keyof typeof RARE)),
    fixed('capture', capture.number),
  ]
}

/**
 * Returns the id that a conversation gets: the wanted one, or the next that no row has. Ids that come in ascending order
 * need no question to a database that holds no other conversations.
 */
function createFreeIds(db: Database, flush: () => void): (wanted: number) => number {
  const hasOthers = db.prepare('SELECT EXISTS (SELECT 1 FROM conversations)').pluck().get() === 1
  const find = db.prepare('SELECT 1 FROM conversations WHERE id = ?').pluck()
  let highest = -1
  return (wanted) => {
    if (wanted <= highest) flush()
    let id = wanted
    if (wanted <= highest || hasOthers) while (find.get(id) !== undefined) id += 1
    highest = Math.max(highest, id)
    return id
  }
}
