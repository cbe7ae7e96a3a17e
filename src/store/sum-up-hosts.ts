import type { Role } from '../inventory/roles.ts'
import {
  BROKEN_U32,
  BYTES_F64,
  CONVERSATIONS_U32,
  F64S,
  FINDINGS_U32,
  FIRST_F64,
  FLAKY_U32,
  FLOWS_F64,
  type HostNumbers,
  hostNumbers,
  IPV4_U32,
  LAST_F64,
  PLACE_U32,
  type StoredHosts,
  U32S,
} from './host-sums.ts'
import type { Database } from './open.ts'
import type { SummaryRow } from './read-summary.ts'

/*
 * Shaped by speed: 170,000 hosts of four captures are added up in 100 ms. Whole nanoseconds since 1970 are big integers,
 * which are made for what is shown; until then a time is a double and the capture whose origin it counts from.
 */

/** The hosts of several captures as one list: findings first, then what is flaky, then by flows. */
export function sumUpHosts(db: Database, captures: readonly StoredHosts[]): readonly SummaryRow[] {
  const { addresses, doubles, words, firstOf, lastOf } = merged(captures)
  const places = readPlaces(db)
  const order = new Uint32Array(addresses.length).map((_, host) => host)
  order.sort(
    (left, right) =>
      words[right * U32S + FINDINGS_U32]! - words[left * U32S + FINDINGS_U32]! ||
      words[right * U32S + FLAKY_U32]! - words[left * U32S + FLAKY_U32]! ||
      doubles[right * F64S + FLOWS_F64]! - doubles[left * F64S + FLOWS_F64]! ||
      (addresses[left]! < addresses[right]! ? -1 : 1),
  )
  const rows: SummaryRow[] = []
  for (const host of order) {
    const f64 = host * F64S
    const u32 = host * U32S
    const { name, roles } = places.get(words[u32 + PLACE_U32]!) ?? UNLISTED
    rows.push({
      host: addresses[host]!,
      name,
      roles,
      flows: doubles[f64 + FLOWS_F64]!,
      conversations: words[u32 + CONVERSATIONS_U32]!,
      findings: words[u32 + FINDINGS_U32]!,
      broken: words[u32 + BROKEN_U32]!,
      flaky: words[u32 + FLAKY_U32]!,
      bytes: doubles[f64 + BYTES_F64]!,
      first: nsOf(captures[firstOf[host]!]!, doubles[f64 + FIRST_F64]!),
      last: nsOf(captures[lastOf[host]!]!, doubles[f64 + LAST_F64]!),
    })
  }
  return rows
}

/** Hosts of several captures, and by their number the capture from whose origin the first and the last time count. */
interface MergedHosts extends HostNumbers {
  readonly addresses: readonly string[]
  readonly firstOf: Uint32Array
  readonly lastOf: Uint32Array
}

const COUNTS_U32 = [CONVERSATIONS_U32, FINDINGS_U32, BROKEN_U32, FLAKY_U32]

/** One column after the other: short loops are compiled sooner, and nearly every summary runs in a fresh process. */
function merged(captures: readonly StoredHosts[]): MergedHosts {
  const most = captures.reduce((sum, { count }) => sum + count, 0)
  const { doubles, words } = hostNumbers(most)
  const addresses: string[] = []
  const [firstOf, lastOf] = [new Uint32Array(most), new Uint32Array(most)]
  const isBefore = createIsBefore(captures)
  const hostOf = createHostNumbers(addresses)
  for (const [capture, from] of captures.entries()) {
    const known = addresses.length
    const hosts = numbersOf(from, hostOf)
    for (const column of [FLOWS_F64, BYTES_F64]) addUp(doubles, from.doubles, hosts, F64S, column)
    for (const column of COUNTS_U32) addUp(words, from.words, hosts, U32S, column)
    for (let number = 0; number < from.count; number += 1) {
      const host = hosts[number]!
      const isNew = host >= known
      if (isNew) words[host * U32S + PLACE_U32] = from.words[number * U32S + PLACE_U32]!
      const first = from.doubles[number * F64S + FIRST_F64]!
      const last = from.doubles[number * F64S + LAST_F64]!
      const f64 = host * F64S
      if (isNew || isBefore(capture, first, firstOf[host]!, doubles[f64 + FIRST_F64]!)) {
        doubles[f64 + FIRST_F64] = first
        firstOf[host] = capture
      }
      if (isNew || isBefore(lastOf[host]!, doubles[f64 + LAST_F64]!, capture, last)) {
        doubles[f64 + LAST_F64] = last
        lastOf[host] = capture
      }
    }
  }
  return { addresses, doubles, words, firstOf, lastOf }
}

