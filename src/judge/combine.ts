import type { Certificate } from '../evidence/certificate.ts'
import { ICMP_ERRORS, type IcmpError } from '../flow/flow.ts'

/*
 * How what several flows say becomes what their conversation says. Each choice depends on the values alone and not on
 * the order in which they come, so that the same flows always make the same conversation.
 */

/** The lesser of two values, of which either may be missing. */
export function lesser<Value extends number | string>(left: Value | undefined, right: Value | undefined) {
  if (left === undefined || right === undefined) return left ?? right
  return right < left ? right : left
}

/** The certificate that is valid from the later time on; then the one whose fingerprint comes first. */
export function newerCertificate(left: Certificate | undefined, right: Certificate | undefined) {
  if (left === undefined || right === undefined) return left ?? right
  const later = (right.notBefore ?? 0) - (left.notBefore ?? 0)
  return later > 0 || (later === 0 && right.fingerprint < left.fingerprint) ? right : left
}

export interface ErrorSeen {
  readonly icmpError: IcmpError | undefined
  readonly icmpSender: string | undefined
}

/** The graver error; of equal ones the sender whose address comes first as text. */
export function graverError(left: ErrorSeen, right: ErrorSeen): ErrorSeen {
  const graver = ICMP_ERRORS.indexOf(right.icmpError) - ICMP_ERRORS.indexOf(left.icmpError)
  if (graver !== 0) return graver > 0 ? right : left
  return (right.icmpSender ?? '') < (left.icmpSender ?? '') ? right : left
}
