/**
 * What the bytes of a flow prove to be spoken: a closed list. `none` where no payload was looked at, or where the look
 * began in the middle of the stream; `unidentified` where the first payload of a stream is none of the others.
 */
export const SERVICES = [
  'none',
  'unidentified',
  'tls',
  'mtls',
  'tls-one-way',
  'tls-resumed',
  'tls13',
  'ms-turn',
  'stun',
  'rtp',
  'sip',
  'http',
  'xmpp',
  'net-framing',
  'smb',
  'rpc',
  'rdp',
  'ssh',
  'tds',
  'dns',
  'ldap',
  'kerberos',
  'ntp',
] as const
export type Service = (typeof SERVICES)[number]

// Above the packet line a service is its place in the list.
export const NONE = 0
export const UNIDENTIFIED = 1
export const TLS = 2
export const MTLS = 3
export const TLS_ONE_WAY = 4
export const TLS_RESUMED = 5
export const TLS13 = 6
export const MS_TURN = 7
export const STUN = 8
export const RTP = 9
export const SIP = 10
export const HTTP = 11
export const XMPP = 12
export const NET_FRAMING = 13
export const SMB = 14
export const RPC = 15
export const RDP = 16
export const SSH = 17
export const TDS = 18
export const DNS = 19
export const LDAP = 20
export const KERBEROS = 21
export const NTP = 22
