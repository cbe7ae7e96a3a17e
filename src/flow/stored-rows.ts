import { closeSpill, createSpill, readSpill, writeSpill } from './spill-file.ts'

const ROWS_IN_BLOCK = 256

/** Rows of doubles in a temporary file, which close() removes. They are read by number, and fastest in their order. */
export class StoredRows {
  count = 0
  readonly #width: number
  readonly #spill = createSpill()
  /** The rows behind the last whole block. */
  readonly #tail: Float64Array
  /** A block that was read, and the number of its first row. */
  readonly #block: Float64Array
  #first = Number.NEGATIVE_INFINITY

  constructor(width: number) {
    this.#width = width
    this.#tail = new Float64Array(ROWS_IN_BLOCK * width)
    this.#block = new Float64Array(ROWS_IN_BLOCK * width)
  }

  append(row: Float64Array): void {
    const place = this.count % ROWS_IN_BLOCK
    this.#tail.set(row, place * this.#width)
    this.count += 1
    if (place + 1 < ROWS_IN_BLOCK) return
    writeSpill(this.#spill.file, bytesOf(this.#tail), this.#positionOf(this.count - ROWS_IN_BLOCK))
  }

  read(number: number, row: Float64Array): void {
    const inTail = number - (this.count - (this.count % ROWS_IN_BLOCK))
    if (inTail >= 0) copyRow(this.#tail, inTail, row)
    else if (number >= this.#first && number < this.#first + ROWS_IN_BLOCK)
      copyRow(this.#block, number - this.#first, row)
    else if (number % ROWS_IN_BLOCK === 0) this.#readBlock(number, row)
    else readSpill(this.#spill.file, bytesOf(row), this.#positionOf(number))
  }

  close(): void {
    closeSpill(this.#spill)
  }

  /** Whoever reads the first row of a block goes on with the others. */
  #readBlock(first: number, row: Float64Array): void {
    readSpill(this.#spill.file, bytesOf(this.#block), this.#positionOf(first))
    this.#first = first
    copyRow(this.#block, 0, row)
  }

  #positionOf(number: number): number {
    return number * this.#width * Float64Array.BYTES_PER_ELEMENT
  }
}

function copyRow(rows: Float64Array, number: number, row: Float64Array): void {
  const at = number * row.length
  for (let place = 0; place < row.length; place += 1) row[place] = rows[at + place]!
}

function bytesOf(doubles: Float64Array): Uint8Array {
  return new Uint8Array(doubles.buffer, doubles.byteOffset, doubles.byteLength)
}
