import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { HostTable } from './host-table.ts'
import { ADDRESS_FRONTS, HIGH_ADDRESS, HIGH_HOST, LOW_ADDRESS, LOW_HOST, PROTOCOL, ROW_WORDS } from './row.ts'

const ROWS_IN_BLOCK = 4096
const BLOCK_WORDS = ROWS_IN_BLOCK * ROW_WORDS
const BLOCK_BYTES = BLOCK_WORDS * 4
/** Closed flows beyond this many blocks (23 MB) go to a temporary file, so that memory follows the open flows. */
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
  /** Words filled in #block. */
  #filled = 0
  readonly #inMemory: Int32Array[] = []
  #spilled = 0
  #folder: string | undefined
  #file = -1

  append(rows: Int32Array, row: number): void {
    const block = this.#block
    const at = this.#filled
    for (let word = 0; word < ROW_WORDS; word += 1) block[at + word] = rows[row + word]!
    block[at + LOW_HOST] = this.#host(rows, row, ADDRESS_FRONTS, LOW_ADDRESS)
    block[at + HIGH_HOST] = this.#host(rows, row, ADDRESS_FRONTS + 3, HIGH_ADDRESS)
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

function visitBlock(
  block: Int32Array,
  words: number,
  visit: (rows: Int32Array, doubles: Float64Array, row: number) => void,
): void {
  const doubles = new Float64Array(block.buffer)
  for (let row = 0; row < words; row += ROW_WORDS) visit(block, doubles, row)
}
