import { framed2, hex } from './bytes.mjs'
import { EXCHANGES } from './exchanges.mjs'
import { read } from './socket.mjs'

/** [MS-TURN] over TCP: a pseudo-TLS hello each way, then control frames, never any TLS. */

const CLIENT_HELLO = Buffer.concat([
  hex('16 0301 002d 01 000029 0301'),
  Buffer.alloc(32, 0x41),
  hex('00 0002 0018 0100'),
])
const SERVER_HELLO = Buffer.concat([
  hex('16 0301 004e 02 000046 0301'),
  Buffer.alloc(32, 0x42),
  hex('20'),
  Buffer.alloc(32, 0x43),
  hex('0018 00 0e000000'),
])

const [ALLOCATE] = EXCHANGES.allocate
const control = (message) => Buffer.concat([hex('0200'), framed2(message)])

export async function serveTurn(socket) {
  await read(socket, CLIENT_HELLO.length)
  socket.write(SERVER_HELLO)
  await read(socket, control(ALLOCATE.request).length)
  socket.write(control(ALLOCATE.reply))
}

export async function callTurn(socket) {
  socket.write(CLIENT_HELLO)
  await read(socket, SERVER_HELLO.length)
  socket.write(control(ALLOCATE.request))
  await read(socket, control(ALLOCATE.reply).length)
}
