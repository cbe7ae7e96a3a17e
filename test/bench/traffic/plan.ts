import { type Dialogue, dialogue, type Failure, failedDialogue, type Kind, type Speech } from './dialogue.ts'
import { MOST_CLIENTS, type Peer, peerCount, presents, SORTS, type Sort } from './director-traffic.ts'
import { SHORTEST_EXCHANGE } from './exchange.ts'
import type { Random } from './random.ts'

/** The two captures the targets are stated for; other sizes are proportional to them. */
const STANDARD: Readonly<Record<Kind, { readonly packets: number; readonly connections: number }>> = {
  mixed: { packets: 3_000_000, connections: 110_000 },
  small: { packets: 10_000_000, connections: 300_000 },
}
/** A longer capture shows the same clients more often, so their number stops growing here. */
const CLIENTS = 60_000
const AT_ONCE = 20_000
/** In a short capture about half of the connections are open at once. */
const AT_ONCE_SHARE = 0.55

export interface Size {
  readonly packets: number
  readonly connections: number
  /** Open at the same time. */
  readonly atOnce: number
  /** Client addresses. */
  readonly clients: number
}

export function proportionalSize(kind: Kind, packets: number): Size {
  const scale = packets / STANDARD[kind].packets
  const connections = Math.max(1, Math.round(STANDARD[kind].connections * scale))
  return {
    packets,
    connections,
    atOnce: Math.max(1, Math.min(AT_ONCE, Math.floor(connections * AT_ONCE_SHARE))),
    clients: Math.max(1, Math.min(CLIENTS, Math.round(CLIENTS * scale))),
  }
}

/** One sort of connection as this capture has it. */
export interface PlannedSort extends Sort {
  readonly dialogue: Dialogue
  readonly connections: number
  /** The connections go round this many peers, from the peer with this index on. */
  readonly peers: number
  readonly firstPeer: number
  /** Packets that each connection has at least; all of them where `grows` is false. */
  readonly leastPackets: number
  readonly grows: boolean
}

export interface Plan {
  readonly kind: Kind
  readonly size: Size
  readonly sorts: readonly PlannedSort[]
  /** Packets above the least ones, to be shared among the connections that grow. */
  readonly sparePackets: number
}

export function planTraffic(kind: Kind, size: Size, random: Random): Plan {
  if (size.clients > MOST_CLIENTS)
    throw new Error(`${size.clients} clients are more than the ${MOST_CLIENTS} there are`)
  const counts = shareOut(
    size.connections,
    SORTS.map((sort) => sort.perMille),
  )
  const firstPeers = clientRanges(size.clients)
  const sorts = SORTS.map((sort, at): PlannedSort => {
    const spoken = speak(sort, kind, random)
    const connections = counts[at] ?? 0
    const { first, count } = firstPeers[at] ?? { first: 0, count: peerCount(sort, size.clients) }
    return {
      ...sort,
      dialogue: spoken,
      connections,
      firstPeer: first,
      peers: Math.max(1, Math.min(connections, count)),
      leastPackets: leastPackets(spoken),
      grows: spoken.content !== 'none',
    }
  })
  const least = sorts.reduce((sum, sort) => sum + sort.leastPackets * sort.connections, 0)
  const growing = sorts.some((sort) => sort.grows && sort.connections > 0)
  if (size.packets < least || (size.packets > least && !growing)) {
    throw new Error(`${size.connections} connections need at least ${least} packets; ${size.packets} were asked for`)
  }
  return { kind, size, sorts, sparePackets: size.packets - least }
}

/** Where the prologue says nothing, there is one exchange at least. */
function leastPackets({ prologue, content, epilogues }: Dialogue): number {
  const exchange = content === 'http' || content === 'slices' ? SHORTEST_EXCHANGE : 0
  return prologue.length + exchange + epilogues[0].length
}

const FAILURES: ReadonlySet<string> = new Set<Failure>(['refused', 'unanswered'])
const isFailure = (does: Speech | Failure): does is Failure => FAILURES.has(does)

function speak(sort: Sort, kind: Kind, random: Random): Dialogue {
  if (isFailure(sort.does)) return failedDialogue(sort.does)
  const [orig, resp]: readonly [Peer | 'director', Peer | 'director'] =
    sort.opens === 'peer' ? [sort.peer, 'director'] : ['director', sort.peer]
  const { name: server, certificate: serverCertificate } = presents(resp)
  const names = { server, port: sort.port, serverCertificate, clientCertificate: presents(orig).certificate }
  return dialogue(sort.does, names, kind, random)
}

/**
 * Each client has one habit: one documented sort of connection. The expected client sorts share the clients in
 * proportion; the unexpected ones, as they are clients too, and all other sorts have no range of their own.
 */
function clientRanges(clients: number): readonly ({ readonly first: number; readonly count: number } | null)[] {
  const hasRange = (sort: Sort): boolean => sort.peer === 'client' && sort.reason === null
  const counts = shareOut(
    clients,
    SORTS.map((sort) => (hasRange(sort) ? sort.perMille : 0)),
  )
  let next = 0
  return SORTS.map((sort, at) => {
    const first = next
    next += counts[at] ?? 0
    return hasRange(sort) ? { first, count: counts[at] ?? 0 } : null
  })
}

/** Splits `total` in proportion to `weights`, in whole numbers that add up to it exactly. */
function shareOut(total: number, weights: readonly number[]): readonly number[] {
  const all = weights.reduce((sum, weight) => sum + weight, 0)
  let weightSoFar = 0
  let givenSoFar = 0
  return weights.map((weight) => {
    weightSoFar += weight
    const upToHere = Math.round((total * weightSoFar) / all)
    const share = upToHere - givenSoFar
    givenSoFar = upToHere
    return share
  })
}
