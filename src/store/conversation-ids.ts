import type { ConversationKey } from '../judge/conversation.ts'
import type { Judged } from '../judge/judge-all.ts'
import type { CaptureRef } from './capture-record.ts'
import { ID_BITS, IdHash } from './ids.ts'

/*
 * Shaped by speed: a capture can have a million conversations. 100,000 ids take 25 ms this way, and 55 ms made of their
 * text; putting them in order takes 15 ms, and 45 ms with a comparing function.
 */

/** Returns the id that a conversation of the capture has, unless another row has it: that of its point and keyText(). */
export function wantedIds({ point }: CaptureRef): (conversation: ConversationKey) => number {
  const hash = new IdHash()
  hash.add(`${point}\n`)
  const ofPoint = hash.copy()
  return ({ transport, origAddress, respAddress, respPort, service, certain }) => {
    hash.continueFrom(ofPoint)
    hash.add(transport)
    hash.add(' ')
    hash.add(origAddress)
    hash.add(' ')
    hash.add(respAddress)
    hash.add(' ')
    hash.add(String(respPort))
    hash.add(' ')
    hash.add(service)
    hash.add(certain ? ' certain' : ' assumed')
    return hash.number()
  }
}

/** The id that one conversation has, unless another row has it. */
export function wantedId(capture: CaptureRef, conversation: ConversationKey): number {
  return wantedIds(capture)(conversation)
}

/** The ids that judged conversations want, by their numbers. */
export function wantedIdsOf(capture: CaptureRef, { conversations }: Judged): Float64Array {
  const wanted = wantedIds(capture)
  const ids = new Float64Array(conversations.count)
  for (let number = 0; number < ids.length; number += 1) ids[number] = wanted(conversations.keyAt(number))
  return ids
}

/**
 * The numbers of judged conversations in the order of the ids that they want: rows inserted in the order of their key only
 * ever append to the table. Of equal ids the one that is listed first comes first.
 */
export function inIdOrder(capture: CaptureRef, judged: Judged, wanted = wantedIdsOf(capture, judged)): Uint32Array {
  return numbersInOrder(wanted, judged.compare)
}

/** Bits of a whole number that a double holds. */
const EXACT_BITS = 53

/**
 * The numbers of the ids in ascending order; of equal ones as `compare` says. A double holds the upper bits of an id with
 * its number below them, and sorting doubles needs no comparing function.
 */
function numbersInOrder(ids: Float64Array, compare: (left: number, right: number) => number): Uint32Array {
  const placeBits = Math.ceil(Math.log2(ids.length + 1))
  const places = 2 ** placeBits
  const cut = 2 ** Math.max(0, ID_BITS + placeBits - EXACT_BITS)
  const keys = ids.map((id, place) => Math.floor(id / cut) * places + place).sort()
  const sorted = new Uint32Array(ids.length)
  for (let index = 0; index < sorted.length; index += 1) sorted[index] = keys[index]! % places
  orderWithinCuts(sorted, (left, right) => ids[left]! - ids[right]! || compare(left, right))
  return sorted
}

/** Ids that are equal, or differ only in the bits that were cut, stand next to each other; there are few of them. */
function orderWithinCuts(sorted: Uint32Array, compare: (left: number, right: number) => number): void {
  for (let index = 1; index < sorted.length; index += 1) {
    const place = sorted[index]!
    let before = index
    while (before > 0 && compare(sorted[before - 1]!, place) > 0) {
      sorted[before] = sorted[before - 1]!
      before -= 1
    }
    sorted[before] = place
  }
}
