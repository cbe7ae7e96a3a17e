import { BACKUP_SERVER, FRONT_END, PARTNER_ACCESS } from '../addresses.mjs'
import { framed2, framed4, hex, u16, u32 } from './bytes.mjs'
import { dns, kerberos, ldap, ntp, rdp, rpc, smb, tds } from './domain.mjs'

/** What is said inside a connection or in datagrams: one round or several, each a request and its reply. */

const sip = [
  {
    request: Buffer.from(
      'OPTIONS sip:contoso.com SIP/2.0\r\nVia: SIP/2.0/TLS sample\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n',
    ),
    reply: Buffer.from('SIP/2.0 200 OK\r\nVia: SIP/2.0/TLS sample\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n'),
  },
]

/** RFC 3550: payload type 8 (A-law), 20 ms a packet; each side counts from its own beginning. */
const rtpPacket = (sequence, source) =>
  Buffer.concat([hex('8008'), u16(sequence), u32(sequence * 160), hex(source), Buffer.alloc(40, 0xd5)])
const rtp = [0, 1, 2].map((step) => ({
  request: rtpPacket(100 + step, '5eed0001'),
  reply: rtpPacket(900 + step, '5eed0002'),
}))

const xmpp = [
  {
    request: Buffer.from(
      "<stream:stream xmlns='jabber:server' xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>",
    ),
    reply: Buffer.from("<stream:stream xmlns='jabber:server' xmlns:stream='http://etherx.jabber.org/streams' id='1'>"),
  },
]

const psom = [{ request: Buffer.from('psom request'), reply: Buffer.from('psom reply') }]
const wcf = [{ request: Buffer.from('<command>search</command>'), reply: Buffer.from('<result>0</result>') }]
/** A log of 24,000 bytes comes back: several segments, larger than the MTU where the sending host offloads. */
const long = [{ request: Buffer.from('<command>search</command>'), reply: Buffer.alloc(24_000, 'log line\r\n') }]
/** Of no protocol. */
const echo = [{ request: Buffer.from('agent heartbeat 0001\r\n'), reply: Buffer.from('agent heartbeat 0001\r\n') }]
/** RFC 4253: each side begins with its version. */
const ssh = [
  { request: Buffer.from('SSH-2.0-OpenSSH_9.2p1\r\n'), reply: Buffer.from('SSH-2.0-OpenSSH_for_Windows_8.1\r\n') },
]

/** RFC 5389 binding, with the reflected address 10.1.0.10:61000. */
const stun = [
  {
    request: hex('0001 0000 2112a442 000102030405060708090a0b'),
    reply: hex('0101 000c 2112a442 000102030405060708090a0b 0020 0008 0001 cf5a 2b13a448'),
  },
]

/** [MS-TURN] Allocate: a transaction id of 16 bytes and the magic cookie attribute first. */
const allocate = [
  {
    request: hex('0003 0008 000102030405060708090a0b0c0d0e0f 000f 0004 72c64bc6'),
    reply: hex('0103 0014 000102030405060708090a0b0c0d0e0f 000f 0004 72c64bc6 0001 0008 0001 c350 c0000216'),
  },
]

const framedBoth = (frame, rounds) =>
  rounds.map(({ request, reply }) => ({ request: frame(request), reply: frame(reply) }))

const publicDns = dns('sip.fabrikam.com', PARTNER_ACCESS)

export const EXCHANGES = {
  dns: dns('fe01.contoso.local', FRONT_END),
  'dns-backup': dns('backup01.contoso.local', BACKUP_SERVER),
  'dns-public': publicDns,
  'framed-dns-public': framedBoth(framed2, publicDns),
  kerberos,
  'framed-kerberos': framedBoth(framed4, kerberos),
  ldap,
  smb,
  rdp,
  rpc,
  tds,
  ntp,
  sip,
  rtp,
  'framed-rtp': framedBoth(framed2, rtp),
  xmpp,
  psom,
  wcf,
  long,
  echo,
  ssh,
  stun,
  allocate,
}

/** What a UDP server knows besides its own: both kinds of STUN, and another name. */
const ALSO = { stun: ['allocate'], dns: ['dns-backup'] }

/** The reply of a UDP server; undefined of one that is silent. */
export function replyTo(application, request) {
  const rounds = [application, ...(ALSO[application] ?? [])].flatMap((each) => EXCHANGES[each] ?? [])
  return rounds.find((round) => round.request.equals(request))?.reply
}
