import { endianness } from 'node:os'
import { Sums } from '../flow/sums.ts'
import { ipv4Number } from '../inventory/address.ts'
import type { Conversation } from '../judge/conversation.ts'
import type { CaptureRef } from './capture-record.ts'
import { unitsOf } from './insert.ts'
import type { Database } from './open.ts'
import type { ConversationSum } from './sums.ts'

/*
 * What the conversations of each host of a capture come to, because a summary by host of a million of them must not read
 * them all. Shaped by speed: rows of a table of their own would take 100 ms for 60,000 hosts, and one row for the capture
 * takes 20: the numbers of all hosts as one array, IPv4 addresses among them, the other addresses as one text.
 */

/** More hosts than this are not added up: whoever asks for them waits. It bounds the memory of an analysis. */
export const MOST_HOSTS = 131_072

/** Bytes of a stored host: first doubles, then whole numbers of 32 bits. */
const HOST_BYTES = 56

// The doubles of a host, of its F64S; times count from the capture's origin, in its resolution.
export const F64S = HOST_BYTES / 8
export const FLOWS_F64 = 0
export const BYTES_F64 = 1
export const FIRST_F64 = 2
export const LAST_F64 = 3

// The whole numbers, of its U32S.
export const U32S = HOST_BYTES / 4
/** Number of its placement; 0 where the inventory does not list it. */
export const PLACE_U32 = 8
export const CONVERSATIONS_U32 = 9
export const FINDINGS_U32 = 10
export const BROKEN_U32 = 11
export const FLAKY_U32 = 12
/** The IPv4 address; hosts without one come last, in the order of their texts. */
export const IPV4_U32 = 13

/** The numbers of hosts, as two views of the same bytes. */
export interface HostNumbers {
  readonly doubles: Float64Array
  readonly words: Uint32Array
}

export function hostNumbers(count: number): HostNumbers {
  return viewsOf(new ArrayBuffer(HOST_BYTES * count), 0, HOST_BYTES * count)
}

function viewsOf(buffer: ArrayBufferLike, from: number, bytes: number): HostNumbers {
  return {
    doubles: new Float64Array(buffer, from, bytes / Float64Array.BYTES_PER_ELEMENT),
    words: new Uint32Array(buffer, from, bytes / Uint32Array.BYTES_PER_ELEMENT),
  }
}

/** The sums of the hosts of one capture. */
export interface HostSums {
  /** A conversation counts for both of its ends. */
  add(conversation: Conversation, sum: ConversationSum): void
  write(): void
}

// Where the sums of a host stand while they are added up; the doubles stand as above.
const PLACE = 4
const CONVERSATIONS = 5
const FINDINGS = 6
const BROKEN = 7
const FLAKY = 8
const WIDTH = 9

export function createHostSums(db: Database, capture: CaptureRef, mostHosts = MOST_HOSTS): HostSums {
  const ofIpv4 = new Sums(1, WIDTH)
  /** By the number of the text. */
  const ofOthers = new Sums(1, WIDTH)
  const others = new Map<string, number>()

  function addTo(address: string, place: number | null, conversation: Conversation, sum: ConversationSum): void {
    const ipv4 = ipv4Number(address)
    const hosts = ipv4 < 0 ? ofOthers : ofIpv4
    hosts.asked[0] = ipv4 < 0 ? numberIn(others, address) : ipv4
    const at = hosts.findOrAdd() * WIDTH
    const { values } = hosts
    const { flows, origBytes, respBytes, firstNs, lastNs } = conversation
    const isNew = values[at + CONVERSATIONS] === 0
    if (isNew) values[at + PLACE] = place ?? 0
    values[at + FLOWS_F64]! += flows
    values[at + BYTES_F64]! += origBytes + respBytes
    if (isNew || firstNs < values[at + FIRST_F64]!) values[at + FIRST_F64] = firstNs
    if (isNew || lastNs > values[at + LAST_F64]!) values[at + LAST_F64] = lastNs
    values[at + CONVERSATIONS]! += 1
    values[at + FINDINGS]! += sum.finding
    if (sum.health === 'broken') values[at + BROKEN]! += 1
    else if (sum.health === 'flaky') values[at + FLAKY]! += 1
  }

  const areTooMany = () => ofIpv4.count + ofOthers.count > mostHosts
  return {
    add(conversation, sum) {
      if (areTooMany()) return
      addTo(conversation.origAddress, sum.origPlace, conversation, sum)
      addTo(conversation.respAddress, sum.respPlace, conversation, sum)
    },
    write() {
      db.prepare('DELETE FROM host_sums WHERE capture = ?').run(capture.number)
      if (areTooMany() || endianness() !== 'LE') return
      const { doubles, words } = hostNumbers(ofIpv4.count + ofOthers.count)
      pack(ofIpv4, capture, doubles, words)
      const [f64s, u32s] = [ofIpv4.count * F64S, ofIpv4.count * U32S]
      pack(ofOthers, capture, doubles.subarray(f64s), words.subarray(u32s))
      const addresses = [...others.keys()].join('\n')
      db.prepare('INSERT INTO host_sums VALUES (?, ?, ?)').run(capture.number, addresses, Buffer.from(words.buffer))
    },
  }
}

