import { FROM_ORIGINATOR, FROM_RESPONDER, type Identified, UNDECIDED } from './identified.ts'
import { TDS, UNIDENTIFIED } from './service.ts'

// The packet header, [MS-TDS] section 2.2.3.1, and the first option of a pre-login message, section 2.2.6.5.
const TYPE = 0
const STATUS = 1
const LENGTH = 2
const WINDOW = 7
const OPTION = 8
const OPTION_OFFSET = 9
const OPTION_LENGTH = 11
const KNOWN = 13

const PRE_LOGIN = 0x12
const TABULAR_RESULT = 0x04
const END_OF_MESSAGE = 0x01
const VERSION_OPTION = 0
const VERSION_LENGTH = 6
/** An option is 5 bytes, and one byte ends the list. */
const OPTION_SIZE = 5

/**
 * TDS: a pre-login message, or the answer to one, which comes as a tabular result. The first option must be the version
 * with its length of 6, behind a list of whole options, all within the packet (more than 60 bits).
 */
export function identifyTds(view: DataView, start: number, end: number): Identified {
  if (start === end) return UNDECIDED
  const type = view.getUint8(start + TYPE)
  if (type !== PRE_LOGIN && type !== TABULAR_RESULT) return UNIDENTIFIED
  if (start + STATUS < end && view.getUint8(start + STATUS) !== END_OF_MESSAGE) return UNIDENTIFIED
  if (end - start < KNOWN) return UNDECIDED
  if (view.getUint8(start + WINDOW) !== 0 || view.getUint8(start + OPTION) !== VERSION_OPTION) return UNIDENTIFIED
  const data = view.getUint16(start + OPTION_OFFSET)
  if (view.getUint16(start + OPTION_LENGTH) !== VERSION_LENGTH || data % OPTION_SIZE !== 1) return UNIDENTIFIED
  if (OPTION + data + VERSION_LENGTH > view.getUint16(start + LENGTH)) return UNIDENTIFIED
  return TDS | (type === PRE_LOGIN ? FROM_ORIGINATOR : FROM_RESPONDER)
}
