import { NONE, UNIDENTIFIED } from '../evidence/service.ts'
import {
  EVIDENCE_LOOKS_BITS,
  EVIDENCE_LOOKS_MASK,
  EVIDENCE_LOOKS_SHIFT,
  EVIDENCE_ORIGINATOR_MASK,
  EVIDENCE_ORIGINATOR_SHIFT,
  EVIDENCE_SERVICE_MASK,
} from './row.ts'

/* The word EVIDENCE of a flow's row: row.ts has its layout. */

/** Payloads of the side that were looked at and not recognised. */
export function looksOf(evidence: number, side: number): number {
  return (evidence >>> (EVIDENCE_LOOKS_SHIFT + side * EVIDENCE_LOOKS_BITS)) & EVIDENCE_LOOKS_MASK
}

export function withLook(evidence: number, side: number): number {
  return evidence + (1 << (EVIDENCE_LOOKS_SHIFT + side * EVIDENCE_LOOKS_BITS))
}

/** Unknown bytes, unless the other side's told something. */
export function orUnidentified(evidence: number): number {
  return (evidence & EVIDENCE_SERVICE_MASK) === NONE ? evidence | UNIDENTIFIED : evidence
}

export function withService(evidence: number, service: number): number {
  return (evidence & ~EVIDENCE_SERVICE_MASK) | service
}

/** What one payload told before stays, unless reading on came to something. */
export function withServiceReadOn(evidence: number, service: number): number {
  const isUnknown = (evidence & EVIDENCE_SERVICE_MASK) === NONE
  return service > UNIDENTIFIED || isUnknown ? withService(evidence, service) : evidence
}

/** Who opened the flow is told by what comes first. */
export function withOriginator(evidence: number, originator: number): number {
  const isKnown = ((evidence >>> EVIDENCE_ORIGINATOR_SHIFT) & EVIDENCE_ORIGINATOR_MASK) !== 0
  return isKnown ? evidence : evidence | (originator << EVIDENCE_ORIGINATOR_SHIFT)
}
