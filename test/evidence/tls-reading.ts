import { TlsReader } from '../../src/evidence/tls-reader.ts'
import { readSession, TlsSession } from '../../src/evidence/tls-session.ts'

/** Reads a stream in pieces of the lengths given, over and over; whole where there are none. */
export function readStream(stream: Uint8Array, lengths: readonly number[] = [], reader = new TlsReader()): TlsReader {
  const view = new DataView(stream.buffer, stream.byteOffset, stream.byteLength)
  let at = 0
  for (let piece = 0; at < stream.length; piece += 1) {
    const to = Math.min(stream.length, at + (lengths[piece % lengths.length] ?? stream.length))
    reader.read(view, at, to)
    at = to
  }
  return reader
}

/** All that a reader says, for comparison. */
export function factsOf(reader: TlsReader): Record<string, unknown> {
  const { serverName, changes: _, ...facts } = reader
  return {
    ...facts,
    serverName: Buffer.from(serverName.subarray(0, reader.serverNameLength)).toString('latin1'),
    leaf: Buffer.from(reader.body.subarray(0, reader.leafLength)).toString('hex'),
  }
}

export function sessionOf(low: TlsReader, high: TlsReader): TlsSession {
  const session = new TlsSession()
  readSession(low, high, session)
  return session
}

/** What two streams prove; the first is the client's and of the low side. */
export const prove = (client: Uint8Array, server: Uint8Array): TlsSession =>
  sessionOf(readStream(client), readStream(server))
