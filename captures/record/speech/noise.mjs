import { hex, u16 } from './bytes.mjs'

/** Datagrams that every network has and no port table speaks of. */

const QUERY_HEADER = hex('4c4c 0000 0001 0000 0000 0000')
/** RFC 1001: a NetBIOS name has 15 bytes and a type, each written as two letters. */
const NETBIOS_NAME = Buffer.from(`${'CONTOSO'.padEnd(15)}\0`, 'latin1')
const NETBIOS_LETTERS = Buffer.from([...NETBIOS_NAME].flatMap((byte) => [0x41 + (byte >> 4), 0x41 + (byte & 15)]))

export const NOISE = {
  /** RFC 2131 DHCPINFORM. */
  dhcp: Buffer.concat([
    hex('01 01 06 00 00000001 0000 0000 0a01000a 00000000 00000000 00000000 0200000000c1'),
    Buffer.alloc(10 + 64 + 128),
    hex('63825363 350108 ff'),
  ]),
  /** RFC 4795: the DNS question for the host's name `fe01`. */
  llmnr: Buffer.concat([QUERY_HEADER, hex('04'), Buffer.from('fe01'), hex('00'), u16(1), u16(1)]),
  netbios: Buffer.concat([hex('4e42 0110 0001 0000 0000 0000 20'), NETBIOS_LETTERS, hex('00 0020 0001')]),
  ssdp: Buffer.from(
    'M-SEARCH * HTTP/1.1\r\nHost: 239.255.255.250:1900\r\nMAN: "ssdp:discover"\r\nMX: 1\r\nST: ssdp:all\r\n\r\n',
  ),
}
