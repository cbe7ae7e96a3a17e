import { writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { pcap } from '../support/captures.ts'
import { ACK, ethernet, ipv4, SYN, tcp } from '../support/packets.ts'
import { createCaptureFile, DST_PORT, IDENTIFICATION, SRC_ADDRESS, SRC_PORT, template } from './hostile/capture-file.ts'

/** A capture of which reading, spilling and writing all take a while, a small one, and two inventories. */
export interface Material {
  /** So many flows that some of them go to a temporary file. */
  readonly many: string
  readonly small: string
  /** They say different things of both captures, and make the same conversations findings: the same flows are kept. */
  readonly inventories: readonly [string, string]
}

const HOSTS = 1400
const ATTEMPTS = 105
/** Address and port of the Director's. */
const DIRECTOR = '10.0.0.16'
const CLIENT_0 = 0x0a01_0000

export function writeMaterial(folder: string): Material {
  const many = join(folder, 'many.pcap')
  writeMany(many)
  const small = resolve('captures/director.pcapng')
  const inventories = [join(folder, 'first.yaml'), join(folder, 'second.yaml')] as const
  const director = (name: string) => `  - { name: ${name}, address: ${DIRECTOR}, role: director }\n`
  const clients = '  - { name: clients, address: 10.1.0.0/16, role: client-internal }\n'
  const others = '  - { name: office, address: 10.1.1.1-10.1.1.100, role: [client-internal, other] }\n'
  writeFileSync(inventories[0], `endpoints:\n${director('dir01')}${clients}`)
  writeFileSync(inventories[1], `endpoints:\n${director('dir02')}${clients}${others}`)
  return { many, small, inventories }
}

/** Clients that connect to the Director again and again, most of them where they may, one in twenty where nobody may. */
function writeMany(path: string): void {
  const syn = template(ethernet(ipv4(tcp({ seq: 1, flags: SYN }), { dst: DIRECTOR })))
  const answer = template(ethernet(ipv4(tcp({ srcPort: 5061, seq: 1, ack: 2, flags: SYN | ACK }), { src: DIRECTOR })))
  const file = createCaptureFile(path)
  file.bytes(pcap([]))
  for (let flow = 0; flow < HOSTS * ATTEMPTS; flow += 1) {
    const attempt = Math.floor(flow / HOSTS)
    const client = CLIENT_0 + (flow % HOSTS)
    const port = attempt % 20 === 0 ? 22 : 5061
    const number = (flow & 0x7fff) + 1
    syn.view.setUint16(IDENTIFICATION, number)
    syn.view.setUint32(SRC_ADDRESS, client)
    syn.view.setUint16(SRC_PORT, 1024 + attempt)
    syn.view.setUint16(DST_PORT, port)
    answer.view.setUint16(IDENTIFICATION, number)
    answer.view.setUint32(SRC_ADDRESS + 4, client)
    answer.view.setUint16(SRC_PORT, port)
    answer.view.setUint16(DST_PORT, 1024 + attempt)
    file.record(syn.frame, flow * 100)
    file.record(answer.frame, flow * 100 + 50)
  }
  file.close()
}
