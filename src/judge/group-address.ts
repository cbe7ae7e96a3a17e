/**
 * Whether an address in canonical text is multicast (RFC 5771; RFC 4291 section 2.7), or the limited broadcast address.
 */
export function isGroupAddress(address: string): boolean {
  if (address.includes(':')) return Number.parseInt(address, 16) >= 0xff00
  const firstOctet = Number.parseInt(address, 10)
  return (firstOctet >= 224 && firstOctet <= 239) || address === '255.255.255.255'
}
