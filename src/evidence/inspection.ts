import { hasWholeHeader } from './http.ts'
import { FROM_ORIGINATOR, FROM_RESPONDER, type Identified, SERVICE_MASK, UNDECIDED } from './identified.ts'
import { identifyStream, MOST_BYTES, tlsOffset, writeClaim } from './identify.ts'
import { FRAMED, FRAMING_PREAMBLE, PSEUDO_TLS, STARTTLS } from './proof.ts'
import { HTTP, MS_TURN, NET_FRAMING, NONE, RTP, STUN, TLS, UNIDENTIFIED, XMPP } from './service.ts'
import { lowerCase } from './text.ts'
import { TlsReader } from './tls-reader.ts'
import { readSession, TlsSession } from './tls-session.ts'

/** Where the look at one side's stream stands. */
const AT_THE_BEGINNING = 0
/** Something in clear goes first, TLS follows. */
const BEFORE_TLS = 1
const IN_TLS = 2
/** Nothing more is read of this side. */
const OVER = 3

/** Type of a TLS record with handshake messages. */
const TLS_HANDSHAKE_RECORD = 22

/** Longest name that is kept, RFC 1035 section 2.3.4. */
const LONGEST_NAME = 255

/** Where the magic cookie of a STUN message stands that no frame surrounds, RFC 8489 section 5. */
const STUN_COOKIE = 4
const MAGIC_COOKIE = 0x2112a442

/** Answers of tlsOffset() that are no offset. */
const NOT_YET = -1

const NO_BYTES = new DataView(new ArrayBuffer(0))
const NO_NAME = new Uint8Array(0)
/** Room for first bytes that is kept for another flow. */
const MOST_KEPT = 256
/** Up to here, bytes are copied one by one: two views of them cost as much. */
const FEW = 48

/** One side's stream, as far as it was looked at. */
class Look {
  stage = AT_THE_BEGINNING
  readonly tls = new TlsReader()
  /** The first bytes, where they arrived in pieces too small to tell anything. */
  first = NO_BYTES
  firstLength = 0
  /** Bytes that `first` has room for; a number, because asking the view takes longer. */
  room = 0
  /** The name that this side asks for, in text. */
  claim = NO_NAME
  claimLength = 0

  reset(): void {
    this.stage = AT_THE_BEGINNING
    this.claimLength = 0
    this.firstLength = 0
    if (this.room > MOST_KEPT) {
      this.first = NO_BYTES
      this.room = 0
    }
    this.tls.reset()
  }

  keepClaim(view: DataView, start: number, end: number): void {
    if (this.claim === NO_NAME) this.claim = new Uint8Array(LONGEST_NAME)
    this.claimLength = end - start
    for (let index = start; index < end; index += 1) this.claim[index - start] = lowerCase(view.getUint8(index))
  }

  /** Appends to the first bytes as much as belongs there; returns where the rest begins. */
  append(view: DataView, start: number, end: number): number {
    const taken = Math.min(end - start, MOST_BYTES - this.firstLength)
    const needed = this.firstLength + taken
    if (this.room < needed) {
      const grown = new Uint8Array(Math.min(MOST_BYTES, Math.max(needed, 2 * this.room)))
      grown.set(new Uint8Array(this.first.buffer, 0, this.firstLength))
      this.first = new DataView(grown.buffer)
      this.room = grown.length
    }
    const first = this.first
    if (taken > FEW) {
      new Uint8Array(first.buffer).set(new Uint8Array(view.buffer, view.byteOffset + start, taken), this.firstLength)
    } else {
      for (let index = 0; index < taken; index += 1) {
        first.setUint8(this.firstLength + index, view.getUint8(start + index))
      }
    }
    this.firstLength = needed
    return start + taken
  }
}

/**
 * The look at the beginning of one TCP flow: which service its two streams prove. Each side's bytes are read in order,
 * in pieces of any length; the answer does not depend on where they are cut. Made to be reused.
 */
export class Inspection {
  service = NONE
  /** Who opened the flow: 0 unknown, 1 the low side, 2 the high side. */
  originator = 0
  /** Bits of proof.ts. */
  proof = 0
  /** Description of the TLS alert that ended the handshake; -1 for none. */
  alert = -1
  /** Nothing that comes later changes the answer. */
  settled = false
  pathFamily = 0

  readonly #low = new Look()
  readonly #high = new Look()
  readonly #session = new TlsSession()
  readonly #claimRange = new Int32Array(3)
  /** What goes before TLS in clear; NONE where TLS begins at once. */
  #cover = NONE
  #proofBeforeTls = 0

  reset(): void {
    this.service = NONE
    this.originator = 0
    this.proof = 0
    this.alert = -1
    this.settled = false
    this.pathFamily = 0
    this.#cover = NONE
    this.#proofBeforeTls = 0
    this.#low.reset()
    this.#high.reset()
  }

  /** Bytes that it holds. */
  get bytes(): number {
    const low = this.#low
    const high = this.#high
    return low.firstLength + high.firstLength + low.tls.bodyBytes + high.tls.bodyBytes
  }

  /** The name that the originator asked for, in the first `claimLength` bytes. */
  get claim(): Uint8Array {
    return this.#claimant.claim
  }
  get claimLength(): number {
    return this.#claimant.claimLength
  }

