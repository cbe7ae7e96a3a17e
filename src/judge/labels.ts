import type { Conversation } from './conversation.ts'

/**
 * Where the name of an address comes from, best first: its certificate, a name server, the capture file, or who called
 * it.
 */
export const LABEL_KINDS = ['certificate', 'dns', 'capture', 'asked-for'] as const
export type LabelKind = (typeof LABEL_KINDS)[number]

/** What the traffic itself calls an address. It is shown, and never judged by. */
export interface Label {
  readonly kind: LabelKind
  readonly name: string
}

/** The best label of each address; of equally good ones the first by alphabet. */
export class Labels {
  readonly byAddress = new Map<string, Label>()

  /** Takes what a conversation of certain direction shows of its ends. */
  addConversation({ origAddress, respAddress, origCertificate, respCertificate, claim }: Conversation): void {
    this.#addIf(origAddress, 'certificate', origCertificate?.names[0])
    this.#addIf(respAddress, 'certificate', respCertificate?.names[0])
    this.#addIf(respAddress, 'asked-for', claim)
  }

  add(address: string, kind: LabelKind, name: string): void {
    const known = this.byAddress.get(address)
    if (known === undefined || isBetter(kind, name, known)) this.byAddress.set(address, { kind, name })
  }

  #addIf(address: string, kind: LabelKind, name: string | undefined): void {
    if (name !== undefined && name !== address) this.add(address, kind, name)
  }
}

function isBetter(kind: LabelKind, name: string, known: Label): boolean {
  const worse = LABEL_KINDS.indexOf(kind) - LABEL_KINDS.indexOf(known.kind)
  return worse < 0 || (worse === 0 && name < known.name)
}
