import type { Packet } from '../wire/packet.ts'

/**
 * An Edge Server has four addresses of each family, and one of each link. What sends from more is no host, but
 * forwards.
 */
const MOST = 16
// Words of an address: its family, then the four words of packet.ts.
const WORDS = 5

export interface SourceAddress {
  readonly family: number
  readonly words: readonly [number, number, number, number]
}

/**
 * The addresses that the capturing host itself sends from, where the capture says which way its frames went. Shaped by
 * speed: of most packets the address is the first one.
 */
export class OutboundSources {
  readonly #words = new Int32Array(MOST * WORDS)
  #count = 0
  #areTooMany = false

  /** Notes the source of a packet that the host sent. What comes out of a tunnel was somebody else's. */
  note(packet: Packet): void {
    if (packet.encapsulation !== 0 || this.#has(packet)) return
    if (this.#count === MOST) {
      this.#areTooMany = true
      return
    }
    this.#words.set([packet.family, packet.src0, packet.src1, packet.src2, packet.src3], this.#count * WORDS)
    this.#count += 1
  }

  /** None where there are too many for a host. */
  get addresses(): readonly SourceAddress[] {
    if (this.#areTooMany) return []
    return Array.from({ length: this.#count }, (_, index) => {
      const [family = 0, a = 0, b = 0, c = 0, d = 0] = this.#words.subarray(index * WORDS)
      return { family, words: [a, b, c, d] }
    })
  }

  #has({ family, src0, src1, src2, src3 }: Packet): boolean {
    const words = this.#words
    for (let at = 0; at < this.#count * WORDS; at += WORDS) {
      if (
        words[at + 4] === src3 &&
        words[at] === family &&
        words[at + 1] === src0 &&
        words[at + 2] === src1 &&
        words[at + 3] === src2
      ) {
        return true
      }
    }
    return false
  }
}
