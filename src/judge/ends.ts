import type { HostTable } from '../flow/host-table.ts'
import { IPV6_BASE, ipv4Number, pointIn } from '../inventory/address.ts'
import { isFolded } from './folded-address.ts'

/** The second word of an IPv4 address as a Packet holds it: it is ::ffff:a.b.c.d. */
const IPV4_FRONT = 0xffff

/** Numbers for the ends of conversations: those of the host table for addresses, negative ones for folded networks. */
export class Ends {
  readonly #hosts: HostTable
  readonly #networks: string[] = []
  readonly #networkNumbers = new Map<string, number>()

  constructor(hosts: HostTable) {
    this.#hosts = hosts
  }

  text(number: number): string {
    return number < 0 ? this.#networks[-number - 1]! : this.#hosts.text(number)
  }

  /** Of an address in canonical text, or of a folded network. */
  numberOf(text: string): number {
    if (isFolded(text)) return this.#networkNumber(text)
    const ipv4 = ipv4Number(text)
    if (ipv4 >= 0) return this.#hosts.numberOf(4, 0, 0, IPV4_FRONT, ipv4 | 0)
    const value = pointIn(6, text) - IPV6_BASE
    const word = (shift: bigint) => Number(BigInt.asIntN(32, value >> shift))
    return this.#hosts.numberOf(6, word(96n), word(64n), word(32n), word(0n))
  }

  #networkNumber(text: string): number {
    let number = this.#networkNumbers.get(text)
    if (number === undefined) {
      number = -this.#networks.push(text)
      this.#networkNumbers.set(text, number)
    }
    return number
  }
}
