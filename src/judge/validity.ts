import type { Certificate } from '../evidence/certificate.ts'
import type { Names } from '../flow/names.ts'
import { CERTIFICATES } from '../flow/row.ts'

/** Whether certificates had not expired when they were presented. */
export interface Validity {
  /** Whether both certificates of a row of the flow log were, at `startNs` since the origin of the capture set. */
  isValid(rows: Int32Array, row: number, startNs: number): boolean
}

const NS_PER_MS = 1e6

/**
 * `originNs` is what the times of flows count from, in nanoseconds since 1970; undefined where the capture has no
 * times.
 */
export function createValidity(names: Names, originNs: bigint | undefined): Validity {
  const originMs = originNs === undefined ? undefined : Number(originNs) / NS_PER_MS

  /**
   * A certificate that cannot be read, or none, is not held against anybody; nor is one whose time is still to come.
   */
  function isValidAt(certificate: Certificate | undefined, startNs: number): boolean {
    if (originMs === undefined || certificate?.notAfter === undefined) return true
    return originMs + startNs / NS_PER_MS <= certificate.notAfter
  }

  return {
    isValid(rows, row, startNs) {
      const low = rows[row + CERTIFICATES]!
      const high = rows[row + CERTIFICATES + 1]!
      if (low === 0 && high === 0) return true
      return isValidAt(names.certificate(low), startNs) && isValidAt(names.certificate(high), startNs)
    },
  }
}
