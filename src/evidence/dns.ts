import { FROM_ORIGINATOR, FROM_RESPONDER, type Identified, UNDECIDED } from './identified.ts'
import { DNS, UNIDENTIFIED } from './service.ts'
import { lowerCase } from './text.ts'

// The header, RFC 1035 section 4.1.1, and what follows a name in a question and in a record; offsets from their
// beginnings.
const FLAGS = 2
const QUESTIONS = 4
const ANSWERS = 6
const AUTHORITIES = 8
const ADDITIONALS = 10
const HEADER = 12
const QUESTION_CLASS = 2
const QUESTION_FIXED = 4
const RECORD_CLASS = 2
const RECORD_LENGTH = 8
const RECORD_FIXED = 10
/** A record with the name of the root and without data. */
const SHORTEST_RECORD = 1 + RECORD_FIXED
const SHORTEST_QUESTION = 1 + QUESTION_FIXED
/** Over TCP a length stands in front, RFC 1035 section 4.2.2. */
const TCP_LENGTH = 2
/** Longest message that a stream may begin with; text would make a longer one. */
const LONGEST_FIRST = 0x3fff
/** A datagram may be cut by the snap length, so that it does not bound its records: the largest size in common use. */
const LARGEST_DATAGRAM = 4096

const IS_RESPONSE = 0x8000
const OPCODE_SHIFT = 11
const OPCODE_MASK = 0x0f
const UPDATE = 5
/** Must be zero, RFC 1035; the two bits below it are those of DNSSEC. */
const RESERVED = 0x0040
const CODE_MASK = 0x0f

const LONGEST_LABEL = 63
const LONGEST_NAME = 255
/** Both high bits of a length: the name goes on at another place. */
const POINTER = 0xc0
const POINTER_LENGTH = 2
const PRINTABLE_FIRST = 0x21
const PRINTABLE_LAST = 0x7e
const DOT = 0x2e
const SPACE = 0x20
const DELETE = 0x7f

const TYPE_A = 1
const TYPE_NB = 0x20
const TYPE_NBSTAT = 0x21
const TYPE_AAAA = 28
const CLASS_IN = 1
const IPV4_LENGTH = 4
const IPV6_LENGTH = 16
const IPV4_MAPPED = 0xffff

/** A name of NetBIOS, RFC 1002 section 4.1: one label of 32 letters from A to P. */
const NETBIOS_LABEL = 32
const NETBIOS_FIRST = 0x41
const NETBIOS_LAST = 0x50

const NAME_INVALID = -2

/**
 * DNS in a datagram, RFC 1035 section 4.1: one question, whole, with a name of plain labels, a type and a class that
 * exist; a code of operation that exists, the reserved bit clear, and no more records than there is room for (more than
 * 50 bits). The response bit tells who opened the flow. The name service of NetBIOS has the same format and is not DNS.
 */
export function identifyDns(view: DataView, start: number, end: number): Identified {
  return identifyMessage(view, start, end, start + LARGEST_DATAGRAM)
}

/** DNS over TCP: the same behind a length that bounds it. */
export function identifyDnsStream(view: DataView, start: number, end: number): Identified {
  if (end - start < TCP_LENGTH) return UNDECIDED
  const length = view.getUint16(start)
  if (length < HEADER + SHORTEST_QUESTION || length > LONGEST_FIRST) return UNIDENTIFIED
  return identifyMessage(view, start + TCP_LENGTH, end, start + TCP_LENGTH + length)
}

/** `limit` is where the message ends at the latest, which may lie behind what is there. */
function identifyMessage(view: DataView, start: number, end: number, limit: number): Identified {
  if (end - start < HEADER) return UNDECIDED
  if (!isHeader(view, start, limit - start)) return UNIDENTIFIED
  const name = start + HEADER
  const question = nameEnd(view, name, end < limit ? end : limit)
  if (question === NAME_INVALID || (question === UNDECIDED && end >= limit)) return UNIDENTIFIED
  if (question === UNDECIDED) return UNDECIDED
  if (question + QUESTION_FIXED > limit) return UNIDENTIFIED
  if (question + QUESTION_FIXED > end) return UNDECIDED
  const type = view.getUint16(question)
  if (!isType(type) || !isClass(view.getUint16(question + QUESTION_CLASS))) return UNIDENTIFIED
  if ((type === TYPE_NB || type === TYPE_NBSTAT) && isNetbiosName(view, name)) return UNIDENTIFIED
  return DNS | (isResponse(view, start) ? FROM_RESPONDER : FROM_ORIGINATOR)
}

function isHeader(view: DataView, start: number, size: number): boolean {
  const flags = view.getUint16(start + FLAGS)
  const opcode = (flags >> OPCODE_SHIFT) & OPCODE_MASK
  if (opcode > UPDATE || opcode === 3 || (flags & RESERVED) !== 0) return false
  if ((flags & IS_RESPONSE) === 0 && (flags & CODE_MASK) !== 0) return false
  if (view.getUint16(start + QUESTIONS) !== 1) return false
  const answers = view.getUint16(start + ANSWERS)
  if (answers !== 0 && (flags & IS_RESPONSE) === 0 && opcode === 0) return false
  const records = answers + view.getUint16(start + AUTHORITIES) + view.getUint16(start + ADDITIONALS)
  return HEADER + SHORTEST_QUESTION + records * SHORTEST_RECORD <= size
}

function isResponse(view: DataView, start: number): boolean {
  return (view.getUint16(start + FLAGS) & IS_RESPONSE) !== 0
}

/** Types up to those of RFC 8659, of DNSSEC's trial, and Microsoft's for WINS. */
function isType(type: number): boolean {
  return (type >= 1 && type <= 260) || type === 32_768 || type === 32_769 || type === 65_281 || type === 65_282
}

