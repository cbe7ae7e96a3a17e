import { UNDECIDED } from './identified.ts'

/*
 * Lengths of the Basic Encoding Rules, X.690 section 8.1.3, as LDAP and Kerberos use them.
 */

/** No length, or one that no message of these protocols has. */
export const BER_INVALID = -2
const LONG_FORM = 0x80
const MOST_OCTETS = 4
const LONGEST = 2 ** 24

/** The length at `at`; UNDECIDED where it is not whole, BER_INVALID where it is of no definite form or above 16 MB. */
export function berLength(view: DataView, at: number, end: number): number {
  if (at >= end) return UNDECIDED
  const first = view.getUint8(at)
  if (first < LONG_FORM) return first
  const octets = first - LONG_FORM
  if (octets === 0 || octets > MOST_OCTETS) return BER_INVALID
  if (end - at <= octets) return UNDECIDED
  let length = 0
  for (let index = at + 1; index <= at + octets; index += 1) length = length * 256 + view.getUint8(index)
  return length < LONGEST ? length : BER_INVALID
}

/** The place behind the length at `at`, which berLength() has read. */
export function berContent(view: DataView, at: number): number {
  const first = view.getUint8(at)
  return first < LONG_FORM ? at + 1 : at + 1 + first - LONG_FORM
}
