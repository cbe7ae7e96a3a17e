/** Whether an address in canonical text is multicast (RFC 5771, RFC 4291), or the limited broadcast address. */
export function isGroupAddress(address: string): boolean {
  if (address.includes(':')) return address.startsWith('ff')
  const firstOctet = Number.parseInt(address, 10)
  return (firstOctet >= 224 && firstOctet <= 239) || address === '255.255.255.255'
}
