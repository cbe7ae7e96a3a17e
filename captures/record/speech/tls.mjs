import { once } from 'node:events'
import tls from 'node:tls'

/** TLS 1.2 is the newest version a Lync Server 2013 host offers, and up to it certificates are readable. */
const VERSION = { minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2' }

const serverContexts = new Map()

/** One context for each identity, so that a later connection can resume an earlier one's session. */
function serverContext(name, identity, authorities) {
  const known = serverContexts.get(name)
  if (known) return known
  const context = tls.createSecureContext({ ...identity, ca: authorities, ...VERSION, sessionIdContext: 'sample' })
  serverContexts.set(name, context)
  return context
}

/** A server that `asks` sends a CertificateRequest and goes on without a client certificate, as Lync does on 5061. */
export async function secureServer(socket, { certificate, identity, authorities, asks = false }) {
  const secureContext = serverContext(certificate, identity, authorities)
  const secured = new tls.TLSSocket(socket, {
    isServer: true,
    secureContext,
    requestCert: asks,
    rejectUnauthorized: false,
  })
  secured.on('error', () => socket.destroy())
  await once(secured, 'secure')
  return secured
}

const sessions = new Map()

/** `identity` undefined answers a CertificateRequest with an empty list. `resumes` offers the session kept last. */
export async function secureClient(socket, { identity, authorities, serverName, ciphers, resumes = false }) {
  const session = resumes ? sessions.get(serverName) : undefined
  if (resumes && !session) throw new Error(`no session to resume with ${serverName}`)
  const secured = tls.connect({
    socket,
    servername: serverName,
    ca: authorities,
    ...identity,
    ...(ciphers ? { ciphers } : {}),
    ...(session ? { session } : {}),
    ...VERSION,
  })
  secured.on('session', (ticket) => sessions.set(serverName, ticket))
  await once(secured, 'secureConnect')
  if (resumes && !secured.isSessionReused()) throw new Error(`${serverName} did not resume the session`)
  return secured
}
