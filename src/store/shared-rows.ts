import type { Certificate } from '../evidence/certificate.ts'
import type { Placement } from '../inventory/lookup.ts'
import type { Answer } from '../judge/judge.ts'
import type { CaptureRef } from './capture-record.ts'
import type { Database } from './open.ts'

/*
 * Rows that many rows refer to by number: what the inventory says of addresses, certificates, and judgements. Each of
 * the functions here returns one that gives the number, and writes the row where it is not there yet.
 */

export function placementNumbers(db: Database): (placement: Placement | undefined) => number | null {
  const known = new Map<Placement, number>()
  const insert = db.prepare('INSERT INTO placements (name, roles) VALUES (?, ?)')
  return (placement) => {
    if (placement === undefined) return null
    let number = known.get(placement)
    if (number === undefined) {
      number = Number(insert.run(placement.name, JSON.stringify(placement.roles)).lastInsertRowid)
      known.set(placement, number)
    }
    return number
  }
}

export type CertificateNumbers = (certificate: Certificate | undefined) => number | null

/** Notes too that the capture has it. */
export function certificateNumbers(db: Database, capture: CaptureRef): CertificateNumbers {
  const known = new Map<string, number>()
  const find = db.prepare('SELECT id FROM certificates WHERE fingerprint = ?').pluck()
  const insert = db.prepare(
    `INSERT INTO certificates (fingerprint, subject, issuer, names, not_before_ms, not_after_ms)
     VALUES (?, ?, ?, ?, ?, ?)`,
  )
  const note = db.prepare('INSERT OR IGNORE INTO presented (capture, certificate) VALUES (?, ?)')

  function numberOf({ fingerprint, subject, issuer, names, notBefore, notAfter }: Certificate): number {
    const found = find.get(fingerprint) as number | undefined
    if (found !== undefined) return found
    const dates = [notBefore ?? null, notAfter ?? null]
    return Number(insert.run(fingerprint, subject, issuer, JSON.stringify(names), ...dates).lastInsertRowid)
  }

  return (certificate) => {
    if (certificate === undefined) return null
    let number = known.get(certificate.fingerprint)
    if (number === undefined) {
      number = numberOf(certificate)
      note.run(capture.number, number)
      known.set(certificate.fingerprint, number)
    }
    return number
  }
}

export function answerNumbers(db: Database): (answer: Answer) => number {
  // Answers that were given to different questions can be equal.
  const known = new Map<string, number>()
  const insert = db.prepare(
    `INSERT INTO judgements (verdict, evidence, rule, pack, reason, nearest_rule, differs, remarks)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  return ({ verdict, evidence, rule, pack, reason, nearestRule, differs, remarks }) => {
    const lists = [JSON.stringify(differs), JSON.stringify(remarks)]
    const values = [verdict, evidence, rule, pack, reason, nearestRule, ...lists]
    const key = JSON.stringify(values)
    let number = known.get(key)
    if (number === undefined) {
      number = Number(insert.run(values).lastInsertRowid)
      known.set(key, number)
    }
    return number
  }
}

/**
 * Takes out what nothing refers to any more. Asks the sums and not the conversations, whose judgements and places they
 * have, because there are few of them.
 */
export function removeOrphans(db: Database): void {
  db.exec(`
    DELETE FROM judgements WHERE id NOT IN (SELECT judgement FROM sums);
    DELETE FROM placements WHERE id NOT IN (
      SELECT orig_place FROM sums WHERE orig_place IS NOT NULL
      UNION SELECT resp_place FROM sums WHERE resp_place IS NOT NULL);
    DELETE FROM certificates WHERE id NOT IN (SELECT certificate FROM presented);
  `)
}
