import type { Lookup, Placement } from '../inventory/lookup.ts'
import { INTERNET_FACING, type Role } from '../inventory/roles.ts'
import type { Rule, Party as RuleParty } from '../rules/rule.ts'

/** One end of a conversation as the inventory knows it. */
export interface Party {
  /** Undefined where the inventory does not list the address. */
  readonly placement: Placement | undefined
  /** The inventory's roles; for an unlisted address, what it counts as. */
  readonly roles: readonly Role[]
  readonly facesInternet: boolean
}

const UNLISTED: Party = { placement: undefined, roles: [], facesInternet: false }
/** Whoever talks with an Internet-facing role and is not listed. */
const UNLISTED_OUTSIDE: Party = { placement: undefined, roles: ['client-external'], facesInternet: false }

/** Looks up both ends of a conversation. */
export type PlaceEnds = (origAddress: string, respAddress: string) => readonly [Party, Party]

export function createPlaceEnds(lookup: Lookup): PlaceEnds {
  const parties = new Map<Placement, Party>()

  function place(address: string): Party {
    const placement = lookup(address)
    if (placement === undefined) return UNLISTED
    let party = parties.get(placement)
    if (party === undefined) {
      const facesInternet = placement.roles.some((role) => INTERNET_FACING.has(role))
      party = { placement, roles: placement.roles, facesInternet }
      parties.set(placement, party)
    }
    return party
  }

  return (origAddress, respAddress) => {
    const orig = place(origAddress)
    const resp = place(respAddress)
    if (orig === UNLISTED && resp.facesInternet) return [UNLISTED_OUTSIDE, resp]
    if (resp === UNLISTED && orig.facesInternet) return [orig, UNLISTED_OUTSIDE]
    return [orig, resp]
  }
}

/** Whether a rule's list of parties takes these roles in; `any` takes in everybody. */
export function admits(parties: readonly RuleParty[], roles: readonly Role[]): boolean {
  return parties.some((party) => party === 'any' || roles.includes(party))
}

/** Whether a rule's list names one of these roles; `any` names nobody. */
export function names(parties: readonly RuleParty[], roles: readonly Role[]): boolean {
  return parties.some((party) => party !== 'any' && roles.includes(party))
}

export function coversPort(rule: Rule, port: number): boolean {
  return rule.ports.some((range) => port >= range.first && port <= range.last)
}

/** Whether the responder's address has one of the other roles that the rule wants at it. */
export function sharesAddress({ sharedWith }: Rule, respRoles: readonly Role[]): boolean {
  return sharedWith === undefined || names(sharedWith, respRoles)
}