  /** Who names whom is taken from the originator; where that is unknown, from the side that has a name. */
  get #claimant(): Look {
    if (this.originator !== 0) return this.originator === 1 ? this.#low : this.#high
    return this.#low.claimLength > 0 ? this.#low : this.#high
  }

  /** TLS of one side: 0 low, 1 high. */
  tlsOf(side: number): TlsReader {
    return side === 0 ? this.#low.tls : this.#high.tls
  }

  /** Whether nothing was read of this side. */
  isUnread(side: number): boolean {
    const look = side === 0 ? this.#low : this.#high
    return look.stage === AT_THE_BEGINNING && look.firstLength === 0
  }

  /** Reads the next bytes of one side's stream: 0 low, 1 high. */
  read(side: number, view: DataView, start: number, end: number): void {
    const look = side === 0 ? this.#low : this.#high
    if (look.stage === IN_TLS) this.#readTls(look, view, start, end)
    else if (look.stage === OVER) return
    else if (look.firstLength === 0) this.#readFirst(look, side, view, start, end)
    else {
      const rest = look.append(view, start, end)
      this.#readFirst(look, side, look.first, 0, look.firstLength)
      if (rest < end && look.stage !== OVER) this.read(side, view, rest, end)
    }
  }

  /** All that is known of a side's stream lies in `view`. */
  #readFirst(look: Look, side: number, view: DataView, start: number, end: number): void {
    if (look.stage === AT_THE_BEGINNING) {
      // Whoever answers a .NET preamble sends a single octet in clear.
      if (this.#cover === NET_FRAMING) look.stage = BEFORE_TLS
      else if (!this.#identify(look, side, view, start, end)) return
    }
    if (look.stage === BEFORE_TLS) this.#awaitTls(look, view, start, end)
    else if (look.stage === IN_TLS) this.#readTls(look, view, start, end)
  }

  /** Asks what the first bytes are. False when there is nothing more to do with them now. */
  #identify(look: Look, side: number, view: DataView, start: number, end: number): boolean {
    const found = identifyStream(view, start, end)
    if (found === UNDECIDED) {
      this.#keepFirst(look, view, start, end)
      if (look.firstLength < MOST_BYTES) return false
    }
    const service = found === UNDECIDED ? UNIDENTIFIED : found & SERVICE_MASK
    if (service === TLS) {
      this.#noteOriginator(side, found)
      look.stage = IN_TLS
      return true
    }
    if (service === UNIDENTIFIED) {
      look.stage = OVER
      if (this.service === NONE) this.service = UNIDENTIFIED
      return false
    }
    this.#noteService(look, side, found, view, start, end)
    if (service === HTTP && end - start < MOST_BYTES && !hasWholeHeader(view, start, end)) {
      this.#keepFirst(look, view, start, end)
      return false
    }
    if (service === NET_FRAMING || service === XMPP) {
      this.#cover = service
      look.stage = BEFORE_TLS
      return true
    }
    look.stage = OVER
    this.settled = true
    return false
  }

  #noteService(look: Look, side: number, found: Identified, view: DataView, start: number, end: number): void {
    const service = found & SERVICE_MASK
    this.service = service
    this.#noteOriginator(side, found)
    this.#readClaim(service, look, view, start, end)
    this.proof |= streamProof(service, view, start)
  }

  #readClaim(service: number, look: Look, view: DataView, start: number, end: number): void {
    if (look.claimLength > 0) return
    const range = this.#claimRange
    range.fill(0)
    writeClaim(service, view, start, end, range)
    if (service === HTTP) this.pathFamily = range[2]!
    if (range[1]! > range[0]!) look.keepClaim(view, range[0]!, Math.min(range[1]!, range[0]! + LONGEST_NAME))
  }

  #noteOriginator(side: number, found: Identified): void {
    if (found & FROM_ORIGINATOR) this.originator = side + 1
    else if (found & FROM_RESPONDER) this.originator = 2 - side
  }

  #keepFirst(look: Look, view: DataView, start: number, end: number): void {
    if (view !== look.first) look.append(view, start, end)
  }

  /** What goes before TLS is in clear; when it is over, TLS begins. */
  #awaitTls(look: Look, view: DataView, start: number, end: number): void {
    this.#readClaim(this.#cover, look, view, start, end)
    const at = tlsOffset(this.#cover, view, start, end)
    if (at >= 0) {
      this.#proofBeforeTls |= this.#cover === XMPP ? STARTTLS : FRAMING_PREAMBLE
      this.proof |= this.#proofBeforeTls
      look.stage = IN_TLS
      if (at < end) this.#readTls(look, view, at, end)
      return
    }
    this.#keepFirst(look, view, start, end)
    if (at === NOT_YET && look.firstLength < MOST_BYTES) return
    look.stage = OVER
    this.settled = this.#low.stage === OVER && this.#high.stage === OVER
  }

  #readTls(look: Look, view: DataView, start: number, end: number): void {
    const { tls } = look
    const changes = tls.changes
    tls.read(view, start, end)
    if (tls.changes === changes) return
    const session = this.#session
    readSession(this.#low.tls, this.#high.tls, session)
    // XMPP stays what is spoken; TLS is its cover.
    if (this.#cover !== XMPP && session.service !== NONE) this.service = session.service
    this.proof = this.#proofBeforeTls | session.proof
    if (session.originator !== 0) this.originator = session.originator
    this.alert = session.alert
    this.settled = session.settled
  }
}

/** What the first bytes of a TCP stream prove besides their service. */
export function streamProof(service: number, view: DataView, start: number): number {
  if (service === MS_TURN) return view.getUint8(start) === TLS_HANDSHAKE_RECORD ? PSEUDO_TLS : FRAMED
  if (service === STUN) return view.getInt32(start + STUN_COOKIE) === MAGIC_COOKIE ? 0 : FRAMED
  return service === RTP ? FRAMED : 0
}
