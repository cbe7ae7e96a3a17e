import { hex } from './bytes.mjs'
import { EXCHANGES } from './exchanges.mjs'
import { callHttp, serveHttp } from './http.mjs'
import { read } from './socket.mjs'
import { secureClient, secureServer } from './tls.mjs'
import { callTurn, serveTurn } from './turn.mjs'

/**
 * How bytes are wrapped on a connected socket: `tcp` (not at all), `tls`, `starttls` (XMPP's), `framed-tls`
 * (the .NET message framing preamble in clear, then TLS), `refusing-tls` (see openssl.mjs) and `ms-turn`. Each side of a layer takes the
 * TCP socket and gives the socket on which the application speaks.
 */

const upgrade = 'application/ssl-tls'
/** [MC-NMF]: version 1.0, duplex, via and its length; known encoding, upgrade request. */
const PREAMBLE_HEAD = hex('00 01 00 01 02 02')
const PREAMBLE_REST = Buffer.concat([hex('03 08 09'), Buffer.from([upgrade.length]), Buffer.from(upgrade)])

function preambleTo({ serverName, to, port }) {
  const via = Buffer.from(`net.tcp://${serverName ?? to}:${port}/`)
  return Buffer.concat([PREAMBLE_HEAD, Buffer.from([via.length]), via, PREAMBLE_REST])
}

async function readPreamble(socket) {
  const head = await read(socket, PREAMBLE_HEAD.length + 1)
  await read(socket, head[PREAMBLE_HEAD.length] + PREAMBLE_REST.length)
}

const UPGRADE_RESPONSE = hex('0a')

const [STREAM] = EXCHANGES.xmpp
const OPEN = Buffer.from(`<?xml version='1.0'?>${STREAM.request}`)
const FEATURES = Buffer.from(
  `${STREAM.reply}<stream:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/></stream:features>`,
)
const STARTTLS = Buffer.from("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>")
const PROCEED = Buffer.from("<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>")

const SERVERS = {
  tcp: (socket) => socket,
  tls: secureServer,
  async 'framed-tls'(socket, options) {
    await readPreamble(socket)
    socket.write(UPGRADE_RESPONSE)
    return secureServer(socket, options)
  },
  async starttls(socket, options) {
    await read(socket, OPEN.length)
    socket.write(FEATURES)
    await read(socket, STARTTLS.length)
    socket.write(PROCEED)
    return secureServer(socket, options)
  },
}

const CLIENTS = {
  tcp: (socket) => socket,
  tls: secureClient,
  'refusing-tls': secureClient,
  async 'framed-tls'(socket, options) {
    socket.write(preambleTo(options))
    await read(socket, UPGRADE_RESPONSE.length)
    return secureClient(socket, options)
  },
  async starttls(socket, options) {
    socket.write(OPEN)
    await read(socket, FEATURES.length)
    socket.write(STARTTLS)
    await read(socket, PROCEED.length)
    return secureClient(socket, options)
  },
}

/** Answers on an accepted TCP socket; resolves to the top layer's socket. */
export async function serve(socket, options) {
  if (options.layer === 'ms-turn') {
    await serveTurn(socket)
    return socket
  }
  const top = await SERVERS[options.layer](socket, options)
  if (options.application === 'http') serveHttp(top)
  else answer(top, EXCHANGES[options.application])
  return top
}

/** Whatever comes is the next request; after the last round it is the last one again. */
function answer(top, rounds) {
  let next = 0
  top.on('data', () => {
    top.write(rounds[next].reply)
    next = Math.min(next + 1, rounds.length - 1)
  })
}

/** Wraps a connected TCP socket as its originator. */
export function wrap(socket, options) {
  return options.layer === 'ms-turn' ? socket : CLIENTS[options.layer](socket, options)
}

/** Says each request on the top layer's socket and waits for the whole reply. */
export async function say(top, options) {
  if (options.layer === 'ms-turn') return callTurn(top)
  const { application, method, path, host, serverName } = options
  if (application === 'http') return callHttp(top, { method, path, host: host ?? serverName })
  for (const { request, reply } of EXCHANGES[application]) {
    top.write(request)
    await read(top, reply.length)
  }
}
