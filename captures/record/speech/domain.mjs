import { der, framed4, hex, u16 } from './bytes.mjs'

/** What Windows machines say to each other: names, tickets, directory, files, remote administration. */

function dnsName(name) {
  const labels = name.split('.').flatMap((label) => [Buffer.from([label.length]), Buffer.from(label, 'ascii')])
  return Buffer.concat([...labels, Buffer.from([0])])
}

/** The question for a name's address, and the authoritative answer. */
export function dns(name, address) {
  const question = Buffer.concat([dnsName(name), u16(1), u16(1)])
  const octets = Buffer.from(address.split('.').map(Number))
  return [
    {
      request: Buffer.concat([hex('1f2e 0100 0001 0000 0000 0000'), question]),
      reply: Buffer.concat([
        hex('1f2e 8580 0001 0001 0000 0000'),
        question,
        hex('c00c 0001 0001 00000e10 0004'),
        octets,
      ]),
    },
  ]
}

const integer = (value) => der(0x02, Buffer.from([value]))
const realm = (tag) => der(tag, der(0x1b, Buffer.from('CONTOSO.LOCAL')))
const krbtgt = (tag) => {
  const words = ['krbtgt', 'CONTOSO.LOCAL'].map((word) => der(0x1b, Buffer.from(word)))
  return der(tag, der(0x30, der(0xa0, integer(2)), der(0xa1, der(0x30, ...words))))
}
const time = (tag, text) => der(tag, der(0x18, Buffer.from(text)))

/** RFC 4120. The pre-authentication data of 2,400 bytes makes the datagram cross the MTU, as large tickets do. */
export const kerberos = [
  {
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
  },
]

/** RFC 4511: a search for the root entry; done, nothing found. */
export const ldap = [
  {
    request: hex('30 25 020101 63 20 0400 0a0100 0a0100 020100 020100 010100 87 0b 6f626a656374436c617373 3000'),
    reply: hex('30 0c 020101 65 07 0a0100 0400 0400'),
  },
]

const SMB2_HEADER = hex(
  `fe534d42 4000 0000 00000000 0000 0100 00000000 00000000 0000000000000000
  fffe0000 00000000 0000000000000000 00000000000000000000000000000000`.replaceAll('\n', ''),
)
const SMB2_REPLY_HEADER = Buffer.from(SMB2_HEADER)
SMB2_REPLY_HEADER[16] = 1

/** [MS-SMB2] NEGOTIATE. */
export const smb = [
  {
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
  },
]

/** RFC 5905: a client's packet of version 4 with nothing but the time at which it was sent. */
export const ntp = [{ request: Buffer.concat([Buffer.from([0x23]), Buffer.alloc(39), hex('ed0b2a40 4c000000')]) }]

/** [MS-RDPBCGR]: X.224 connection request with the user's cookie, both sides speaking of TLS. */
const RDP_COOKIE = Buffer.from('Cookie: mstshash=admin\r\n')
export const rdp = [
  {
    request: Buffer.concat([hex('0300 002b 26 e0 0000 0000 00'), RDP_COOKIE, hex('01 00 0800 03000000')]),
    reply: hex('0300 0013 0e d0 0000 1234 00 02 1f 0800 02000000'),
  },
]

/** [C706]: bind to the endpoint mapper with NDR, and its acknowledgement, which names the secondary address 135. */
const NDR = '045d888aeb1cc9119fe808002b104860 02000000'
export const rpc = [
  {
    request: hex(
      `0500 0b03 10000000 4800 0000 01000000 d016 d016 00000000 01000000
      0000 01 00 0883afe11f5dc91191a408002b14a0fa 0300 0000 ${NDR}`.replaceAll(/\s/g, ''),
    ),
    reply: hex(
      `0500 0c03 10000000 3c00 0000 01000000 d016 d016 53120000 0400 31333500 0000
      01000000 0000 0000 ${NDR}`.replaceAll(/\s/g, ''),
    ),
  },
]

/** [MS-TDS] PRELOGIN: version, encryption, instance, thread, MARS; the server answers the same with its own. */
const PRELOGIN_OPTIONS = hex('00 001a 0006 01 0020 0001 02 0021 0001 03 0022 0004 04 0026 0001 ff')
export const tds = [
  {
    request: Buffer.concat([hex('12 01 002f 0000 0100'), PRELOGIN_OPTIONS, hex('0b000c380000 00 00 00001234 01')]),
    reply: Buffer.concat([hex('04 01 002f 0000 0100'), PRELOGIN_OPTIONS, hex('0b000bb80000 00 00 00000000 00')]),
  },
]
