import { octets, type Part, sized, uint16 } from './octets.ts'
import type { Random } from './random.ts'
import { clientFlight, clientHello, HELLO_RANDOM_AT, serverFinished, serverFlight } from './tls.ts'

/** `mixed` packets are of all sizes and tell whole conversations; `small` ones are 60 bytes, so six of payload. */
export type Kind = 'mixed' | 'small'

/** What a dialogue is about: the protocol spoken, or how the attempt to speak fails. */
export type Speech = 'tls' | 'tls-client-without-certificate' | 'mutual-tls' | 'framed-mutual-tls' | 'http' | 'dns'
export type Failure = 'refused' | 'unanswered'

export const FIN = 0x01
export const SYN = 0x02
const RST = 0x04
export const PSH = 0x08
export const ACK = 0x10

/** Makes a payload the connection's own: writes some of `nonce`, the connection's number, over the bytes at `at`. */
type Stamp = (bytes: Uint8Array, at: number, nonce: number) => void

/** One packet of which everything but addresses, ports and sequence numbers is known beforehand. */
export interface Step {
  readonly fromOrig: boolean
  /** TCP flags; 0 in a UDP dialogue. */
  readonly flags: number
  readonly payload: Uint8Array
  readonly stamp: Stamp | null
  /** The mean time since the packet before it. */
  readonly waitUs: number
}

/**
 * How the packets of a connection follow each other: the prologue, exchanges of requests and responses as often as
 * there are packets left, and one of the epilogues.
 */
export interface Dialogue {
  readonly udp: boolean
  readonly prologue: readonly Step[]
  readonly content: 'none' | 'records' | 'http' | 'slices'
  /** For http: the request. For slices: all that the originator has to say. */
  readonly request: Uint8Array
  /** For http: the head of the response. For slices: all that the responder has to say. */
  readonly response: Uint8Array
  /** How the connection ends. The first is the longest. */
  readonly epilogues: readonly [readonly Step[], ...(readonly Step[])[]]
}

export interface Names {
  /** The name that the originator asks for. */
  readonly server: string
  readonly port: number
  readonly serverCertificate: Uint8Array
  readonly clientCertificate: Uint8Array
}

/** What fits a 1,500 byte packet over IPv6, and so over both. */
export const SEGMENT_LENGTH = 1440
/** Between two packets of the same sender, and when the other side takes its turn. */
export const BURST_US = 60
export const TURN_US = 1500
/** The pause before an end decides to close. */
const BEFORE_CLOSE_US = 8_000_000
/** Windows repeats an unanswered SYN after 3 and after another 6 seconds. */
const SYN_REPEATED_US = [3_000_000, 6_000_000] as const

const NOTHING = new Uint8Array(0)

const control = (fromOrig: boolean, flags: number, waitUs = TURN_US): Step => ({
  fromOrig,
  flags,
  payload: NOTHING,
  stamp: null,
  waitUs,
})

const HANDSHAKE = [control(true, SYN), control(false, SYN | ACK), control(true, ACK)]

const EPILOGUES: Dialogue['epilogues'] = [
  [control(true, FIN | ACK, BEFORE_CLOSE_US), control(false, FIN | ACK), control(true, ACK)],
  [control(false, FIN | ACK, BEFORE_CLOSE_US), control(true, FIN | ACK), control(false, ACK)],
  [control(true, RST | ACK, BEFORE_CLOSE_US)],
]

const SILENT: Dialogue = {
  udp: false,
  prologue: HANDSHAKE,
  content: 'none',
  request: NOTHING,
  response: NOTHING,
  epilogues: EPILOGUES,
}

export function failedDialogue(failure: Failure): Dialogue {
  const prologue =
    failure === 'refused'
      ? [control(true, SYN), control(false, RST | ACK)]
      : [control(true, SYN), ...SYN_REPEATED_US.map((waitUs) => control(true, SYN, waitUs))]
  return { ...SILENT, prologue, epilogues: [[]] }
}

export function dialogue(speech: Speech, names: Names, kind: Kind, random: Random): Dialogue {
  if (speech === 'dns') return dnsDialogue(kind)
  if (speech === 'http') return httpDialogue(names, kind)
  const messages = tlsMessages(speech, names, random)
  if (kind === 'small') return slicedDialogue(spokenBy(messages, true), spokenBy(messages, false))
  return { ...SILENT, prologue: [...HANDSHAKE, ...messages.flatMap(segments)], content: 'records' }
}

/** What one side says without waiting for the other. */
interface Message {
  readonly fromOrig: boolean
  readonly bytes: Uint8Array
  readonly stamp: Stamp | null
}

function tlsMessages(speech: Speech, names: Names, random: Random): readonly Message[] {
  const mutual = speech === 'mutual-tls' || speech === 'framed-mutual-tls'
  const asks = mutual || speech === 'tls-client-without-certificate'
  const own = mutual ? [names.clientCertificate] : asks ? [] : null
  const framing: readonly Message[] = [
    { fromOrig: true, bytes: framingPreamble(names), stamp: null },
    { fromOrig: false, bytes: octets(UPGRADE_ACCEPTED), stamp: null },
  ]
  return [
    ...(speech === 'framed-mutual-tls' ? framing : []),
    { fromOrig: true, bytes: clientHello(names.server, random), stamp: stampHello },
    { fromOrig: false, bytes: serverFlight(names.serverCertificate, asks, random), stamp: stampHello },
    { fromOrig: true, bytes: clientFlight(own, random), stamp: null },
    { fromOrig: false, bytes: serverFinished(random), stamp: null },
  ]
}

// [MC-NMF], the .NET message framing protocol: version 1.0, duplex mode, via, binary encoding with dictionary, and
// the request to go on inside TLS.
const UPGRADE_ACCEPTED = 0x0a

