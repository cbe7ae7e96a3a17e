import { MOST_BODY } from '../evidence/tls-body.ts'

/*
 * Multilinear hashing: the sum of 16-bit units, each times a random number of its place. Which inputs meet depends on
 * numbers that every thread draws anew, so that nobody can prepare many that do: of any two different ones at most one
 * pair in 2^17 has one hash. Nothing that is given out may depend on these hashes.
 */

/** Nothing that is kept is longer than a certificate. */
const MOST_BYTES = MOST_BODY
/** From here on, taking a copy and reading it in units of 16 bits takes less time than putting the units together. */
const MANY = 96

const keys = new Int32Array(crypto.getRandomValues(new Uint32Array(1 + MOST_BYTES / 2)).buffer)
/** Two units longer than what it is for. */
const copied = new Uint8Array(MOST_BYTES + 4)
const copiedUnits = new Uint16Array(copied.buffer)

/**
 * The place of a hash in a table with `1 << bits` of them. A sum takes addresses in a row to places in a row, or a step
 * apart that may be an unlucky one; mixed once more, they lie as if by chance.
 */
export function placeOf(hash: number, bits: number): number {
  return Math.imul(hash ^ (hash >>> 15), 0x9e3779b1) >>> (32 - bits)
}

/**
 * Puts a table's pairs of a number and its hash, where 0 is no number, into one with `1 << bits` places: each at the
 * place of its hash or behind it.
 */
export function regrown(pairs: Int32Array, bits: number): Int32Array<ArrayBuffer> {
  const grown = new Int32Array(2 << bits)
  const mask = grown.length - 1
  for (let from = 0; from < pairs.length; from += 2) {
    if (pairs[from] === 0) continue
    const hash = pairs[from + 1]!
    let to = placeOf(hash, bits) << 1
    while (grown[to] !== 0) to = (to + 2) & mask
    grown[to] = pairs[from]!
    grown[to + 1] = hash
  }
  return grown
}

/** The hash of the bytes from `start` to `end`, at most MOST_BYTES. */
export function hashOfBytes(bytes: Uint8Array, start: number, end: number): number {
  if (end - start >= MANY) return hashOfMany(bytes, start, end)
  let hash = Math.imul(keys[0]!, end - start)
  let unit = 1
  let at = start
  for (; at + 1 < end; at += 2) {
    hash = (hash + Math.imul(keys[unit]!, bytes[at]! | (bytes[at + 1]! << 8))) | 0
    unit += 1
  }
  return at < end ? (hash + Math.imul(keys[unit]!, bytes[at]!)) | 0 : hash
}

function hashOfMany(bytes: Uint8Array, start: number, end: number): number {
  const length = end - start
  copied.set(bytes.subarray(start, end))
  // The rest of two units: units of 0 add nothing.
  copied[length] = copied[length + 1] = copied[length + 2] = 0
  let even = Math.imul(keys[0]!, length)
  let odd = 0
  const pairs = (length + 3) >> 2
  for (let unit = 0; unit < pairs * 2; unit += 2) {
    even = (even + Math.imul(keys[unit + 1]!, copiedUnits[unit]!)) | 0
    odd = (odd + Math.imul(keys[unit + 2]!, copiedUnits[unit + 1]!)) | 0
  }
  return (even + odd) | 0
}

/** The hash of an address in four words, with its family. */
export function hashOfAddress(family: number, word0: number, word1: number, word2: number, word3: number): number {
  let hash = Math.imul(keys[0]!, family)
  hash = (hash + Math.imul(keys[1]!, word3 & 0xffff) + Math.imul(keys[2]!, word3 >>> 16)) | 0
  if (family === 4) return hash
  hash = (hash + Math.imul(keys[3]!, word2 & 0xffff) + Math.imul(keys[4]!, word2 >>> 16)) | 0
  hash = (hash + Math.imul(keys[5]!, word1 & 0xffff) + Math.imul(keys[6]!, word1 >>> 16)) | 0
  return (hash + Math.imul(keys[7]!, word0 & 0xffff) + Math.imul(keys[8]!, word0 >>> 16)) | 0
}

/** The hash of a flow's key between two IPv4 addresses; `protocol` has 16 bits. */
export function hashOfFlow(low: number, high: number, ports: number, protocol: number): number {
  let hash = Math.imul(keys[0]!, protocol)
  hash = (hash + Math.imul(keys[1]!, low & 0xffff) + Math.imul(keys[2]!, low >>> 16)) | 0
  hash = (hash + Math.imul(keys[3]!, high & 0xffff) + Math.imul(keys[4]!, high >>> 16)) | 0
  return (hash + Math.imul(keys[5]!, ports & 0xffff) + Math.imul(keys[6]!, ports >>> 16)) | 0
}

/**
 * What the first three words of an IPv6 address add to hashOfFlow(); `high` is 0 for the low end and 1 for the high
 * one.
 */
export function hashOfFront(high: number, word0: number, word1: number, word2: number): number {
  const key = 7 + high * 6
  let hash = (Math.imul(keys[key]!, word0 & 0xffff) + Math.imul(keys[key + 1]!, word0 >>> 16)) | 0
  hash = (hash + Math.imul(keys[key + 2]!, word1 & 0xffff) + Math.imul(keys[key + 3]!, word1 >>> 16)) | 0
  return (hash + Math.imul(keys[key + 4]!, word2 & 0xffff) + Math.imul(keys[key + 5]!, word2 >>> 16)) | 0
}