/** The numbers of a capture's hosts among those of all. */
function numbersOf(from: StoredHosts, hostOf: ReturnType<typeof createHostNumbers>): Uint32Array {
  const ipv4Count = from.count - from.others.length
  const hosts = new Uint32Array(from.count)
  for (let number = 0; number < ipv4Count; number += 1) {
    hosts[number] = hostOf.ipv4(from.words[number * U32S + IPV4_U32]!)
  }
  for (const [index, address] of from.others.entries()) hosts[ipv4Count + index] = hostOf.other(address)
  return hosts
}

type Numbers = Float64Array | Uint32Array

function addUp(to: Numbers, from: Numbers, hosts: Uint32Array, width: number, column: number): void {
  for (let number = 0; number < hosts.length; number += 1) {
    const at = hosts[number]! * width + column
    to[at] = to[at]! + from[number * width + column]!
  }
}

/** Nobody can foresee which addresses meet in a map of their products with it. It is odd, so that these differ. */
const FACTOR = crypto.getRandomValues(new Int32Array(1))[0]! | 1

/** Numbers addresses in the order of their first use, and adds the text of each to the list. */
function createHostNumbers(addresses: string[]) {
  const ofIpv4 = new Map<number, number>()
  const ofOthers = new Map<string, number>()
  return {
    ipv4(address: number): number {
      const key = Math.imul(address, FACTOR)
      const known = ofIpv4.get(key)
      if (known !== undefined) return known
      ofIpv4.set(key, addresses.length)
      return addresses.push(ipv4Text(address)) - 1
    },
    other(address: string): number {
      const known = ofOthers.get(address) ?? addresses.length
      if (known < addresses.length) return known
      ofOthers.set(address, known)
      return addresses.push(address) - 1
    },
  }
}

function ipv4Text(address: number): string {
  return `${address >>> 24}.${(address >>> 16) & 0xff}.${(address >>> 8) & 0xff}.${address & 0xff}`
}

/** An address that the inventory does not list. */
const UNLISTED: Place = { name: null, roles: [] }

interface Place {
  readonly name: string | null
  readonly roles: readonly Role[]
}

function readPlaces(db: Database): ReadonlyMap<number, Place> {
  const rows = db.prepare('SELECT id, name, roles FROM placements').raw().all() as readonly [number, string, string][]
  return new Map(rows.map(([id, name, roles]) => [id, { name, roles: JSON.parse(roles) as Role[] }]))
}

function nsOf({ originNs, resolutionNs }: StoredHosts, units: number): bigint {
  const ns = Number(resolutionNs) * units
  return originNs + (Number.isSafeInteger(ns) ? BigInt(ns) : resolutionNs * BigInt(units))
}

/** Doubles of nanoseconds since an origin are nearer to the truth than this, however far away it is. */
const SURE_NS = 1e6

/** Returns whether one time is before another, each given by its capture and its units since that one's origin. */
function createIsBefore(captures: readonly StoredHosts[]) {
  const offsets = captures.map(({ originNs }) => Number(originNs - captures[0]!.originNs))
  const resolutions = captures.map(({ resolutionNs }) => Number(resolutionNs))
  return (leftCapture: number, left: number, rightCapture: number, right: number): boolean => {
    if (leftCapture === rightCapture) return left < right
    const leftNs = offsets[leftCapture]! + left * resolutions[leftCapture]!
    const rightNs = offsets[rightCapture]! + right * resolutions[rightCapture]!
    if (Math.abs(leftNs - rightNs) > SURE_NS) return leftNs < rightNs
    return nsOf(captures[leftCapture]!, left) < nsOf(captures[rightCapture]!, right)
  }
}
