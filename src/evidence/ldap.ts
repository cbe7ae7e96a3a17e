import { BER_INVALID, berContent, berLength } from './ber.ts'
import { FROM_ORIGINATOR, FROM_RESPONDER, type Identified, UNDECIDED } from './identified.ts'
import { LDAP, UNIDENTIFIED } from './service.ts'

const SEQUENCE = 0x30
const INTEGER = 0x02
const OCTET_STRING = 0x04
const ENUMERATED = 0x0a
/** [0] of an extended request: the name of the operation. */
const REQUEST_NAME = 0x80
const LONGEST_MESSAGE_ID = 4

// Operations, RFC 4511 section 4.2 and later.
const BIND_REQUEST = 0x60
const SEARCH_REQUEST = 0x63
const SEARCH_ENTRY = 0x64
const MODIFY_REQUEST = 0x66
const ADD_REQUEST = 0x68
const MODIFY_DN_REQUEST = 0x6c
const COMPARE_REQUEST = 0x6e
const SEARCH_REFERENCE = 0x73
const EXTENDED_REQUEST = 0x77
const RESULTS = [0x61, 0x65, 0x67, 0x69, 0x6b, 0x6d, 0x6f, 0x78] as const

/**
 * LDAP, RFC 4511 section 4.1.1, also over UDP: a sequence of a message identifier and an operation whose first element
 * has the type that the operation begins with; their lengths lie within each other (more than 40 bits). The operation
 * tells who opened the flow.
 */
export function identifyLdap(view: DataView, start: number, end: number): Identified {
  if (start === end) return UNDECIDED
  if (view.getUint8(start) !== SEQUENCE) return UNIDENTIFIED
  const length = berLength(view, start + 1, end)
  if (length < 0) return length === BER_INVALID ? UNIDENTIFIED : UNDECIDED
  const id = berContent(view, start + 1)
  return identifyMessage(view, id, end, id + length)
}

/** `messageEnd` is where the message says that it ends, which may lie behind what is there. */
function identifyMessage(view: DataView, id: number, end: number, messageEnd: number): Identified {
  if (id >= end) return UNDECIDED
  if (view.getUint8(id) !== INTEGER) return UNIDENTIFIED
  if (id + 1 >= end) return UNDECIDED
  const idLength = view.getUint8(id + 1)
  if (idLength === 0 || idLength > LONGEST_MESSAGE_ID) return UNIDENTIFIED
  const operation = id + 2 + idLength
  const length = berLength(view, operation + 1, end)
  if (length < 0) return length === BER_INVALID ? UNIDENTIFIED : UNDECIDED
  const content = berContent(view, operation + 1)
  if (content >= end) return UNDECIDED
  if (length === 0 || content + length > messageEnd) return UNIDENTIFIED
  return identifyOperation(view.getUint8(operation), view.getUint8(content))
}

function identifyOperation(operation: number, first: number): Identified {
  switch (operation) {
    case BIND_REQUEST:
      return first === INTEGER ? LDAP | FROM_ORIGINATOR : UNIDENTIFIED
    case SEARCH_REQUEST:
    case MODIFY_REQUEST:
    case ADD_REQUEST:
    case MODIFY_DN_REQUEST:
    case COMPARE_REQUEST:
      return first === OCTET_STRING ? LDAP | FROM_ORIGINATOR : UNIDENTIFIED
    case EXTENDED_REQUEST:
      return first === REQUEST_NAME ? LDAP | FROM_ORIGINATOR : UNIDENTIFIED
    case SEARCH_ENTRY:
    case SEARCH_REFERENCE:
      return first === OCTET_STRING ? LDAP | FROM_RESPONDER : UNIDENTIFIED
    default:
      return isResult(operation) && first === ENUMERATED ? LDAP | FROM_RESPONDER : UNIDENTIFIED
  }
}

function isResult(operation: number): boolean {
  for (let index = 0; index < RESULTS.length; index += 1) if (RESULTS[index] === operation) return true
  return false
}
