/** What is known of one end of a TCP connection, by number; the states of Zeek's TCP analysis. */
export const INACTIVE = 0
export const SYN_SENT = 1
export const SYN_ACK_SENT = 2
/** Has sent something, but no SYN was seen. */
export const PARTIAL = 3
export const ESTABLISHED = 4
/** Has sent a FIN. */
export const CLOSED = 5
/** Has sent an RST. */
export const RESET = 6

export const CONN_STATES = [
  'S0',
  'S1',
  'SF',
  'REJ',
  'S2',
  'S3',
  'RSTO',
  'RSTR',
  'RSTOS0',
  'RSTRH',
  'SH',
  'SHR',
  'OTH',
] as const
export type ConnState = (typeof CONN_STATES)[number]

/**
 * The conn state of a TCP connection, by the rules of Zeek's conn.log (base/protocols/conn/main.zeek).
 * `silent` says that neither end has sent payload.
 */
export function tcpConnState(originator: number, responder: number, silent: boolean): ConnState {
  const originatorIdle = originator === INACTIVE || originator === PARTIAL
  const responderIdle = responder === INACTIVE || responder === PARTIAL
  if (responder === RESET) {
    if (originator === SYN_SENT || originator === SYN_ACK_SENT || (originator === RESET && silent)) return 'REJ'
    return originatorIdle ? 'RSTRH' : 'RSTR'
  }
  if (originator === RESET) return responderIdle ? 'RSTOS0' : 'RSTO'
  if (originator === CLOSED && responder === CLOSED) return 'SF'
  if (originator === CLOSED) return responderIdle ? 'SH' : 'S2'
  if (responder === CLOSED) return originatorIdle ? 'SHR' : 'S3'
  if (originator === SYN_SENT && responder === INACTIVE) return 'S0'
  if (originator === ESTABLISHED && responder === ESTABLISHED) return 'S1'
  return 'OTH'
}

/** The conn state of a UDP exchange, or of another transport without connections, as Zeek names it. */
export function datagramConnState(originatorSpoke: boolean, responderSpoke: boolean): ConnState {
  if (originatorSpoke) return responderSpoke ? 'SF' : 'S0'
  return responderSpoke ? 'SHR' : 'OTH'
}