function framingPreamble({ server, port }: Names): Uint8Array {
  const via = `net.tcp://${server}:${port}/ClsAgent`
  return octets(0, 1, 0, 1, 2, 2, sized(1, via), 3, 8, 9, sized(1, 'application/ssl-tls'))
}

/** A message as segments; the other side acknowledges where it has nothing to say by itself: after every second. */
function segments({ fromOrig, bytes, stamp }: Message): readonly Step[] {
  const steps: Step[] = []
  for (let at = 0; at < bytes.length; at += SEGMENT_LENGTH) {
    const payload = bytes.subarray(at, at + SEGMENT_LENGTH)
    const first = at === 0
    const last = at + SEGMENT_LENGTH >= bytes.length
    const flags = last ? PSH | ACK : ACK
    steps.push({ fromOrig, flags, payload, stamp: first ? stamp : null, waitUs: first ? TURN_US : BURST_US })
    if (steps.length % 3 === 2) steps.push(control(!fromOrig, ACK))
  }
  return steps
}

function spokenBy(messages: readonly Message[], fromOrig: boolean): Uint8Array {
  return octets(...messages.filter((message) => message.fromOrig === fromOrig).map((message) => message.bytes))
}

/** The byte streams of both sides, six bytes a packet, each side in turn. */
function slicedDialogue(request: Uint8Array, response: Uint8Array): Dialogue {
  return { ...SILENT, content: 'slices', request, response }
}

/** Where the request's own number stands, eight digits behind the method, the path and the question's name. */
export const REQUEST_NUMBER_AT = 'GET /Autodiscover/AutodiscoverService.svc/root?id='.length
/** Where the response's length stands, seven digits. */
export const CONTENT_LENGTH_AT = 'HTTP/1.1 200 OK\r\nContent-Length: '.length
export const CONTENT_LENGTH_DIGITS = 7

function httpDialogue({ server }: Names, kind: Kind): Dialogue {
  const request = octets(
    'GET /Autodiscover/AutodiscoverService.svc/root?id=00000000 HTTP/1.1\r\n',
    `Host: ${server}\r\n`,
    'User-Agent: OC/15.0.4420.1017 (Microsoft Lync)\r\n',
    'Accept: application/vnd.microsoft.rtc.autodiscover+xml;v=1\r\n',
    'Cache-Control: no-cache\r\nConnection: Keep-Alive\r\n\r\n',
  )
  const response = octets(
    'HTTP/1.1 200 OK\r\nContent-Length: 0000000\r\nContent-Type: application/octet-stream\r\n',
    'Server: Microsoft-IIS/8.5\r\nX-Content-Type-Options: nosniff\r\nX-Powered-By: ASP.NET\r\n\r\n',
  )
  return kind === 'small' ? slicedDialogue(request, response) : { ...SILENT, content: 'http', request, response }
}

const DNS_NAME_DIGITS_AT = 12 + 1 + 'pc'.length
/** The last two bytes of the address, which ends the reply. */
const DNS_ADDRESS_AT = 12 + 'pc00000.contoso.local'.length + 2 + 4 + 14

/** The longest frame of the small kind leaves 18 bytes for a datagram, so there the question is the root's address. */
function dnsDialogue(kind: Kind): Dialogue {
  const name: readonly Part[] =
    kind === 'small' ? [0] : [sized(1, 'pc00000'), sized(1, 'contoso'), sized(1, 'local'), 0]
  const question = octets(...name, uint16(1), uint16(1))
  const header = (flags: number, answers: number): Uint8Array =>
    octets(uint16(0), uint16(flags), uint16(1), uint16(answers), uint16(0), uint16(0))
  const answer = octets(uint16(0xc00c), uint16(1), uint16(1), uint16(0), uint16(1200), sized(2, 10, 16, 0, 0))
  const query = octets(header(0x0100, 0), question)
  const reply = kind === 'small' ? octets(header(0x8580, 0), question) : octets(header(0x8580, 1), question, answer)
  const stamps: readonly [Stamp, Stamp] = kind === 'small' ? [stampDnsId, stampDnsId] : [stampDnsName, stampDnsReply]
  const prologue: readonly Step[] = [
    { fromOrig: true, flags: 0, payload: query, stamp: stamps[0], waitUs: TURN_US },
    { fromOrig: false, flags: 0, payload: reply, stamp: stamps[1], waitUs: TURN_US },
  ]
  return { ...SILENT, udp: true, prologue, epilogues: [[]] }
}

function stampHello(bytes: Uint8Array, at: number, nonce: number): void {
  for (let byte = 0; byte < 4; byte++) bytes[at + HELLO_RANDOM_AT + byte] = nonce >>> (8 * byte)
}

function stampDnsId(bytes: Uint8Array, at: number, nonce: number): void {
  bytes[at] = nonce >>> 8
  bytes[at + 1] = nonce
}

function stampDnsName(bytes: Uint8Array, at: number, nonce: number): void {
  stampDnsId(bytes, at, nonce)
  writeDigits(bytes, at + DNS_NAME_DIGITS_AT, 5, nonce % 100_000)
}

/** Each name has one address, so the last five digits of a number decide its low 16 bits. */
function stampDnsReply(bytes: Uint8Array, at: number, nonce: number): void {
  stampDnsName(bytes, at, nonce)
  const host = (nonce % 100_000) & 0xffff
  bytes[at + DNS_ADDRESS_AT] = host >>> 8
  bytes[at + DNS_ADDRESS_AT + 1] = host
}

export function writeDigits(bytes: Uint8Array, at: number, count: number, value: number): void {
  for (let digit = count - 1, rest = value; digit >= 0; digit--) {
    bytes[at + digit] = 0x30 + (rest % 10)
    rest = Math.floor(rest / 10)
  }
}
