import type { Observation } from '../judge/observation.ts'
import type { CaptureRef } from './capture-record.ts'
import { bound, createInsert, fixed, time, unitsOf } from './insert.ts'
import type { Database } from './open.ts'
import type { CertificateNumbers } from './shared-rows.ts'

/** Returns what writes what the capture saw between ends whose direction the bytes do not prove. */
export function createObservationWriter(
  db: Database,
  capture: CaptureRef,
  certificateOf: CertificateNumbers,
): (rows: Iterable<Observation>) => void {
  const columns = [
    ...COLUMNS.split(',').map((name) => bound(name.trim())),
    time('first', capture),
    time('last', capture),
    fixed('capture', capture.number),
  ]
  const insert = createInsert(db, 'observations', columns)
  return (rows) => {
    for (const seen of rows) {
      insert.add([
        seen.transport,
        seen.lowAddress,
        seen.lowPort,
        seen.highAddress,
        seen.highPort,
        seen.first,
        seen.service,
        seen.flows,
        seen.established,
        seen.onlyLow,
        seen.onlyHigh,
        seen.lowRefused,
        seen.lowProhibited,
        seen.highRefused,
        seen.highProhibited,
        seen.midstream,
        seen.handshakeFailed,
        seen.broadcast,
        seen.lowPackets,
        seen.highPackets,
        seen.lowBytes,
        seen.highBytes,
        seen.lowIpBytes,
        seen.highIpBytes,
        seen.lowCopies,
        seen.highCopies,
        seen.proof,
        seen.alert ?? null,
        seen.claim ?? null,
        certificateOf(seen.lowCertificate),
        certificateOf(seen.highCertificate),
        seen.expired,
        seen.icmpError ?? null,
        seen.icmpSender ?? null,
        unitsOf(seen.firstNs, capture),
        unitsOf(seen.lastNs, capture),
      ])
    }
    insert.flush()
  }
}

const COLUMNS = `proto, low_addr, low_port, high_addr, high_port, first_sender, service, flows, established, only_low,
  only_high, low_refused, low_prohibited, high_refused, high_prohibited, midstream, handshake_failed, broadcast,
  low_packets, high_packets, low_bytes, high_bytes, low_ip_bytes, high_ip_bytes, low_copies, high_copies, proof, alert,
  claim, low_certificate, high_certificate, expired, icmp_error, icmp_sender`
