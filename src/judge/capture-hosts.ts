/** Flows between two addresses, whoever opened them. */
export interface Talk {
  readonly left: string
  readonly right: string
  /** Unicast flows. */
  readonly flows: number
}

/** The addresses that a capture was taken at, as far as its flows tell. */
export interface CaptureHosts {
  /** In the order in which they were found; none where the capture was not taken at a host. */
  readonly addresses: readonly string[]
  /** Each of several addresses alone would explain the capture: it was taken at one of them. */
  readonly isUnsure: boolean
}

const NOWHERE: CaptureHosts = { addresses: [], isUnsure: false }

/** An address, or the addresses of one host together, in this share of the flows: the capture was taken there. */
const NEARLY_ALL = 0.9
/** What talks less than this is no address of the host, but traffic that strayed there. */
const LEAST_SHARE = 0.01
/** An Edge has four addresses of each family. */
const MOST_ADDRESSES = 8
/** One peer does not tell which of the two ends is the host. */
const LEAST_PEERS = 2

/**
 * Finds where a capture was taken: at the address that is an end of nearly all flows. A host with several addresses has
 * them together in nearly all; they never talk with each other, because such packets do not leave the host.
 *
 * `siblingsOf` gives the other addresses that the inventory says are the same host's; `named` are the addresses of the
 * interfaces, and what frames went out from, where the capture says so: those of them that were seen decide, unless
 * they talk with each other, because then the capture was taken where traffic is forwarded.
 */
export function captureHosts(
  talks: readonly Talk[],
  siblingsOf: (address: string) => readonly string[],
  named: readonly string[] = [],
): CaptureHosts {
  const own = named.filter((address) => isIn(talks, address))
  if (own.length > 0 && !talkTogether(talks, own)) return { addresses: own, isUnsure: false }
  const total = flowsOf(talks)
  if (total === 0) return NOWHERE
  const everywhere = inNearlyAll(talks, total)
  const found = new Set<string>()
  for (const address of everywhere) addHost(found, address, siblingsOf)
  let left = without(talks, found)
  for (let next = nextHub(talks, left, found, total); next !== undefined; next = nextHub(talks, left, found, total)) {
    addHost(found, next, siblingsOf)
    left = without(left, found)
  }
  if (total - flowsOf(left) < NEARLY_ALL * total) return NOWHERE
  return { addresses: [...found].filter((address) => isIn(talks, address)), isUnsure: everywhere.length > 1 }
}

/** Addresses of one host never do so in a capture: it was taken where traffic is forwarded. */
function talkTogether(talks: readonly Talk[], addresses: readonly string[]): boolean {
  const own = new Set(addresses)
  return talks.some(({ left, right }) => left !== right && own.has(left) && own.has(right))
}

/** A sibling that the inventory lists need not have been seen. */
function isIn(talks: readonly Talk[], address: string): boolean {
  return talks.some(({ left, right }) => left === address || right === address)
}

function addHost(found: Set<string>, address: string, siblingsOf: (address: string) => readonly string[]): void {
  for (const each of [address, ...siblingsOf(address)]) found.add(each)
}

function flowsOf(talks: readonly Talk[]): number {
  return talks.reduce((sum, { flows }) => sum + flows, 0)
}

function without(talks: readonly Talk[], found: ReadonlySet<string>): readonly Talk[] {
  return talks.filter(({ left, right }) => !found.has(left) && !found.has(right))
}

/** The addresses in most flows, where that is nearly all of them: several only where they are in equally many. */
function inNearlyAll(talks: readonly Talk[], total: number): readonly string[] {
  const flows = new Map<string, number>()
  for (const talk of talks) {
    flows.set(talk.left, (flows.get(talk.left) ?? 0) + talk.flows)
    if (talk.right !== talk.left) flows.set(talk.right, (flows.get(talk.right) ?? 0) + talk.flows)
  }
  let most = NEARLY_ALL * total
  for (const count of flows.values()) if (count > most) most = count
  return [...flows].flatMap(([address, count]) => (count >= most ? [address] : [])).sort()
}

interface Hub {
  readonly address: string
  flows: number
  readonly peers: Set<string>
}

/**
 * The address that talks with most others in the flows that are left, if it can be another one of the host: a busy peer
 * has as many flows as the host itself, but only with the host's few addresses.
 */
function nextHub(
  talks: readonly Talk[],
  left: readonly Talk[],
  found: ReadonlySet<string>,
  total: number,
): string | undefined {
  if (found.size >= MOST_ADDRESSES || flowsOf(left) < LEAST_SHARE * total) return undefined
  const neighbours = new Set<string>()
  for (const { left: one, right: other } of talks) {
    if (found.has(one)) neighbours.add(other)
    if (found.has(other)) neighbours.add(one)
  }
  const hubs = hubsOf(left).filter(
    ({ address, flows, peers }) =>
      peers.size >= LEAST_PEERS && flows >= LEAST_SHARE * total && !neighbours.has(address),
  )
  const [best, second] = hubs.sort((a, b) => b.peers.size - a.peers.size || b.flows - a.flows)
  const isTie = second !== undefined && second.flows === best?.flows && second.peers.size === best.peers.size
  return isTie ? undefined : best?.address
}

function hubsOf(talks: readonly Talk[]): Hub[] {
  const hubs = new Map<string, Hub>()
  const add = (address: string, peer: string, flows: number) => {
    const hub = hubs.get(address) ?? { address, flows: 0, peers: new Set() }
    hubs.set(address, hub)
    hub.flows += flows
    hub.peers.add(peer)
  }
  for (const { left, right, flows } of talks) {
    add(left, right, flows)
    add(right, left, flows)
  }
  return [...hubs.values()]
}
