import { der, framed2, framed4, hex, u16, u32 } from './bytes.mjs'

/** What is said inside a connection or in datagrams: one request, one reply. */

function dnsName(name) {
  const labels = name.split('.').flatMap((label) => [Buffer.from([label.length]), Buffer.from(label, 'ascii')])
  return Buffer.concat([...labels, Buffer.from([0])])
}

const QUESTION = Buffer.concat([dnsName('fe01.contoso.local'), u16(1), u16(1)])
const dns = {
  request: Buffer.concat([hex('1f2e 0100 0001 0000 0000 0000'), QUESTION]),
  reply: Buffer.concat([hex('1f2e 8580 0001 0001 0000 0000'), QUESTION, hex('c00c 0001 0001 00000e10 0004 0a000028')]),
}

const integer = (value) => der(0x02, Buffer.from([value]))
const realm = (tag) => der(tag, der(0x1b, Buffer.from('CONTOSO.LOCAL')))
const krbtgt = (tag) => {
  const words = ['krbtgt', 'CONTOSO.LOCAL'].map((word) => der(0x1b, Buffer.from(word)))
  return der(tag, der(0x30, der(0xa0, integer(2)), der(0xa1, der(0x30, ...words))))
}
const time = (tag, text) => der(tag, der(0x18, Buffer.from(text)))

/** RFC 4120. The pre-authentication data of 2,400 bytes makes the datagram cross the MTU, as large tickets do. */
const kerberos = {
  request: der(
    0x6a,
    der(
      0x30,
      der(0xa1, integer(5)),
      der(0xa2, integer(10)),
      der(0xa3, der(0x30, der(0x30, der(0xa1, integer(100)), der(0xa2, der(0x04, Buffer.alloc(2400, 0x5a)))))),
      der(
        0xa4,
        der(
          0x30,
          der(0xa0, der(0x03, hex('00 40810010'))),
          realm(0xa2),
          krbtgt(0xa3),
          time(0xa5, '20370913024805Z'),
          der(0xa7, integer(42)),
          der(0xa8, der(0x30, integer(18), integer(17))),
        ),
      ),
    ),
  ),
  // KRB_ERROR 52: the answer is too big for UDP, try TCP.
  reply: der(
    0x7e,
    der(
      0x30,
      der(0xa0, integer(5)),
      der(0xa1, integer(30)),
      time(0xa4, '20260101000000Z'),
      der(0xa5, integer(0)),
      der(0xa6, integer(52)),
      realm(0xa9),
      krbtgt(0xaa),
    ),
  ),
}

const ldap = {
  // A search for the root entry; done, nothing found.
  request: hex('30 25 020101 63 20 0400 0a0100 0a0100 020100 020100 010100 87 0b 6f626a656374436c617373 3000'),
  reply: hex('30 0c 020101 65 07 0a0100 0400 0400'),
}

const SMB2_HEADER = hex(
  `fe534d42 4000 0000 00000000 0000 0100 00000000 00000000 0000000000000000
  fffe0000 00000000 0000000000000000 00000000000000000000000000000000`.replaceAll('\n', ''),
)
const SMB2_REPLY_HEADER = Buffer.from(SMB2_HEADER)
SMB2_REPLY_HEADER[16] = 1
const smb = {
  request: framed4(
    Buffer.concat([
      SMB2_HEADER,
      hex('2400 0200 0100 0000 00000000'),
      Buffer.alloc(16, 0x11),
      hex('0000000000000000 0202 1002'),
    ]),
  ),
  reply: framed4(
    Buffer.concat([
      SMB2_REPLY_HEADER,
      hex('4100 0100 1002 0000'),
      Buffer.alloc(16, 0x22),
      hex('00000000 00001000 00001000 00001000 0000000000000000 0000000000000000 8000 0000 00000000 00'),
    ]),
  ),
}

const ntp = { request: Buffer.concat([Buffer.from([0x23]), Buffer.alloc(47)]) }

const sip = {
  request: Buffer.from(
    'OPTIONS sip:contoso.com SIP/2.0\r\nVia: SIP/2.0/TLS sample\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n',
  ),
  reply: Buffer.from('SIP/2.0 200 OK\r\nVia: SIP/2.0/TLS sample\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n'),
}

const rtpPacket = (sequence) =>
  Buffer.concat([hex('8060'), u16(sequence), u32(sequence * 160), hex('deadbeef'), Buffer.alloc(20, 0x77)])
const rtp = { request: rtpPacket(100), reply: rtpPacket(900) }

const xmpp = {
  request: Buffer.from(
    "<stream:stream xmlns='jabber:server' xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>",
  ),
  reply: Buffer.from("<stream:stream xmlns='jabber:server' xmlns:stream='http://etherx.jabber.org/streams' id='1'>"),
}

const psom = { request: Buffer.from('psom request'), reply: Buffer.from('psom reply') }
const wcf = { request: Buffer.from('<command>search</command>'), reply: Buffer.from('<result>0</result>') }
/** A log of 24,000 bytes comes back: several segments, larger than the MTU where the sending host offloads. */
const long = { request: wcf.request, reply: Buffer.alloc(24_000, 'log line\r\n') }
const echo = { request: Buffer.from('hello\r\n'), reply: Buffer.from('hello\r\n') }

/** RFC 5389 binding, with the reflected address 10.1.0.10:61000. */
const stun = {
  request: hex('0001 0000 2112a442 000102030405060708090a0b'),
  reply: hex('0101 000c 2112a442 000102030405060708090a0b 0020 0008 0001 cf5a 2b13a448'),
}

/** [MS-TURN] Allocate: a transaction id of 16 bytes and the magic cookie attribute first. */
export const allocate = {
  request: hex('0003 0008 000102030405060708090a0b0c0d0e0f 000f 0004 72c64bc6'),
  reply: hex('0103 0014 000102030405060708090a0b0c0d0e0f 000f 0004 72c64bc6 0001 0008 0001 c350 c0000216'),
}

const framedBoth = (frame, { request, reply }) => ({ request: frame(request), reply: frame(reply) })

export const EXCHANGES = {
  dns,
  'framed-dns': framedBoth(framed2, dns),
  kerberos,
  'framed-kerberos': framedBoth(framed4, kerberos),
  ldap,
  smb,
  ntp,
  sip,
  rtp,
  'framed-rtp': framedBoth(framed2, rtp),
  xmpp,
  psom,
  wcf,
  long,
  echo,
  stun,
  allocate,
}

/** The reply of a UDP server, which tells the two kinds of STUN apart by the cookie. */
export function replyTo(application, request) {
  if (application === 'silent') return undefined
  if (application === 'stun' && request[0] === 0 && request[1] === 3) return allocate.reply
  return EXCHANGES[application].reply
}
