import { createHash } from 'node:crypto'
import { type ConversationKey, keyText } from '../judge/conversation.ts'

const DIGITS = '0123456789abcdefghjkmnpqrstvwxyz'
const LENGTH = 12

/**
 * Ids come from what a row is, not from when it was written: the same capture gives the same ids again. Twelve digits
 * of base 32 are 60 bits: among a million rows two meet with a chance of one in two million.
 */
function idOf(prefix: string, text: string): string {
  const bytes = createHash('sha1').update(text).digest()
  let id = prefix
  for (const byte of bytes.subarray(0, LENGTH)) id += DIGITS[byte & 31]
  return id
}

export function conversationId(point: string, key: ConversationKey): string {
  return idOf('c', `${point}\n${keyText(key)}`)
}

/** What makes a flow itself, whichever way round it is taken. */
export interface FlowIdentity {
  readonly transport: string
  readonly lowAddress: string
  readonly lowPort: number
  readonly highAddress: string
  readonly highPort: number
  /** Nanoseconds since 1970. */
  readonly start: bigint
  readonly end: bigint
  readonly ordinal: number
}

export function flowId(point: string, flow: FlowIdentity): string {
  const ends = `${flow.lowAddress} ${flow.lowPort} ${flow.highAddress} ${flow.highPort}`
  return idOf('f', `${point}\n${flow.transport} ${ends} ${flow.start} ${flow.end} ${flow.ordinal}`)
}
