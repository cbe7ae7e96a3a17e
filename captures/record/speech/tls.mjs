import { once } from 'node:events'
import tls from 'node:tls'

/** TLS 1.2 is the newest version a Lync Server 2013 host offers, and up to it certificates are readable. */
const USUAL_VERSION = 'TLSv1.2'

/** The settings of one version alone. TLS 1.0 needs signatures with SHA-1, which OpenSSL has switched off. */
function settingsOf(version = USUAL_VERSION) {
  const settings = { minVersion: version, maxVersion: version }
  return version === 'TLSv1' ? { ...settings, ciphers: 'DEFAULT@SECLEVEL=0' } : settings
}

const serverContexts = new Map()

/** One context for each identity, so that a later connection can resume an earlier one's session. */
function serverContext({ certificate, identity, authorities, version }) {
  const key = `${certificate} ${version}`
  const known = serverContexts.get(key)
  if (known) return known
  const settings = { ...identity, ca: authorities, ...settingsOf(version), sessionIdContext: 'sample' }
  const context = tls.createSecureContext(settings)
  serverContexts.set(key, context)
  return context
}

/** A server that `asks` sends a CertificateRequest and goes on without a client certificate, as Lync does on 5061. */
export async function secureServer(socket, options) {
  const secured = new tls.TLSSocket(socket, {
    isServer: true,
    secureContext: serverContext(options),
    requestCert: options.asks ?? false,
    rejectUnauthorized: false,
  })
  secured.on('error', () => socket.destroy())
  await once(secured, 'secure')
  return secured
}

const sessions = new Map()

/**
 * `identity` undefined answers a CertificateRequest with an empty list. `resumes` offers the session kept last. A client
 * that is `careless` takes any certificate.
 */
export async function secureClient(socket, options) {
  const { identity, authorities, serverName, ciphers, version, careless = false, resumes = false } = options
  const session = resumes ? sessions.get(serverName) : undefined
  if (resumes && !session) throw new Error(`no session to resume with ${serverName}`)
  const secured = tls.connect({
    socket,
    servername: serverName,
    ca: authorities,
    rejectUnauthorized: !careless,
    ...identity,
    ...settingsOf(version),
    ...(ciphers ? { ciphers } : {}),
    ...(session ? { session } : {}),
  })
  secured.on('session', (ticket) => sessions.set(serverName, ticket))
  await once(secured, 'secureConnect')
  if (resumes && !secured.isSessionReused()) throw new Error(`${serverName} did not resume the session`)
  return secured
}
