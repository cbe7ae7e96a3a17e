import type { Conversation } from '../judge/conversation.ts'
import type { CaptureRef } from './capture-record.ts'
import type { Database } from './open.ts'
import type { ConversationSum } from './sums.ts'

/** The kinds of conversations of which a summary names the first: of the expected ones, those that fail. */
export type ForemostKind = 'unexpected' | 'broken' | 'flaky'

/** So many of each kind stand in the database for each capture. */
export const MOST_FOREMOST = 20

/** The conversations of a capture that a summary names, because it must not look for them among a million. */
export interface Foremost {
  add(id: number, conversation: Conversation, sum: ConversationSum): void
  write(): void
}

interface Entry {
  readonly id: number
  readonly conversation: Conversation
}

export function createForemost(db: Database, capture: CaptureRef): Foremost {
  const kinds: Readonly<Record<ForemostKind, Entry[]>> = { unexpected: [], broken: [], flaky: [] }
  return {
    add(id, conversation, { finding, health }) {
      if (finding === 0 && health !== 'flaky') return
      insertInOrder(kinds[finding === 1 ? (health === 'broken' ? 'broken' : 'unexpected') : 'flaky'], {
        id,
        conversation,
      })
    },
    write() {
      db.prepare('DELETE FROM foremost WHERE capture = ?').run(capture.number)
      const insert = db.prepare('INSERT INTO foremost VALUES (?, ?, ?)')
      for (const [kind, entries] of Object.entries(kinds)) {
        for (const { id } of entries) insert.run(capture.number, kind, id)
      }
    },
  }
}

function insertInOrder(entries: Entry[], entry: Entry): void {
  if (entries.length === MOST_FOREMOST && entry.conversation.flows < entries[MOST_FOREMOST - 1]!.conversation.flows)
    return
  let place = entries.length
  while (place > 0 && compare(entries[place - 1]!, entry) > 0) place -= 1
  if (place === MOST_FOREMOST) return
  entries.splice(place, 0, entry)
  if (entries.length > MOST_FOREMOST) entries.pop()
}

/** Those with most flows first, then in the order in which conversations are listed. */
function compare({ id: leftId, conversation: left }: Entry, { id: rightId, conversation: right }: Entry): number {
  return (
    right.flows - left.flows ||
    left.firstNs - right.firstNs ||
    compareTexts(left.origAddress, right.origAddress) ||
    compareTexts(left.respAddress, right.respAddress) ||
    left.respPort - right.respPort ||
    compareTexts(left.transport, right.transport) ||
    compareTexts(left.service, right.service) ||
    leftId - rightId
  )
}

function compareTexts(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0
}

/** The ids of those of the named captures, or of all. */
export function readForemost(db: Database, kind: ForemostKind, points: readonly string[]): readonly number[] {
  const rows = db
    .prepare('SELECT point, conversation FROM foremost JOIN captures ON captures.id = foremost.capture WHERE kind = ?')
    .raw()
    .all(kind) as readonly (readonly [point: string, id: number])[]
  return rows.flatMap(([point, id]) => (points.length === 0 || points.includes(point) ? [id] : []))
}
