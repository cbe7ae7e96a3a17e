import { nameOf } from './certificates.mjs'
import { HOSTS, hostOf } from './hosts.mjs'

/** What a row of a scenario speaks: what both ends must know for it, and the words for it in README's tables. */

/** The responder's listening port, which says what is spoken there; nothing when nobody listens. */
function listeningPort({ to, port, transport = 'tcp' }) {
  const host = HOSTS.find(({ name }) => name === hostOf(to))
  const found = host.ports.find(
    (each) => each.port === port && (each.transport ?? 'tcp') === transport && (each.address ?? to) === to,
  )
  return found && portOptions(host, found)
}

export function portOptions(host, port) {
  return { certificate: host.certificate, ...port }
}

/** A row with what follows from the responder's port and the originator's own certificate. */
export function spokenOn(row) {
  const { layer, application, asks, version, certificate } = listeningPort(row) ?? {}
  const own = HOSTS.find(({ name }) => name === hostOf(row.from)).certificate
  return { layer, application, asks, version, certificate: own, serverName: nameOf(certificate), ...row }
}

/** The words of src/evidence/service.ts. */
const SERVICES = {
  allocate: 'ms-turn',
  'dns-backup': 'dns',
  'dns-public': 'dns',
  echo: 'unidentified',
  'framed-dns-public': 'dns',
  'framed-kerberos': 'kerberos',
  'framed-rtp': 'rtp',
}

/** What the bytes of a row prove, or nothing where README does not say. */
export function serviceOf(row) {
  if (row.service !== undefined || row.noise) return row.service ?? ''
  const { layer, application, outcome, transport, ...tls } = spokenOn(row)
  if (transport !== 'udp') {
    if (['refused', 'unanswered', 'prohibited'].includes(outcome)) return 'none'
    if (layer === 'ms-turn') return 'ms-turn'
    if (layer === 'starttls') return 'xmpp'
    if (layer !== 'tcp') return tlsServiceOf({ outcome, ...tls })
  }
  return SERVICES[application] ?? application
}

/** A standing connection shows records, but no handshake. */
function tlsServiceOf({ outcome, silent, version, resumes, certificate, asks }) {
  if (outcome === 'handshake-failed' || (outcome === 'midstream' && !silent)) return 'tls'
  if (version === 'TLSv1.3') return 'tls13'
  if (resumes) return 'tls-resumed'
  return certificate && asks ? 'mtls' : 'tls-one-way'
}

/** How that fits the rule; nothing where no rule is about it. */
export function evidenceOf(row) {
  if (row.evidence !== undefined) return row.evidence
  if (row.by === 'protocol-mismatch') return 'contradicted'
  if (row.verdict !== 'expected') return ''
  const service = serviceOf(row)
  if (service === 'none') return 'unknown'
  return ['tls', 'tls13', 'tls-resumed'].includes(service) ? 'consistent' : 'confirmed'
}
