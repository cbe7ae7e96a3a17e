import { MOST_BODY, TlsBody } from './tls-body.ts'
import {
  type HelloFacts,
  MOST_SERVER_NAME,
  readClientHello,
  readServerHello,
  readV2Hello,
  TLS_1_3_VERSION,
  V2_HELLO_HEAD,
} from './tls-hello.ts'
import {
  CERTIFICATE,
  CERTIFICATE_REQUEST,
  CERTIFICATE_VERIFY,
  CLIENT_HELLO,
  CLIENT_KEY_EXCHANGE,
  OF_CLIENT,
  OF_SERVER,
  SERVER_HELLO,
  SERVER_HELLO_DONE,
} from './tls-messages.ts'

// Record types, RFC 5246 section 6.2.1 and RFC 6520 section 3.
const CHANGE_CIPHER_SPEC = 20
const ALERT = 21
const HANDSHAKE = 22
const APPLICATION_DATA = 23
const HEARTBEAT = 24
const RECORD_HEAD = 5
const MESSAGE_HEAD = 4
/** 2^14 bytes, and what encryption may add, RFC 5246 section 6.2.3. */
const MOST_IN_RECORD = (1 << 14) + 2048

const FATAL = 2
const NO_CERTIFICATE = 41

// Values of `certificate`.
export const NOT_SEEN = 0
export const EMPTY_LIST = 1
export const NOT_EMPTY = 2

/**
 * Reads one direction of a TLS connection (SSL 3.0 to TLS 1.3) from its first byte on, in order, and keeps what it says
 * in clear. The facts depend on the bytes alone and not on how they were cut. Its fields are for others to read only.
 */
export class TlsReader implements HelloFacts {
  clientHello = false
  /** The ClientHello came in the record format of SSL 2.0. */
  v2Hello = false
  serverHello = false
  version = 0
  offers13 = false
  helloRetry = false
  ticketOffered = false
  sessionIdLength = 0
  sessionIdHash = 0
  readonly serverName = new Uint8Array(MOST_SERVER_NAME)
  serverNameLength = 0
  /** Version of the first record after a ClientHello: what was agreed on, unless that is TLS 1.3. 0 before. */
  recordVersion = 0

  /** The server asks for a certificate. */
  certificateRequested = false
  /** NOT_SEEN, EMPTY_LIST or NOT_EMPTY. */
  certificate = NOT_SEEN
  helloDone = false
  clientKeyExchange = false
  certificateVerify = false
  changeCipher = false
  /** A record with application data was seen; TLS 1.3 hides its handshake in these too. */
  applicationData = false
  /** Description of the first fatal alert in clear; -1 where there is none. */
  alert = -1

  /** Types of records seen, as bits of 1 << (type - 20). */
  recordTypes = 0
  /** Handshake records are not read any more: they are encrypted, or the capture has not their beginning. */
  opaque = false
  /** What came is no TLS; nothing more is read. */
  stopped = false

  /** Counts what may have changed a fact, so that nobody need ask after every few bytes. */
  changes = 0

  /** Length of the leaf certificate in `body`; 0 where there is no whole one of at most MOST_BODY bytes. */
  leafLength = 0

  readonly #head = new DataView(new ArrayBuffer(V2_HELLO_HEAD))
  #headLength = 0
  #recordType = 0
  #recordLength = 0
  #recordLeft = 0
  #alertLevel = 0
  /** The head of a handshake message, type and length, as far as it is there. */
  #message = 0
  #messageHeadLength = 0
  #messageType = 0
  #messageLength = 0
  #messageLeft = 0
  /** Gathers a hello that comes in pieces, and then the leaf certificate. */
  readonly #body = new TlsBody()
  /** The number that is being read in the head of a certificate list. */
  #number = 0
  #leafWanted = 0

  /** The leaf certificate, in the first `leafLength` bytes, until the next reset. */
  get body(): Uint8Array {
    return this.#body.bytes
  }

  /** The most bytes that `body` has held. */
  get bodyBytes(): number {
    return this.#body.used
  }

  /** Forgets everything but the room it has, for another connection. */
  reset(): void {
    this.clientHello = this.v2Hello = this.serverHello = false
    this.offers13 = this.helloRetry = this.ticketOffered = false
    this.version = this.recordVersion = 0
    this.sessionIdLength = this.sessionIdHash = this.serverNameLength = 0
    this.certificateRequested = this.helloDone = this.clientKeyExchange = this.certificateVerify = false
    this.certificate = NOT_SEEN
    this.changeCipher = this.applicationData = this.opaque = this.stopped = false
    this.alert = -1
    this.recordTypes = this.leafLength = this.changes = 0
    this.#headLength = this.#recordType = this.#recordLength = this.#recordLeft = this.#alertLevel = 0
    this.#message = this.#messageHeadLength = this.#messageType = this.#messageLength = this.#messageLeft = 0
    this.#number = this.#leafWanted = 0
    this.#body.reset()
  }

