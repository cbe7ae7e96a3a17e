import { type Identified, UNDECIDED } from './identified.ts'
import { SSH, UNIDENTIFIED } from './service.ts'
import { DIFFERS, octets, startsWithOneOf } from './text.ts'

const VERSIONS = [octets('ssh-2.0-'), octets('ssh-1.99-'), octets('ssh-1.5-')] as const

/** SSH: the identification string, RFC 4253 sections 4.2 and 5.1. Both ends send it, so it has no direction. */
export function identifySsh(view: DataView, start: number, end: number): Identified {
  const version = startsWithOneOf(view, start, end, VERSIONS)
  if (version <= DIFFERS) return version === UNDECIDED ? UNDECIDED : UNIDENTIFIED
  return SSH
}
