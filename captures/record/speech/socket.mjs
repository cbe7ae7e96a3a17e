import { once } from 'node:events'

/** The next `length` bytes of a socket. What came beyond them is pushed back. */
export async function read(socket, length) {
  let bytes = Buffer.alloc(0)
  while (bytes.length < length) {
    const chunk = socket.read()
    if (chunk) bytes = Buffer.concat([bytes, chunk])
    else if (socket.readableEnded || socket.destroyed) throw new Error('the connection ended early')
    else await once(socket, 'readable')
  }
  if (bytes.length > length) socket.unshift(bytes.subarray(length))
  return bytes.subarray(0, length)
}