/** Internet, CHAOS, Hesiod, none and any; the highest bit is multicast DNS's wish for a direct answer. */
function isClass(value: number): boolean {
  const plain = value & 0x7fff
  return plain === CLASS_IN || plain === 3 || plain === 4 || plain === 254 || plain === 255
}

/** The place behind a name of plain labels; UNDECIDED where it goes on behind `end`. */
function nameEnd(view: DataView, start: number, end: number): number {
  let at = start
  while (at < end && at - start < LONGEST_NAME) {
    const length = view.getUint8(at)
    if (length === 0) return at + 1
    if (length > LONGEST_LABEL) return NAME_INVALID
    const labelEnd = at + 1 + length
    for (let index = at + 1; index < labelEnd && index < end; index += 1) {
      const octet = view.getUint8(index)
      if (octet < SPACE || octet === DELETE) return NAME_INVALID
    }
    at = labelEnd
  }
  return at - start < LONGEST_NAME ? UNDECIDED : NAME_INVALID
}

function isNetbiosName(view: DataView, name: number): boolean {
  if (view.getUint8(name) !== NETBIOS_LABEL) return false
  for (let at = name + 1; at <= name + NETBIOS_LABEL; at += 1) {
    const octet = view.getUint8(at)
    if (octet < NETBIOS_FIRST || octet > NETBIOS_LAST) return false
  }
  return true
}

const MOST_ADDRESSES = 16

/** What readAnswers() found: one object, overwritten by each call. */
export class DnsAnswers {
  /** The name asked for: small letters, without the last dot. */
  readonly name = new Uint8Array(LONGEST_NAME)
  /** 0 where there is nothing to read. */
  nameLength = 0
  /** How many addresses there are; those beyond the first 16 are left out. */
  count = 0
  /** 4 or 6, for each address. */
  readonly families = new Uint8Array(MOST_ADDRESSES)
  /** Four words for each address, as a packet has them: IPv4 stands in the last, behind 0, 0 and 0xffff. */
  readonly words = new Int32Array(MOST_ADDRESSES * 4)
}

/**
 * Reads the answer to a query for addresses: the name asked for, and the addresses of the answer section, where aliases
 * may come first. `start` is that of the DNS header. Pointers are passed over and never followed: the question's name
 * has none, and the names of the records are not needed. A name with other than printable ASCII characters, or with
 * dots within its labels, is left out, as are the root, which is nobody's name, and everything that is not a successful
 * response.
 */
export function readAnswers(view: DataView, start: number, end: number, answers: DnsAnswers): void {
  answers.nameLength = 0
  answers.count = 0
  if (end - start < HEADER || view.getUint16(start + QUESTIONS) !== 1) return
  const flags = view.getUint16(start + FLAGS)
  if ((flags & IS_RESPONSE) === 0 || (flags & CODE_MASK) !== 0 || ((flags >> OPCODE_SHIFT) & OPCODE_MASK) !== 0) return
  const question = readName(view, start + HEADER, end, answers)
  if (question < 0 || answers.nameLength === 0) return
  let at = question + QUESTION_FIXED
  for (let left = view.getUint16(start + ANSWERS); left > 0 && at < end; left -= 1) {
    const record = skipName(view, at, end)
    if (record < 0 || record + RECORD_FIXED > end) return
    at = record + RECORD_FIXED + view.getUint16(record + RECORD_LENGTH)
    if (at <= end) readAddress(view, record, answers)
  }
}

/** Writes the name at `start`; answers the place behind it, or a negative number where it cannot be used. */
function readName(view: DataView, start: number, end: number, answers: DnsAnswers): number {
  const behind = nameEnd(view, start, end)
  if (behind < 0) return behind
  let length = 0
  for (let at = start; view.getUint8(at) !== 0; ) {
    const labelEnd = at + 1 + view.getUint8(at)
    if (length > 0) answers.name[length++] = DOT
    for (at += 1; at < labelEnd; at += 1) {
      const octet = view.getUint8(at)
      if (octet < PRINTABLE_FIRST || octet > PRINTABLE_LAST || octet === DOT) return NAME_INVALID
      answers.name[length++] = lowerCase(octet)
    }
  }
  answers.nameLength = length
  return behind
}

/** The place behind a name that may end in a pointer; negative where it is not whole. */
function skipName(view: DataView, start: number, end: number): number {
  let at = start
  while (at < end && at - start < LONGEST_NAME) {
    const length = view.getUint8(at)
    if (length === 0) return at + 1
    if (length >= POINTER) return at + POINTER_LENGTH
    if (length > LONGEST_LABEL) return NAME_INVALID
    at += 1 + length
  }
  return NAME_INVALID
}

/** The record's fixed part and data are there. */
function readAddress(view: DataView, record: number, answers: DnsAnswers): void {
  if (answers.count === MOST_ADDRESSES || view.getUint16(record + RECORD_CLASS) !== CLASS_IN) return
  const type = view.getUint16(record)
  const length = view.getUint16(record + RECORD_LENGTH)
  const data = record + RECORD_FIXED
  const word = answers.count * 4
  if (type === TYPE_A && length === IPV4_LENGTH) {
    answers.families[answers.count] = 4
    answers.words[word] = 0
    answers.words[word + 1] = 0
    answers.words[word + 2] = IPV4_MAPPED
    answers.words[word + 3] = view.getInt32(data)
  } else if (type === TYPE_AAAA && length === IPV6_LENGTH) {
    answers.families[answers.count] = 6
    for (let index = 0; index < 4; index += 1) answers.words[word + index] = view.getInt32(data + index * 4)
  } else return
  answers.count += 1
}
