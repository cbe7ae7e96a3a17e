import type { Found } from '../judge/changes.ts'
import { keyText } from '../judge/conversation.ts'
import type { Database } from './open.ts'
import type { CaptureRef } from './write.ts'

/** What was found of a stored conversation. */
export interface StoredFinding extends Found {
  readonly id: number
  /** Nanoseconds since 1970. */
  readonly first: bigint
}

/** The findings of all conversations of a capture, in the order in which conversations are listed. */
export function* readFindings(db: Database, { number }: CaptureRef): Generator<StoredFinding> {
  const rows = db
    .prepare(
      `SELECT c.id, proto, orig_addr, resp_addr, resp_port, service, certain, flows, first, health,
         verdict, reason, rule, nearest_rule
       FROM conversations c JOIN judgements j ON j.id = c.judgement
       WHERE capture = ?
       ORDER BY first, orig_addr, resp_addr, resp_port, proto, service, c.id`,
    )
    .safeIntegers()
    .iterate(number) as Iterable<Readonly<Record<string, unknown>>>
  for (const row of rows) yield findingOf(row)
}

function findingOf(row: Readonly<Record<string, unknown>>): StoredFinding {
  const certain = row['certain'] === 1n
  const key = keyText({
    transport: row['proto'] as string,
    origAddress: row['orig_addr'] as string,
    respAddress: row['resp_addr'] as string,
    respPort: Number(row['resp_port']),
    service: row['service'] as Parameters<typeof keyText>[0]['service'],
    certain,
  })
  return {
    id: Number(row['id']),
    key,
    certain,
    flows: Number(row['flows']),
    first: row['first'] as bigint,
    verdict: row['verdict'] as StoredFinding['verdict'],
    reason: row['reason'] as StoredFinding['reason'],
    rule: row['rule'] as string | null,
    nearestRule: row['nearest_rule'] as string | null,
    health: row['health'] as StoredFinding['health'],
  }
}
