import dgram from 'node:dgram'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import net from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { readAuthorities, readIdentity } from './certificates.mjs'
import { EXCHANGES, replyTo } from './speech/exchanges.mjs'
import { say, serve, wrap } from './speech/layers.mjs'
import { NOISE } from './speech/noise.mjs'
import { refuseClient, refuseServer } from './speech/openssl.mjs'

/** One machine of the sample deployment: runs in its namespace, takes commands from the conductor, answers each. */

/** Milliseconds: long enough for a SYN and two repeats (at 1 s and 3 s), short enough to stop there. */
const CONNECT_PATIENCE = 3300
const DATAGRAM_PATIENCE = 400

const keys = process.argv[2]
const authorities = readAuthorities(keys)
const identities = new Map(
  readdirSync(keys)
    .filter((file) => file.endsWith('.pem'))
    .map((file) => file.slice(0, -'.pem'.length))
    .map((name) => [name, readIdentity(keys, name)]),
)

/** Open connections by their key: the originator's and the responder's end of one connection have the same key. */
const kept = new Map()
const keyOf = (originatorPort, responderPort) => `${originatorPort} ${responderPort}`

async function accept(socket, options) {
  socket.on('error', () => socket.destroy())
  try {
    const top = await serve(socket, options)
    kept.set(keyOf(socket.remotePort, socket.localPort), top)
  } catch {
    // What the originator saw is what counts, and the conductor checks that.
    socket.destroy()
  }
}

/** Listening servers by their address and port: a new one takes the place of the old. */
const servers = new Map()

async function listenTcp(options) {
  const where = { port: options.port, host: options.address ?? '::' }
  const key = `${where.host} ${where.port}`
  servers.get(key)?.close()
  const server = net.createServer((socket) => accept(socket, options))
  server.listen(where)
  await once(server, 'listening')
  servers.set(key, server)
}

function datagramType(address) {
  return address.includes(':') ? 'udp6' : 'udp4'
}

async function listenUdp({ address, port, application }) {
  const socket = dgram.createSocket({ type: datagramType(address), reuseAddr: true })
  socket.on('message', (message, from) => {
    const reply = replyTo(application, message)
    if (reply) socket.send(reply, from.port, from.address)
  })
  socket.bind(port, address)
  await once(socket, 'listening')
}

async function listen(port) {
  if (port.layer === 'refusing-tls') return refuseClient(keys, port)
  const options = { ...port, identity: identities.get(port.certificate), authorities }
  await (port.transport === 'udp' ? listenUdp(options) : listenTcp(options))
}

const FAILURES = { ECONNREFUSED: 'refused', EHOSTUNREACH: 'prohibited' }

/** A connected socket, or the outcome as a word. */
async function connect({ from, fromPort, to, port }) {
  const socket = net.connect({ host: to, port, localAddress: from, localPort: fromPort })
  const patience = setTimeout(() => socket.destroy(new Error('unanswered')), CONNECT_PATIENCE)
  try {
    await once(socket, 'connect')
    return socket
  } catch (error) {
    if (error.message === 'unanswered') return 'unanswered'
    return FAILURES[error.code] ?? error.message
  } finally {
    clearTimeout(patience)
  }
}

async function close(top) {
  top.resume()
  top.end()
  if (!top.closed) await once(top, 'close')
}

function speechOptions(row) {
  return { ...row, identity: identities.get(row.certificate), authorities }
}

async function converse(socket, row) {
  const options = speechOptions(row)
  const top = await wrap(socket, options)
  if (row.ends === 'aborted') {
    socket.resetAndDestroy()
    return 'established'
  }
  await say(top, options)
  await close(top)
  return 'established'
}

async function callTcp(row) {
  if (row.refuses) return refuseServer(keys, row)
  const socket = await connect(row)
  if (typeof socket === 'string') return socket
  try {
    return await converse(socket, row)
  } catch (error) {
    socket.destroy()
    if (error.code === 'ECONNRESET' && row.ends === 'broken-off') return 'established'
    if (error.code?.startsWith('ERR_SSL')) return 'handshake-failed'
    return `${error.code ?? ''} ${error.message}`
  }
}

async function callUdp({ from, fromPort, to, port, application }) {
  const socket = dgram.createSocket({ type: datagramType(from), reuseAddr: true })
  try {
    socket.bind(fromPort, from)
    await once(socket, 'listening')
    socket.connect(port, to)
    await once(socket, 'connect')
    const signal = AbortSignal.timeout(DATAGRAM_PATIENCE)
    for (const { request } of EXCHANGES[application]) {
      socket.send(request)
      await once(socket, 'message', { signal })
    }
    return 'established'
  } catch (error) {
    return error.name === 'AbortError' ? 'unanswered' : (FAILURES[error.code] ?? error.message)
  } finally {
    socket.close()
  }
}

/** Opens a connection and keeps it; `silent` leaves the layer above TCP for later. */
async function open(row) {
  const socket = await connect(row)
  if (typeof socket === 'string') return socket
  kept.set(keyOf(row.fromPort, row.port), row.silent ? socket : await wrap(socket, speechOptions(row)))
  return 'established'
}

/** Says something on a kept connection, from whichever end this host is, and does not wait for an answer. */
function push({ fromPort, port, application, side }) {
  const [{ request, reply }] = EXCHANGES[application]
  const top = kept.get(keyOf(fromPort, port))
  if (side === 'originator') top.resume()
  top.write(side === 'originator' ? request : reply)
}

/** Runs the layers and the exchange on a connection that was opened silent. */
function finish(row) {
  return converse(kept.get(keyOf(row.fromPort, row.port)), row)
}

async function sendDatagram({ from, fromPort, to, port, says }) {
  const socket = dgram.createSocket({ type: datagramType(from), reuseAddr: true })
  socket.bind(fromPort, from)
  await once(socket, 'listening')
  if (socket.type === 'udp4') {
    socket.setBroadcast(true)
    socket.setMulticastInterface(from)
  } else socket.setMulticastInterface('::%eth0')
  socket.send(NOISE[says], port, to)
  await delay(20)
  socket.close()
}

const call = (row) => (row.transport === 'udp' ? callUdp(row) : callTcp(row))

const COMMANDS = { listen, call, open, push, finish, sendDatagram }

process.on('message', async ({ id, command, argument }) => {
  try {
    process.send({ id, result: await COMMANDS[command](argument) })
  } catch (error) {
    process.send({ id, error: `${command}: ${error.message}` })
  }
})
// The end of the conductor is the end of the host, also when the conductor was killed, and of what the host started.
process.on('SIGTERM', () => process.exit())
process.on('disconnect', () => process.exit())
