import { X509Certificate } from 'node:crypto'

/** What a certificate says of its holder. All texts are the traffic's own words, not escaped. */
export interface Certificate {
  /** Names of the machine in lower case: the subject's common name, then the DNS names, each once. */
  readonly names: readonly string[]
  readonly subject: string
  readonly issuer: string
  /** Milliseconds since 1970; undefined where the date cannot be read. */
  readonly notBefore: number | undefined
  readonly notAfter: number | undefined
  /** SHA-256 over the whole certificate, in hexadecimal digits. */
  readonly fingerprint: string
}

const MOST_NAMES = 32
/** No name of a machine is longer, RFC 1035 section 2.3.4. */
const LONGEST_NAME = 255

/** Reads a certificate in DER. Undefined where it cannot be read. */
export function readCertificate(der: Uint8Array): Certificate | undefined {
  try {
    return describe(new X509Certificate(der))
  } catch {
    return undefined
  }
}

function describe(certificate: X509Certificate): Certificate {
  return {
    names: namesOf(certificate),
    subject: oneLine(certificate.subject),
    issuer: oneLine(certificate.issuer),
    notBefore: moment(certificate.validFrom),
    notAfter: moment(certificate.validTo),
    fingerprint: certificate.fingerprint256.replaceAll(':', '').toLowerCase(),
  }
}

function namesOf(certificate: X509Certificate): string[] {
  const names = new Set<string>()
  for (const name of [...commonNames(certificate), ...dnsNames(certificate.subjectAltName ?? '')]) {
    if (name !== '' && name.length <= LONGEST_NAME && names.size < MOST_NAMES) names.add(name.toLowerCase())
  }
  return [...names]
}

/** The last common name is the most specific one, RFC 6125 section 2.3.1. */
function commonNames(certificate: X509Certificate): string[] {
  const found: unknown = certificate.toLegacyObject().subject?.CN
  const all = Array.isArray(found) ? found.toReversed() : [found]
  return all.filter((name) => typeof name === 'string')
}

/**
 * An alternative name is written as kind and value; a value with a comma or a quotation mark in it is quoted as in
 * JSON.
 */
const ALTERNATIVE_NAME = /([^:,"]*):((?:"(?:[^"\\]|\\.)*"|[^,"])*)(?:, |$)/gy

function dnsNames(text: string): string[] {
  return Array.from(text.matchAll(ALTERNATIVE_NAME))
    .filter(([, kind]) => kind === 'DNS')
    .map(([, , value = '']) => unquoted(value))
}

const unquoted = (value: string): string => (value.startsWith('"') ? String(JSON.parse(value)) : value)

/** One attribute a line becomes one line of attributes. */
const oneLine = (name: string | undefined): string => (name ?? '').split('\n').join(', ')

function moment(text: string): number | undefined {
  const time = Date.parse(text)
  return Number.isNaN(time) ? undefined : time
}
