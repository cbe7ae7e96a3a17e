import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { HIGH, LOW } from './flow-key.ts'
import { coldRow, type FlowTable, hotRow } from './flow-table.ts'
import { HostTable } from './host-table.ts'
import {
  ADDRESS_FRONTS,
  BYTES_F64,
  COLD_WORDS,
  HIGH_ADDRESS,
  HIGH_HOST,
  HOT_WORDS,
  IP_BYTES_F64,
  LOW_ADDRESS,
  LOW_HOST,
  PENDING_BYTES,
  PENDING_IP_BYTES,
  PROTOCOL,
  ROW_WORDS,
} from './row.ts'

const ROWS_IN_BLOCK = 4096
const BLOCK_WORDS = ROWS_IN_BLOCK * ROW_WORDS
const BLOCK_BYTES = BLOCK_WORDS * 4
/** Closed flows beyond this many blocks (25 MB) go to a temporary file, so that memory follows the open flows. */
const BLOCKS_IN_MEMORY = 32

/**
 * The closed flows, in the order of their closing, each as its row of the flow table, with numbers of `hosts` for its
 * addresses. What does not fit in memory is kept in a temporary file, which close() removes.
 */
export class FlowLog {
  /** Rows appended so far. */
  count = 0
  readonly hosts = new HostTable()

  #block = new Int32Array(BLOCK_WORDS)
  #doubles = new Float64Array(this.#block.buffer)
  /** Words filled in #block. */
  #filled = 0
  readonly #inMemory: Int32Array[] = []
  #spilled = 0
  #folder: string | undefined
  #file = -1

  append(table: FlowTable, flow: number): void {
    const block = this.#block
    const at = this.#filled
    const row = hotRow(flow)
    const coldAt = coldRow(flow) + HOT_WORDS
    for (let word = 0; word < HOT_WORDS; word += 1) block[at + word] = table.hot[row + word]!
    for (let word = 0; word < COLD_WORDS; word += 1) block[at + HOT_WORDS + word] = table.cold[coldAt + word]!
    addPending(block, this.#doubles, at, LOW)
    addPending(block, this.#doubles, at, HIGH)
    const low = this.#host(block, at, ADDRESS_FRONTS, LOW_ADDRESS)
    block[at + HIGH_HOST] = this.#host(block, at, ADDRESS_FRONTS + 3, HIGH_ADDRESS)
    block[at + LOW_HOST] = low
    this.#filled = at + ROW_WORDS
    this.count += 1
    if (this.#filled === BLOCK_WORDS) this.#putAway()
  }

  /** Visits all rows as (rows, doubles, row), in order. The arrays are reused: nothing of them may be kept. */
  forEach(visit: (rows: Int32Array, doubles: Float64Array, row: number) => void): void {
    for (const block of this.#inMemory) visitBlock(block, BLOCK_WORDS, visit)
    const buffer = new Int32Array(this.#spilled > 0 ? BLOCK_WORDS : 0)
    for (let index = 0; index < this.#spilled; index += 1) {
      readSync(this.#file, new Uint8Array(buffer.buffer), 0, BLOCK_BYTES, index * BLOCK_BYTES)
      visitBlock(buffer, BLOCK_WORDS, visit)
    }
    visitBlock(this.#block, this.#filled, visit)
  }

  close(): void {
    if (this.#folder === undefined) return
    closeSync(this.#file)
    rmSync(this.#folder, { recursive: true, force: true })
    this.#folder = undefined
  }

  #host(rows: Int32Array, row: number, front: number, address: number): number {
    const at = row + front
    return this.hosts.numberOf(
      rows[row + PROTOCOL]! >> 8,
      rows[at]!,
      rows[at + 1]!,
      rows[at + 2]!,
      rows[row + address]!,
    )
  }

  #putAway(): void {
    this.#filled = 0
    if (this.#inMemory.length < BLOCKS_IN_MEMORY) {
      this.#inMemory.push(this.#block)
      this.#block = new Int32Array(BLOCK_WORDS)
      this.#doubles = new Float64Array(this.#block.buffer)
      return
    }
    if (this.#folder === undefined) {
      this.#folder = mkdtempSync(join(tmpdir(), 'portolan-'))
      this.#file = openSync(join(this.#folder, 'flows'), 'w+')
    }
    writeSync(this.#file, new Uint8Array(this.#block.buffer), 0, BLOCK_BYTES, this.#spilled * BLOCK_BYTES)
    this.#spilled += 1
  }
}

function addPending(block: Int32Array, doubles: Float64Array, row: number, side: number): void {
  doubles[((row + BYTES_F64) >> 1) + side]! += block[row + PENDING_BYTES + side]! >>> 0
  doubles[((row + IP_BYTES_F64) >> 1) + side]! += block[row + PENDING_IP_BYTES + side]! >>> 0
  block[row + PENDING_BYTES + side] = 0
  block[row + PENDING_IP_BYTES + side] = 0
}

function visitBlock(
  block: Int32Array,
  words: number,
  visit: (rows: Int32Array, doubles: Float64Array, row: number) => void,
): void {
  const doubles = new Float64Array(block.buffer)
  for (let row = 0; row < words; row += ROW_WORDS) visit(block, doubles, row)
}
