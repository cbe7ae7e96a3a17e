import { identifyDns, identifyDnsStream } from './dns.ts'
import { identifyHttp, writeHttpClaim } from './http.ts'
import { type Identified, SERVICE_MASK, UNDECIDED } from './identified.ts'
import { identifyKerberos, identifyKerberosRecord } from './kerberos.ts'
import { identifyLdap } from './ldap.ts'
import { identifyMsTurn, identifyMsTurnFrame, identifyPseudoTls } from './ms-turn.ts'
import { identifyNetFraming, tlsBehindFraming, writeNetFramingClaim } from './net-framing.ts'
import { identifyNtp } from './ntp.ts'
import { identifyRdp } from './rdp.ts'
import { identifyRpc } from './rpc.ts'
import { identifyFramedRtp, isCompoundRtcp, looksLikeRtp } from './rtp.ts'
import { HTTP, NET_FRAMING, RTP, UNIDENTIFIED, XMPP } from './service.ts'
import { identifySip } from './sip.ts'
import { identifySmb } from './smb.ts'
import { identifySsh } from './ssh.ts'
import { identifyStun, identifyStunStream } from './stun.ts'
import { identifyTds } from './tds.ts'
import { CR, LF } from './text.ts'
import { identifyTls } from './tls-start.ts'
import { identifyXmpp, tlsBehindXmpp, writeXmppClaim } from './xmpp.ts'

/*
 * Which protocol the first bytes of a flow are, whatever its ports say. Each protocol is asked in its own file, which
 * states what it requires; random bytes are none of them.
 */

/** What identifyStream() and tlsOffset() look at; with that many bytes they have answered. */
export const MOST_BYTES = 4096

/** What tlsOffset() answers where TLS does not come. */
const NO_TLS = -2

/** A datagram of fewer bytes only keeps a path open and says nothing. */
const SHORTEST_DATAGRAM = 8

/**
 * The protocols of streams. Those that only look like others come before them; those that need most bytes come last.
 */
const STREAMS = [
  identifyPseudoTls,
  identifyTls,
  identifySip,
  identifyHttp,
  identifyXmpp,
  identifySsh,
  identifyMsTurnFrame,
  identifyNetFraming,
  identifySmb,
  identifyRpc,
  identifyRdp,
  identifyTds,
  identifyStunStream,
  identifyLdap,
  identifyKerberosRecord,
  identifyDnsStream,
  identifyFramedRtp,
] as const

/** The protocols of datagrams, but for media. MS-TURN may have the cookie of STUN as well as its own. */
const DATAGRAMS = [
  identifyMsTurn,
  identifyStun,
  identifyDns,
  identifyKerberos,
  identifyLdap,
  identifySip,
  identifyNtp,
] as const

/**
 * The bytes from the beginning of one side of a TCP stream. What is answered for some bytes holds for all that go on
 * from them, unless it is UNDECIDED: each protocol answers so, and one is asked only when those before it have said no.
 */
export function identifyStream(view: DataView, start: number, end: number): Identified {
  const isAll = end - start >= MOST_BYTES
  const stop = isAll ? start + MOST_BYTES : end
  if (start >= stop) return UNDECIDED
  for (let protocol = 0; protocol < STREAMS.length; protocol += 1) {
    const answer = STREAMS[protocol]!(view, start, stop)
    if (answer !== UNIDENTIFIED && !(answer === UNDECIDED && isAll)) return answer
  }
  return UNIDENTIFIED
}

/**
 * The payload of one datagram. UNDECIDED where it may be RTP, which takes a second one of the same side
 * (continuesRtp()), and where it only keeps a path open: nothing but line ends, or too few bytes for any protocol. QUIC
 * and DTLS are none of these and stay unidentified.
 */
export function identifyDatagram(view: DataView, start: number, end: number): Identified {
  if (end - start < SHORTEST_DATAGRAM || isLineEnds(view, start, end)) return UNDECIDED
  for (let protocol = 0; protocol < DATAGRAMS.length; protocol += 1) {
    const answer = DATAGRAMS[protocol]!(view, start, end)
    if (answer > UNIDENTIFIED) return answer
  }
  if (!looksLikeRtp(view, start, end)) return UNIDENTIFIED
  return isCompoundRtcp(view, start, end) ? RTP : UNDECIDED
}

function isLineEnds(view: DataView, start: number, end: number): boolean {
  let at = start
  while (at < end && (view.getUint8(at) === CR || view.getUint8(at) === LF)) at += 1
  return at === end
}

/**
 * Where TLS begins in a stream that another protocol began (`service` is NET_FRAMING or XMPP) and that has agreed on
 * it. The place of its first byte; -1 where more bytes are needed; -2 where it does not come.
 */
export function tlsOffset(service: number, view: DataView, start: number, end: number): number {
  const isAll = end - start >= MOST_BYTES
  const stop = isAll ? start + MOST_BYTES : end
  const offset = tlsBehind(service & SERVICE_MASK, view, start, stop)
  return offset === UNDECIDED && isAll ? NO_TLS : offset
}

function tlsBehind(service: number, view: DataView, start: number, end: number): number {
  if (service === NET_FRAMING) return tlsBehindFraming(view, start, end)
  return service === XMPP ? tlsBehindXmpp(view, start, end) : NO_TLS
}

/**
 * What one side of the stream says in clear about the machine that it speaks to. claim[0] and claim[1] are where the
 * name begins and ends in the view, equal where there is none: the Host of an HTTP request, the host in the via of a
 * .NET preamble, the `to` of an XMPP stream (or its `from`, with 1 in claim[2]). claim[2] of an HTTP request is its
 * place in PATH_FAMILIES.
 */
export function writeClaim(service: number, view: DataView, start: number, end: number, claim: Int32Array): void {
  claim[0] = start
  claim[1] = start
  claim[2] = 0
  const plain = service & SERVICE_MASK
  if (plain === HTTP) writeHttpClaim(view, start, end, claim)
  else if (plain === NET_FRAMING) writeNetFramingClaim(view, start, end, claim)
  else if (plain === XMPP) writeXmppClaim(view, start, end, claim)
}
