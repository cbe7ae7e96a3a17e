import { ipv4Number } from '../inventory/address.ts'

/** Private and shared address space: RFC 1918, and RFC 6598. */
const PRIVATE = [
  [0x0a00_0000, 8],
  [0xac10_0000, 12],
  [0xc0a8_0000, 16],
  [0x6440_0000, 10],
] as const

/**
 * Whether an address is one of the Internet's. Undefined for IPv6, where machines inside have such addresses as well.
 */
export function isPublic(address: string): boolean | undefined {
  const value = ipv4Number(address)
  if (value < 0) return undefined
  return !PRIVATE.some(([network, prefix]) => value >>> (32 - prefix) === network >>> (32 - prefix))
}
