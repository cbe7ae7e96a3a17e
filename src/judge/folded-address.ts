import type { ConversationKey } from './conversation.ts'

/** Whether these are many addresses: of folded attempts a network stands where others have an address. */
export function isFolded(address: string): boolean {
  return address.includes('/')
}

export function hasFoldedEnd({ origAddress, respAddress }: ConversationKey): boolean {
  return isFolded(origAddress) || isFolded(respAddress)
}
