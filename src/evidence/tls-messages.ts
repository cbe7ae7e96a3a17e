// Types of handshake messages, RFC 5246 section 7.4.
export const CLIENT_HELLO = 1
export const SERVER_HELLO = 2
export const CERTIFICATE = 11
export const CERTIFICATE_REQUEST = 13
export const SERVER_HELLO_DONE = 14
export const CERTIFICATE_VERIFY = 15
export const CLIENT_KEY_EXCHANGE = 16
/** What a client may send in clear, as bits of 1 << type; certificate URL (21) and supplemental data (23) besides. */
export const OF_CLIENT =
  (1 << CLIENT_HELLO) |
  (1 << CERTIFICATE) |
  (1 << CERTIFICATE_VERIFY) |
  (1 << CLIENT_KEY_EXCHANGE) |
  (1 << 21) |
  (1 << 23)
/**
 * The same for a server: HelloRequest (0), NewSessionTicket (4), ServerKeyExchange (12), CertificateStatus (22) and
 * supplemental data (23) besides.
 */
export const OF_SERVER =
  (1 << SERVER_HELLO) |
  (1 << CERTIFICATE) |
  (1 << CERTIFICATE_REQUEST) |
  (1 << SERVER_HELLO_DONE) |
  (1 << 0) |
  (1 << 4) |
  (1 << 12) |
  (1 << 22) |
  (1 << 23)