  /** Reads the next bytes of the stream: those of `view` from `start` to `end`. */
  read(view: DataView, start: number, end: number): void {
    let at = start
    while (at < end && !this.stopped) {
      if (this.#recordLeft === 0) {
        at = this.#readRecordHead(view, at, end)
      } else {
        const to = Math.min(end, at + this.#recordLeft)
        this.#readFragment(view, at, to)
        this.#recordLeft -= to - at
        at = to
      }
    }
  }

  #readRecordHead(view: DataView, start: number, end: number): number {
    const first = view.getUint8(start)
    if (this.#headLength === 0 && end - start >= RECORD_HEAD && !this.#mayBeV2(first)) {
      this.#openRecord(first, view.getUint16(start + 1), view.getUint16(start + 3))
      return start + RECORD_HEAD
    }
    return this.#gatherRecordHead(view, start, end)
  }

  /** Only the first record of a stream can be of the other format. */
  #mayBeV2(first: number): boolean {
    return first >= 0x80 && this.recordTypes === 0 && !this.v2Hello
  }

  #gatherRecordHead(view: DataView, start: number, end: number): number {
    const head = this.#head
    let length = this.#headLength
    let at = start
    if (length === 0) {
      head.setUint8(length++, view.getUint8(at++))
    }
    const v2 = this.#mayBeV2(head.getUint8(0))
    const wanted = v2 ? V2_HELLO_HEAD : RECORD_HEAD
    while (at < end && length < wanted) head.setUint8(length++, view.getUint8(at++))
    this.#headLength = length
    if (length === wanted) {
      this.#headLength = 0
      if (v2) this.#openV2Hello()
      else this.#openRecord(head.getUint8(0), head.getUint16(1), head.getUint16(3))
    }
    return at
  }

  #openV2Hello(): void {
    this.changes += 1
    const left = readV2Hello(this.#head, this)
    this.stopped = left < 0
    if (left < 0) return
    this.clientHello = this.v2Hello = true
    // The rest is passed over as a record that nobody reads.
    this.#recordType = 0
    this.#recordLeft = left
  }

  #openRecord(type: number, version: number, length: number): void {
    this.changes += 1
    const last = this.recordTypes === 0 ? APPLICATION_DATA : HEARTBEAT
    if (type < CHANGE_CIPHER_SPEC || type > last || version < 0x0300 || version > 0x0304 || length > MOST_IN_RECORD) {
      this.stopped = true
      return
    }
    if (this.recordVersion === 0 && this.clientHello) this.recordVersion = version
    if (type === APPLICATION_DATA) this.applicationData = true
    this.recordTypes |= 1 << (type - CHANGE_CIPHER_SPEC)
    this.#recordType = type
    this.#recordLength = length
    this.#recordLeft = length
  }

  #readFragment(view: DataView, at: number, to: number): void {
    if (this.#recordType === HANDSHAKE) {
      this.#readMessages(view, at, to)
    } else if (this.#recordType === ALERT) {
      this.changes += 1
      this.#readAlert(view, at, to)
    } else if (this.#recordType === CHANGE_CIPHER_SPEC && this.#recordLength === 1) {
      this.changes += 1
      this.changeCipher = true
      this.opaque = true
    }
  }

  /** An encrypted alert is longer than 2 bytes. */
  #readAlert(view: DataView, at: number, to: number): void {
    if (this.#recordLength !== 2 || this.changeCipher || this.applicationData) return
    if (this.#recordLeft === 2) this.#alertLevel = view.getUint8(at)
    if (this.#recordLeft > to - at) return
    const description = view.getUint8(to - 1)
    if (this.#alertLevel === FATAL) {
      if (this.alert < 0) this.alert = description
    } else if (description === NO_CERTIFICATE && this.clientHello && this.certificate === NOT_SEEN) {
      // How a client without a certificate answers in SSL 3.0, RFC 6101 section 5.6.6.
      this.certificate = EMPTY_LIST
    }
  }

  #readMessages(view: DataView, start: number, end: number): void {
    let at = start
    while (at < end && !this.opaque && !this.stopped) {
      if (this.#messageLeft > 0) {
        const to = Math.min(end, at + this.#messageLeft)
        this.#readBody(view, at, to)
        this.#messageLeft -= to - at
        at = to
      } else if (this.#messageHeadLength === 0 && end - at >= MESSAGE_HEAD) {
        this.#openMessage(view.getUint8(at), view.getUint32(at) & 0xffffff)
        at += MESSAGE_HEAD
      } else {
        this.#message = (this.#message << 8) | view.getUint8(at)
        at += 1
        this.#messageHeadLength += 1
        if (this.#messageHeadLength === MESSAGE_HEAD) this.#openMessage(this.#message >>> 24, this.#message & 0xffffff)
      }
    }
  }

  #openMessage(type: number, length: number): void {
    this.changes += 1
    this.#messageHeadLength = 0
    this.#messageType = type
    this.#messageLength = length
    this.#messageLeft = length
    if (!this.clientHello && !this.serverHello) {
      this.#openFirstMessage(type, length)
      return
    }
    const known = this.clientHello ? OF_CLIENT : OF_SERVER
    if (type > 31 || ((known >>> type) & 1) === 0) this.stopped = true
    else if (type === CERTIFICATE) this.#openCertificate(length)
    else if (type === CERTIFICATE_REQUEST) this.certificateRequested = true
    else if (type === SERVER_HELLO_DONE) this.helloDone = true
    else if (type === CERTIFICATE_VERIFY) this.certificateVerify = true
    else if (type === CLIENT_KEY_EXCHANGE) this.clientKeyExchange = true
  }

  /** A stream whose handshake begins with something else was not captured from its beginning. */
  #openFirstMessage(type: number, length: number): void {
    if (type !== CLIENT_HELLO && type !== SERVER_HELLO) this.opaque = true
    else if (length === 0 || length > MOST_BODY) this.stopped = true
    this.#body.length = 0
  }

  /** Only the first list counts: nobody sends two in clear. */
  #openCertificate(length: number): void {
    if (length < 3) this.stopped = true
    if (this.certificate !== NOT_SEEN) this.#messageType = -1
    this.#body.length = this.#leafWanted = this.#number = 0
  }

  #readBody(view: DataView, at: number, to: number): void {
    if (this.#messageType === CERTIFICATE) this.#readCertificate(view, at, to)
    else if (!this.clientHello && !this.serverHello) this.#readHello(view, at, to)
  }

  #readHello(view: DataView, at: number, to: number): void {
    if (to - at === this.#messageLength) {
      this.#readWholeHello(view, at, to)
      return
    }
    const body = this.#body
    body.append(view, at, to)
    if (body.length === this.#messageLength) this.#readWholeHello(body.view, 0, body.length)
  }

  #readWholeHello(view: DataView, at: number, to: number): void {
    this.changes += 1
    if (this.#messageType === CLIENT_HELLO) this.clientHello = readClientHello(view, at, to, this)
    else this.serverHello = readServerHello(view, at, to, this)
    this.stopped = !this.clientHello && !this.serverHello
    // The rest of a TLS 1.3 server's handshake is encrypted.
    if (this.serverHello && this.version === TLS_1_3_VERSION) this.opaque = true
  }

  /** The list up to TLS 1.2, RFC 5246 section 7.4.2: its length, the length of the leaf, the leaf. */
  #readCertificate(view: DataView, start: number, to: number): void {
    let at = start
    let place = this.#messageLength - this.#messageLeft
    for (; at < to && place < 6 && !this.stopped; place += 1) {
      this.#number = (this.#number << 8) | view.getUint8(at)
      at += 1
      if (place === 2) this.#openList(this.#number)
      if (place === 5) this.#openLeaf(this.#number)
    }
    const body = this.#body
    if (this.stopped || body.length === this.#leafWanted) return
    body.append(view, at, Math.min(to, at + this.#leafWanted - body.length))
    if (body.length === this.#leafWanted) this.leafLength = this.#leafWanted
  }

  #openList(length: number): void {
    this.changes += 1
    this.#number = 0
    if (length !== this.#messageLength - 3 || (length > 0 && length < 4)) this.stopped = true
    else if (length === 0) this.certificate = EMPTY_LIST
  }

  #openLeaf(length: number): void {
    this.changes += 1
    if (length === 0 || length > this.#messageLength - 6) {
      this.stopped = true
      return
    }
    this.certificate = NOT_EMPTY
    if (length <= MOST_BODY) this.#leafWanted = length
  }
}
