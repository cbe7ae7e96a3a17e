/** What the bytes of a flow prove to be spoken: a closed list. `none` where nothing was looked at or nothing was recognised. */
export const SERVICES = [
  'none',
  'tls',
  'mtls',
  'tls-one-way',
  'tls-resumed',
  'tls13',
  'ms-turn',
  'stun',
  'sip',
  'http',
] as const
export type Service = (typeof SERVICES)[number]
