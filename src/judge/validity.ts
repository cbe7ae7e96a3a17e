import type { Certificate } from '../evidence/certificate.ts'
import type { Flow } from '../flow/flow.ts'
import type { Names } from '../flow/names.ts'
import { CERTIFICATES } from '../flow/row.ts'

/** Whether certificates were valid when they were presented. */
export interface Validity {
  /** Whether both certificates of a row of the flow log were, at `startNs` since the origin of the capture set. */
  isValid(rows: Int32Array, row: number, startNs: number): boolean
  /** The same of a flow. */
  isFlowValid(flow: Flow): boolean
}

const NS_PER_MS = 1e6

export function createValidity(names: Names, originNs: bigint): Validity {
  const originMs = Number(originNs) / NS_PER_MS

  /** A certificate that cannot be read, or none, is not held against anybody. */
  function isValidAt(certificate: Certificate | undefined, startNs: number): boolean {
    if (certificate === undefined) return true
    const { notBefore, notAfter } = certificate
    const ms = originMs + startNs / NS_PER_MS
    return (notBefore === undefined || ms >= notBefore) && (notAfter === undefined || ms <= notAfter)
  }

  return {
    isValid(rows, row, startNs) {
      const low = rows[row + CERTIFICATES]!
      const high = rows[row + CERTIFICATES + 1]!
      if (low === 0 && high === 0) return true
      return isValidAt(names.certificate(low), startNs) && isValidAt(names.certificate(high), startNs)
    },
    isFlowValid: ({ low, high, startNs }) =>
      isValidAt(low.certificate, startNs) && isValidAt(high.certificate, startNs),
  }
}
