import { spawn } from 'node:child_process'
import { constants } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, connect, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Duplex, type TransformCallback } from 'node:stream'
import * as tls from 'node:tls'
import type { Identities } from './tls-certificates.ts'

// Handshakes of real TLS stacks, recorded as the two streams of bytes they sent.

export interface Recording {
  readonly client: Uint8Array
  readonly server: Uint8Array
}

/** One end of a pair without a network below it; keeps what was written to it. */
class End extends Duplex {
  readonly sent: Buffer[] = []
  other: End | undefined

  override _write(chunk: Buffer, _encoding: string, done: TransformCallback): void {
    this.sent.push(Buffer.from(chunk))
    this.other?.push(chunk)
    done()
  }

  override _final(done: TransformCallback): void {
    this.other?.push(null)
    done()
  }

  override _read(): void {}
}

interface Exchange extends Recording {
  /** The session that the server gave to the client. */
  readonly session: Buffer | undefined
}

/** A client says "ping" and a server "pong"; both close. Either side may fail instead. */
async function exchange(server: tls.Server, options: tls.ConnectionOptions): Promise<Exchange> {
  const near = new End()
  const far = new End()
  near.other = far
  far.other = near
  server.emit('connection', far)
  const client = tls.connect({ socket: near, rejectUnauthorized: false, ...options })
  let session: Buffer | undefined
  client.on('session', (given: Buffer) => {
    session = given
  })
  client.on('error', () => client.destroy())
  client.on('secureConnect', () => client.write('ping'))
  client.on('data', () => client.end())
  await new Promise((resolve) => client.on('close', resolve))
  return { client: Buffer.concat(near.sent), server: Buffer.concat(far.sent), session }
}

function serverOf(options: tls.TlsOptions): tls.Server {
  const server = tls.createServer({ rejectUnauthorized: false, ...options }, (socket) => {
    socket.on('error', () => socket.destroy())
    socket.on('data', () => socket.end('pong'))
  })
  server.on('tlsClientError', (_, socket) => socket.destroy())
  return server
}

/** A server that finds sessions by their id, because it gives no tickets. */
function serverWithIds(options: tls.TlsOptions): tls.Server {
  const known = new Map<string, Buffer>()
  const server = serverOf({ ...options, secureOptions: constants.SSL_OP_NO_TICKET })
  server.on('newSession', (id: Buffer, data: Buffer, done: () => void) => {
    known.set(id.toString('hex'), data)
    done()
  })
  server.on('resumeSession', (id: Buffer, done: (error: null, data: Buffer | null) => void) => {
    done(null, known.get(id.toString('hex')) ?? null)
  })
  return server
}

/** The second of two connections, which offers the session of the first. */
async function second(server: tls.Server, options: tls.ConnectionOptions): Promise<Recording> {
  const { session } = await exchange(server, options)
  if (session === undefined) throw new Error('the server gave no session')
  return exchange(server, { ...options, session })
}

/** openssl as the client, which checks the certificate of the server, as Node's client does only after the handshake. */
async function withCheckingClient(server: tls.Server, trusted: string): Promise<Recording> {
  const folder = mkdtempSync(join(tmpdir(), 'portolan-tls-'))
  const authorities = join(folder, 'trusted.pem')
  writeFileSync(authorities, trusted)
  const sent: Buffer[] = []
  const answered: Buffer[] = []
  const relay = createServer((near) => {
    const far = connect((server.address() as AddressInfo).port, '127.0.0.1')
    near.on('data', (chunk: Buffer) => sent.push(chunk)).on('error', () => far.destroy())
    far.on('data', (chunk: Buffer) => answered.push(chunk)).on('error', () => near.destroy())
    near.pipe(far).pipe(near)
  })
  try {
    await Promise.all([listening(server), listening(relay)])
    const { port } = relay.address() as AddressInfo
    const words = ['s_client', '-connect', `127.0.0.1:${port}`, '-tls1_2', '-CAfile', authorities]
    await once(spawn('openssl', [...words, '-verify_return_error'], { stdio: 'ignore' }), 'close')
    return { client: Buffer.concat(sent), server: Buffer.concat(answered) }
  } finally {
    relay.close()
    server.close()
    rmSync(folder, { recursive: true })
  }
}

const listening = (server: Server): Promise<unknown> => once(server.listen(0, '127.0.0.1'), 'listening')

const UP_TO_1_2 = { maxVersion: 'TLSv1.2' } as const
const OLD = { minVersion: 'TLSv1', maxVersion: 'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0' } as const
const WITHOUT_CERTIFICATES = { ...UP_TO_1_2, ciphers: 'AECDH-AES128-SHA@SECLEVEL=0' } as const

/** One handshake of each kind, by name. */
export async function recordHandshakes(who: Identities): Promise<ReadonlyMap<string, Recording>> {
  const { server, client } = who
  const asking = { ...server, requestCert: true, ca: [who.authority.cert, who.stranger.cert] }
  const retrying = serverOf({ ...server, ecdhCurve: 'P-384' })
  const key = { psk: Buffer.alloc(16, 7), identity: 'edge01' }
  const shared = { ...UP_TO_1_2, ciphers: 'PSK-AES128-CBC-SHA256:@SECLEVEL=0' } as const
  const recordings: readonly (readonly [string, Promise<Recording>])[] = [
    ['mutual 1.2', exchange(serverOf({ ...asking, ...UP_TO_1_2 }), client)],
    ['mutual 1.2, client offers no 1.3', exchange(serverOf(asking), { ...client, ...UP_TO_1_2 })],
    ['mutual 1.0', exchange(serverOf({ ...asking, ...OLD }), { ...client, ...OLD })],
    ['empty certificate', exchange(serverOf({ ...asking, ...UP_TO_1_2 }), {})],
    ['one-way 1.2', exchange(serverOf({ ...server, ...UP_TO_1_2 }), { servername: 'FE01.contoso.local' })],
    ['one-way 1.2, client has a certificate', exchange(serverOf({ ...server, ...UP_TO_1_2 }), client)],
    ['anonymous', exchange(serverOf(WITHOUT_CERTIFICATES), WITHOUT_CERTIFICATES)],
    [
      'shared key',
      exchange(serverOf({ ...shared, pskCallback: () => key.psk }), {
        ...shared,
        pskCallback: () => key,
        checkServerIdentity: () => undefined,
      }),
    ],
    ['resumed by ticket', second(serverOf({ ...asking, ...UP_TO_1_2 }), client)],
    ['resumed by id', second(serverWithIds({ ...asking, ...UP_TO_1_2 }), client)],
    ['resumed by id, client offers no 1.3', second(serverWithIds(asking), { ...client, ...UP_TO_1_2 })],
    ['mutual 1.3', exchange(serverOf(asking), client)],
    ['resumed 1.3', second(serverOf(server), {})],
    ['1.3 after a retry', exchange(retrying, { ecdhCurve: 'X25519:P-384' })],
    ['unknown CA', withCheckingClient(serverOf({ ...asking, ...UP_TO_1_2 }), who.stranger.cert)],
    ['no common version', exchange(serverOf({ ...server, minVersion: 'TLSv1.3' }), UP_TO_1_2)],
    ['no common cipher', exchange(serverOf({ ...server, ...UP_TO_1_2 }), { ...UP_TO_1_2, ciphers: 'AES128-SHA' })],
  ]
  return new Map(await Promise.all(recordings.map(async ([name, one]) => [name, await one] as const)))
}
