import type { Lookup } from '../inventory/lookup.ts'
import { INTERNET_FACING, type Role } from '../inventory/roles.ts'
import type { Party, Rule } from '../rules/rule.ts'

/** One end of a conversation as the inventory knows it. */
export interface Placed {
  readonly address: string
  /** Undefined where the inventory does not list the address. */
  readonly name: string | undefined
  /** The inventory's roles; for an unlisted address, what it counts as. */
  readonly roles: readonly Role[]
  readonly listed: boolean
  readonly facesInternet: boolean
}

const CLIENT_EXTERNAL: readonly Role[] = ['client-external']
const NO_ROLES: readonly Role[] = []

/** Both ends of a conversation. Whoever talks with an Internet-facing role and is not listed counts as client-external. */
export function placeEnds(lookup: Lookup, origAddress: string, respAddress: string): readonly [Placed, Placed] {
  const orig = place(lookup, origAddress)
  const resp = place(lookup, respAddress)
  return [countedAs(orig, resp), countedAs(resp, orig)]
}

function place(lookup: Lookup, address: string): Placed {
  const found = lookup(address)
  if (found === undefined) return { address, name: undefined, roles: NO_ROLES, listed: false, facesInternet: false }
  const facesInternet = found.roles.some((role) => INTERNET_FACING.has(role))
  return { address, name: found.name, roles: found.roles, listed: true, facesInternet }
}

function countedAs(end: Placed, peer: Placed): Placed {
  return end.listed || !peer.facesInternet ? end : { ...end, roles: CLIENT_EXTERNAL }
}

/** Whether a rule's list of parties takes these roles in; `any` takes in everybody. */
export function admits(parties: readonly Party[], roles: readonly Role[]): boolean {
  return parties.some((party) => party === 'any' || roles.includes(party))
}

/** Whether a rule's list names one of these roles; `any` names nobody. */
export function names(parties: readonly Party[], roles: readonly Role[]): boolean {
  return parties.some((party) => party !== 'any' && roles.includes(party))
}

export function coversPort(rule: Rule, port: number): boolean {
  return rule.ports.some((range) => port >= range.first && port <= range.last)
}
