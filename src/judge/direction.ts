import type { End } from '../flow/flow.ts'
import { isFolded } from './folded-address.ts'
import { isGroupAddress } from './group-address.ts'

/** How originator and responder were told apart, best first. */
export const DIRECTION_BASES = ['handshake', 'content', 'listener', 'rules', 'port-order', 'first-packet'] as const
export type DirectionBasis = (typeof DIRECTION_BASES)[number]

/** Where the bytes prove the direction it is certain; where it is inferred, the verdict is assumed. */
export function isCertain(basis: DirectionBasis): boolean {
  return basis === 'handshake' || basis === 'content' || basis === 'listener'
}

/** The better of two bases. */
export function betterBasis(left: DirectionBasis, right: DirectionBasis): DirectionBasis {
  return DIRECTION_BASES.indexOf(left) <= DIRECTION_BASES.indexOf(right) ? left : right
}

export interface Direction {
  readonly originator: End
  readonly basis: DirectionBasis
}

/** What is known of a pair of ends whose direction the bytes do not prove. */
export interface Unoriented {
  readonly transport: string
  readonly lowAddress: string
  readonly lowPort: number
  readonly highAddress: string
  readonly highPort: number
  readonly first: End
}

/** Whether some rule in force allows the pair with `originator` as the one that opened it. */
export type Allows = (pair: Unoriented, originator: End) => boolean

/**
 * A rule that allows one direction and no rule for the other, then the lower port, then the first packet. Nothing is
 * ever sent from a group address: towards one, the first packet decides at once. Of folded attempts the port that was
 * kept is the responder's; their network stands as the low end.
 */
export function inferDirection(pair: Unoriented, allows: Allows): Direction {
  if (isGroupAddress(pair.lowAddress)) return { originator: 'high', basis: 'first-packet' }
  if (isGroupAddress(pair.highAddress)) return { originator: 'low', basis: 'first-packet' }
  if (isFolded(pair.lowAddress)) {
    return pair.lowPort > pair.highPort
      ? { originator: 'high', basis: 'port-order' }
      : { originator: 'low', basis: 'first-packet' }
  }
  const fromLow = allows(pair, 'low')
  const fromHigh = allows(pair, 'high')
  if (fromLow !== fromHigh) return { originator: fromLow ? 'low' : 'high', basis: 'rules' }
  if (pair.lowPort !== pair.highPort) {
    return { originator: pair.lowPort < pair.highPort ? 'high' : 'low', basis: 'port-order' }
  }
  return { originator: pair.first, basis: 'first-packet' }
}
