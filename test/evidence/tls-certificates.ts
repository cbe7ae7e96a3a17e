import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

// Keys and certificates for handshakes, made anew with openssl for every run.

interface Identity {
  readonly cert: string
  readonly key: string
}

export interface Identities {
  readonly authority: Identity
  readonly server: Identity
  readonly client: Identity
  /** Trusted by nobody else. */
  readonly stranger: Identity
}

export const hasOpenssl = (): boolean => spawnSync('openssl', ['version']).status === 0

export function makeIdentities(): Identities {
  const folder = mkdtempSync(join(tmpdir(), 'portolan-tls-'))
  try {
    const isAuthority = 'basicConstraints = critical, CA:true'
    const authority = make(folder, 'authority', '/CN=Contoso Issuing CA', isAuthority, [])
    const signer = ['-CA', join(folder, 'authority.pem'), '-CAkey', join(folder, 'authority.key')]
    const serverNames = 'subjectAltName = DNS:FE01.contoso.local, DNS:pool01.contoso.local, IP:10.0.0.41'
    return {
      authority,
      server: make(folder, 'server', '/O=Contoso/CN=fe01.contoso.local', serverNames, signer),
      client: make(folder, 'client', '/CN=edge01.contoso.local', 'keyUsage = digitalSignature', signer),
      stranger: make(folder, 'stranger', '/CN=Other CA', isAuthority, []),
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** A certificate of one's own with the names given; signed by itself. */
export function makeCertificate(subject: string, extension: string): Identity {
  const folder = mkdtempSync(join(tmpdir(), 'portolan-tls-'))
  try {
    return make(folder, 'one', subject, extension, [])
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function make(folder: string, name: string, subject: string, extension: string, signer: readonly string[]): Identity {
  const config = join(folder, `${name}.cnf`)
  const key = join(folder, `${name}.key`)
  const cert = join(folder, `${name}.pem`)
  writeFileSync(config, `[req]\ndistinguished_name = dn\nx509_extensions = ext\n[dn]\n[ext]\n${extension}\n`)
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-sha256']
  const words = ['req', '-x509', ...curve, '-days', '30', '-subj', subject, '-config', config]
  execFileSync('openssl', [...words, '-keyout', key, '-out', cert, ...signer], { stdio: ['ignore', 'ignore', 'pipe'] })
  return { cert: readFileSync(cert, 'utf8'), key: readFileSync(key, 'utf8') }
}