function numberIn(texts: Map<string, number>, text: string): number {
  let number = texts.get(text)
  if (number === undefined) {
    number = texts.size
    texts.set(text, number)
  }
  return number
}

function pack({ count, keys, values }: Sums, capture: CaptureRef, doubles: Float64Array, words: Uint32Array): void {
  for (let host = 0; host < count; host += 1) {
    const at = host * WIDTH
    const f64 = host * F64S
    const u32 = host * U32S
    doubles[f64 + FLOWS_F64] = values[at + FLOWS_F64]!
    doubles[f64 + BYTES_F64] = values[at + BYTES_F64]!
    doubles[f64 + FIRST_F64] = unitsOf(values[at + FIRST_F64]!, capture)
    doubles[f64 + LAST_F64] = unitsOf(values[at + LAST_F64]!, capture)
    words[u32 + PLACE_U32] = values[at + PLACE]!
    words[u32 + CONVERSATIONS_U32] = values[at + CONVERSATIONS]!
    words[u32 + FINDINGS_U32] = values[at + FINDINGS]!
    words[u32 + BROKEN_U32] = values[at + BROKEN]!
    words[u32 + FLAKY_U32] = values[at + FLAKY]!
    words[u32 + IPV4_U32] = keys[host]!
  }
}

/** The hosts of one capture as they stand in the database. */
export interface StoredHosts extends HostNumbers {
  readonly originNs: bigint
  readonly resolutionNs: bigint
  readonly count: number
  /** The addresses that are not IPv4, of the last of the hosts. */
  readonly others: readonly string[]
}

/** The hosts of the named captures, or of all; undefined where those of one are not added up. */
export function readHostSums(db: Database, points: readonly string[]): readonly StoredHosts[] | undefined {
  if (endianness() !== 'LE') return undefined
  const rows = db
    .prepare(
      `SELECT point, origin, resolution, addresses, numbers
       FROM captures LEFT JOIN host_sums ON host_sums.capture = captures.id ORDER BY captures.id`,
    )
    .safeIntegers()
    .all() as readonly StoredRow[]
  const hosts = rows.filter(({ point }) => points.length === 0 || points.includes(point)).map(hostsOf)
  return hosts.includes(undefined) ? undefined : (hosts as readonly StoredHosts[])
}

interface StoredRow {
  readonly point: string
  readonly origin: bigint
  readonly resolution: bigint
  readonly addresses: string | null
  readonly numbers: Buffer | null
}

function hostsOf({ origin, resolution, addresses, numbers }: StoredRow): StoredHosts | undefined {
  if (addresses === null || numbers === null) return undefined
  // The driver's bytes are taken as they are where they begin at a place where doubles may.
  const isAligned = numbers.byteOffset % Float64Array.BYTES_PER_ELEMENT === 0
  const { buffer, byteOffset, length } = isAligned ? numbers : Uint8Array.from(numbers)
  const views = viewsOf(buffer, byteOffset, length)
  const others = addresses === '' ? [] : addresses.split('\n')
  return { originNs: origin, resolutionNs: resolution, count: numbers.length / HOST_BYTES, others, ...views }
}
