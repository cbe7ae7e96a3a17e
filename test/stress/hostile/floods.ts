import { clientHello, record, serverName } from '../../evidence/tls-records.ts'
import { craftedAddresses, craftedPorts } from '../../flow/crafted.ts'
import { pcap } from '../../support/captures.ts'
import { ACK, ethernet, ipv4, ipv6, PSH, SYN, tcp, udp } from '../../support/packets.ts'
import {
  type CaptureFile,
  createCaptureFile,
  DST_ADDRESS,
  IDENTIFICATION,
  SRC_ADDRESS,
  SRC_PORT,
  TCP_SEQUENCE,
  type Template,
  template,
} from './capture-file.ts'

/* Captures of very many of something. Each writer takes how many, and the time of the capture goes with that. */

const FIRST_SOURCE = 0x0b00_0000

function capture(path: string, write: (file: CaptureFile) => void): void {
  const file = createCaptureFile(path)
  file.bytes(pcap([]))
  write(file)
  file.close()
}

/** Many times one frame of which numbers are changed. */
function repeated(
  path: string,
  count: number,
  { frame, view }: Template,
  change: (view: DataView, at: number) => void,
) {
  capture(path, (file) => {
    for (let at = 0; at < count; at += 1) {
      view.setUint16(IDENTIFICATION, (at & 0xffff) | 1)
      change(view, at)
      file.record(frame, at * 10)
    }
  })
}

/** Each from another address. */
export function datagrams(path: string, count: number): void {
  repeated(path, count, template(ethernet(ipv4(udp({ payload: [1] })))), (view, at) => {
    view.setUint32(SRC_ADDRESS, FIRST_SOURCE + at)
    view.setUint16(SRC_PORT, 1024 + (at % 60_000))
  })
}

/** Connections that ask for another name each time, from another port or address: first all SYNs, then all ClientHellos. */
function asking(path: string, count: number, name: string, change: (name: Uint8Array, at: number) => void): void {
  const hello = record(22, clientHello({ extensions: [serverName(name)] }))
  const made = template(ethernet(ipv4(tcp({ seq: 101, flags: ACK | PSH, payload: hello }))))
  const syn = template(ethernet(ipv4(tcp({ seq: 100, flags: SYN }))))
  const nameAt = Buffer.from(made.frame).indexOf(name)
  const asked = made.frame.subarray(nameAt, nameAt + name.length)
  capture(path, (file) => {
    const each = (time: number, { frame, view }: Template) => {
      for (let at = 0; at < count; at += 1) {
        view.setUint16(IDENTIFICATION, (at & 0xffff) | 1)
        view.setUint32(SRC_ADDRESS, FIRST_SOURCE + Math.floor(at / 50_000))
        view.setUint16(SRC_PORT, 1024 + (at % 50_000))
        if (frame === made.frame) change(asked, at)
        file.record(frame, time + at * 10)
      }
    }
    each(0, syn)
    each(count * 10, made)
  })
}

export function hellos(path: string, count: number): void {
  asking(path, count, 'h0000000.example.com', (name, at) => {
    name.set(Buffer.from(String(at).padStart(7, '0')), 1)
  })
}

/** Long names that differ in every second byte only. */
export function alikeNames(path: string, count: number): void {
  asking(path, count, 'a'.repeat(96), (name, at) => {
    for (let digit = 0, left = at; digit < 7; digit += 1, left = Math.floor(left / 10))
      name[digit * 2 + 1] = 0x30 + (left % 10)
  })
}

/** First fragments of which nothing more comes, and later ones without a first, in turns. */
export function fragments(path: string, count: number): void {
  const first = template(ethernet(ipv4(udp({ payload: new Uint8Array(8) }), { moreFragments: true })))
  const later = template(ethernet(ipv4(udp({ payload: new Uint8Array(8) }), { fragmentOffset: 2 })))
  capture(path, (file) => {
    for (let at = 0; at < count; at += 1) {
      const { frame, view } = (at & 1) === 0 ? first : later
      view.setUint16(IDENTIFICATION, at & 0xffff)
      view.setUint32(SRC_ADDRESS, FIRST_SOURCE + (at >>> 4))
      file.record(frame, at * 10)
    }
  })
}

/** A thousand connections of which every second byte never comes, backwards. */
export function holes(path: string, count: number): void {
  repeated(path, count, template(ethernet(ipv4(tcp({ flags: ACK, payload: [22] })))), (view, at) => {
    view.setUint32(SRC_ADDRESS, FIRST_SOURCE)
    view.setUint16(SRC_PORT, 1024 + (at % 1000))
    view.setUint32(TCP_SEQUENCE, 0x7fff_ffff - Math.floor(at / 1000) * 2)
  })
}

/** Ten thousand connections whose first line never ends, a byte at a time. */
export function drops(path: string, count: number): void {
  const made = template(ethernet(ipv4(tcp({ seq: 1, flags: ACK, payload: [0x41] }))))
  const syn = template(ethernet(ipv4(tcp({ seq: 0, flags: SYN }))))
  const begin = Buffer.from('GET /')
  capture(path, (file) => {
    for (let at = 0; at < count; at += 1) {
      const round = Math.floor(at / 10_000)
      const { frame, view } = round === 0 ? syn : made
      view.setUint16(IDENTIFICATION, (at & 0xffff) | 1)
      view.setUint16(SRC_PORT, 1024 + (at % 10_000))
      view.setUint32(TCP_SEQUENCE, round)
      if (round > 0) frame[frame.length - 1] = begin[round - 1] ?? 0x61
      file.record(frame, at * 10)
    }
  })
}

/** Datagrams of many flows while the capture's clock jumps two hours forth, then back again, with every record. */
export function clockJumps(path: string, count: number): void {
  const made = template(ethernet(ipv4(udp({ payload: [1] }))))
  capture(path, (file) => {
    for (let at = 0; at < count; at += 1) {
      made.view.setUint16(IDENTIFICATION, (at & 0xffff) | 1)
      made.view.setUint32(SRC_ADDRESS, FIRST_SOURCE + at)
      file.record(made.frame, (at & 1) === 0 ? at * 10 : at * 10 + 7_200_000_000)
    }
  })
}

/** One hour forth with every record: nothing stays open, and the clock reaches its end. */
export function clockLeaps(path: string, count: number): void {
  const made = template(ethernet(ipv4(udp({ payload: [1] }))))
  capture(path, (file) => {
    for (let at = 0; at < count; at += 1) {
      made.view.setUint32(SRC_ADDRESS, FIRST_SOURCE + at)
      file.record(made.frame, (at % 600_000) * 3_600_000_000)
    }
  })
}

/** Flows that all have one hash: whoever knows the hash can send them. */
export function collisions(path: string, count: number): void {
  const target = 0x0a00_0010
  repeated(path, count, template(ethernet(ipv4(udp({ payload: [1] })))), (view, at) => {
    const source = 0x0100_0000 + at
    const ports = craftedPorts(source, target, 0x1234_5678)
    view.setUint32(SRC_ADDRESS, source)
    view.setUint32(DST_ADDRESS, target)
    view.setUint32(SRC_PORT, ports)
  })
}

/** IPv6 sources whose last two words make up for each other in a hash that has no key. */
export function hostCollisions(path: string, count: number): void {
  const { frame, view } = template(ethernet(ipv6(udp({ payload: [1] }))))
  capture(path, (file) => {
    for (const [at, [, , word2, word3]] of craftedAddresses(count).entries()) {
      view.setUint32(22 + 8, word2)
      view.setUint32(22 + 12, word3)
      file.record(frame, at * 10)
    }
  })
}
