import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Keys and certificates, made anew for every recording in a temporary folder that is removed at the end. */

const TEN_YEARS = '3650'
const THE_PAST = { from: '20191104000000Z', to: '20211103235959Z' }

/** The first name is the subject. The internal Edge certificate has no alternative names, as documented. */
const CERTIFICATES = {
  dir01: { issuer: 'internal', names: ['dir01.contoso.local', 'lyncdiscoverinternal.contoso.com', 'meet.contoso.com'] },
  edge01: { issuer: 'internal', names: ['edge01.contoso.local'], hasAlternatives: false },
  fe01: { issuer: 'internal', names: ['fe01.contoso.local', 'pool01.contoso.local'] },
  fe02: { issuer: 'internal', names: ['fe02.contoso.local', 'pool01.contoso.local'] },
  fe05: { issuer: 'internal', names: ['fe05.contoso.local', 'pool01.contoso.local'] },
  expired: { issuer: 'internal', names: ['fe05.contoso.local', 'pool01.contoso.local'], valid: THE_PAST },
  retired: { issuer: 'internal', names: ['fe99.contoso.local', 'pool99.contoso.local'] },
  rp01: { issuer: 'internal', names: ['rp01.contoso.local', 'lyncweb.contoso.com'] },
  admin01: { issuer: 'internal', names: ['admin01.contoso.local'] },
  pc011: { issuer: 'internal', names: ['pc011.contoso.local'] },
  stranger: { issuer: 'public', names: ['updates.example.net'] },
  access: { issuer: 'public', names: ['sip.contoso.com', 'contoso.com'] },
  webconf: { issuer: 'public', names: ['webcon.contoso.com'] },
  partner: { issuer: 'public', names: ['sip.fabrikam.com', 'fabrikam.com'] },
  xmpp: { issuer: 'public', names: ['xmpp.adatum.com'] },
  pic: { issuer: 'public', names: ['im.example.org'] },
}

const ISSUERS = { internal: 'Contoso Internal CA', public: 'Example Public CA', unknown: 'Example Unknown CA' }
/** What everybody in the sample deployment trusts. */
const TRUSTED = ['internal', 'public']

/** The subject's name. */
export function nameOf(certificate) {
  return CERTIFICATES[certificate]?.names[0]
}

const openssl = (words) => execFileSync('openssl', words, { stdio: ['ignore', 'ignore', 'pipe'] })

function request(folder, name, subject, extensions, more) {
  const config = join(folder, `${name}.cnf`)
  writeFileSync(
    config,
    `[req]\ndistinguished_name = dn\nx509_extensions = ext\n[dn]\n[ext]\n${extensions.join('\n')}\n`,
  )
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-sha256']
  const files = ['-config', config, '-keyout', join(folder, `${name}.key`), '-out', join(folder, `${name}.pem`)]
  openssl(['req', '-x509', ...curve, '-days', TEN_YEARS, '-subj', `/CN=${subject}`, ...files, ...more])
}

function makeIssuer(folder, name, subject) {
  request(folder, name, subject, ['basicConstraints = critical, CA:true', 'keyUsage = keyCertSign'], [])
}

function makeCertificate(folder, name, { issuer, names, hasAlternatives = true, valid }, serial) {
  const alternatives = hasAlternatives ? [`subjectAltName = ${names.map((each) => `DNS:${each}`).join(', ')}`] : []
  const signer = ['-CA', join(folder, `${issuer}.pem`), '-CAkey', join(folder, `${issuer}.key`)]
  const extensions = ['extendedKeyUsage = serverAuth, clientAuth', ...alternatives]
  request(folder, name, names[0], extensions, [...signer, '-set_serial', String(serial)])
  if (valid) redate(folder, name, issuer, valid)
}

/** Signs a certificate again with other dates: only an authority with a database can choose the first day. */
function redate(folder, name, issuer, { from, to }) {
  const config = join(folder, `${name}-ca.cnf`)
  const [database, certificate] = [join(folder, `${name}.txt`), join(folder, `${name}.pem`)]
  const issued = join(folder, `${name}-issued`)
  mkdirSync(issued)
  writeFileSync(database, '')
  writeFileSync(
    config,
    `[ca]\ndefault_ca = redate\n[redate]\ndatabase = ${database}\nnew_certs_dir = ${issued}\nrand_serial = yes
default_md = sha256\npolicy = any\ncopy_extensions = copy\n[any]\ncommonName = supplied\n`,
  )
  const signer = ['-cert', join(folder, `${issuer}.pem`), '-keyfile', join(folder, `${issuer}.key`)]
  const again = join(folder, `${name}.csr`)
  openssl([
    'x509',
    '-x509toreq',
    '-copy_extensions',
    'copyall',
    '-in',
    certificate,
    '-signkey',
    join(folder, `${name}.key`),
    '-out',
    again,
  ])
  const dates = ['-startdate', from, '-enddate', to]
  openssl(['ca', '-batch', '-notext', '-config', config, ...signer, ...dates, '-in', again, '-out', certificate])
}

export function makeCertificates(folder) {
  for (const [name, subject] of Object.entries(ISSUERS)) makeIssuer(folder, name, subject)
  for (const [index, [name, certificate]] of Object.entries(CERTIFICATES).entries()) {
    makeCertificate(folder, name, certificate, 1000 + index)
  }
}

export function readAuthorities(folder) {
  return TRUSTED.map((name) => readFileSync(join(folder, `${name}.pem`)))
}

export function readIdentity(folder, name) {
  return { cert: readFileSync(join(folder, `${name}.pem`)), key: readFileSync(join(folder, `${name}.key`)) }
}
