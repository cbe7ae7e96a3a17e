import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Keys and certificates, made anew for every recording in a temporary folder that is removed at the end. */

const TEN_YEARS = '3650'

/** The first name is the subject. The internal Edge certificate has no alternative names, as documented. */
const CERTIFICATES = {
  dir01: { issuer: 'internal', names: ['dir01.contoso.local', 'lyncdiscoverinternal.contoso.com', 'meet.contoso.com'] },
  edge01: { issuer: 'internal', names: ['edge01.contoso.local'] },
  fe01: { issuer: 'internal', names: ['fe01.contoso.local', 'pool01.contoso.local'] },
  fe02: { issuer: 'internal', names: ['fe02.contoso.local', 'pool01.contoso.local'] },
  rp01: { issuer: 'internal', names: ['rp01.contoso.local', 'lyncweb.contoso.com'] },
  admin01: { issuer: 'internal', names: ['admin01.contoso.local'] },
  stranger: { issuer: 'public', names: ['updates.example.net'] },
  access: { issuer: 'public', names: ['sip.contoso.com', 'contoso.com'] },
  webconf: { issuer: 'public', names: ['webcon.contoso.com'] },
  partner: { issuer: 'public', names: ['sip.fabrikam.com', 'xmpp.adatum.com'] },
}

const ISSUERS = { internal: 'Contoso Internal CA', public: 'Example Public CA' }

function request(folder, name, subject, extensions, more) {
  const config = join(folder, `${name}.cnf`)
  writeFileSync(
    config,
    `[req]\ndistinguished_name = dn\nx509_extensions = ext\n[dn]\n[ext]\n${extensions.join('\n')}\n`,
  )
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-sha256']
  const files = ['-config', config, '-keyout', join(folder, `${name}.key`), '-out', join(folder, `${name}.pem`)]
  const words = ['req', '-x509', ...curve, '-days', TEN_YEARS, '-subj', `/CN=${subject}`, ...files, ...more]
  execFileSync('openssl', words, { stdio: ['ignore', 'ignore', 'pipe'] })
}

function makeIssuer(folder, name, subject) {
  request(folder, name, subject, ['basicConstraints = critical, CA:true', 'keyUsage = keyCertSign'], [])
}

function makeCertificate(folder, name, { issuer, names }, serial) {
  const alternatives = names.length > 1 ? [`subjectAltName = ${names.map((each) => `DNS:${each}`).join(', ')}`] : []
  const signer = ['-CA', join(folder, `${issuer}.pem`), '-CAkey', join(folder, `${issuer}.key`)]
  const extensions = ['extendedKeyUsage = serverAuth, clientAuth', ...alternatives]
  request(folder, name, names[0], extensions, [...signer, '-set_serial', String(serial)])
}

export function makeCertificates(folder) {
  for (const [name, subject] of Object.entries(ISSUERS)) makeIssuer(folder, name, subject)
  for (const [index, [name, certificate]] of Object.entries(CERTIFICATES).entries()) {
    makeCertificate(folder, name, certificate, 1000 + index)
  }
}

/** The two authorities everybody in the sample deployment trusts. */
export function readAuthorities(folder) {
  return Object.keys(ISSUERS).map((name) => readFileSync(join(folder, `${name}.pem`)))
}

export function readIdentity(folder, name) {
  return { cert: readFileSync(join(folder, `${name}.pem`)), key: readFileSync(join(folder, `${name}.key`)) }
}
