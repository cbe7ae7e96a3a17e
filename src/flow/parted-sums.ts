import { StoredRows } from './stored-rows.ts'
import { hashOfWords, Sums } from './sums.ts'

/** Entries whose sums are in memory at once; with those of a conversation 65 MB. */
export const MOST_SUMS = 262_144
/** 65,536 parts: beyond, parts become larger. */
const MOST_PART_BITS = 16

/**
 * Sums, of which only so many are in memory at once. Where there come to be more, they are added up in parts, by a hash
 * of their key: everything is offered once for each part, and the sums of a complete part go to a temporary file. What
 * is offered outside of its part's turn is left out.
 */
export class PartedSums {
  /** The key that place() and find() are asked about: the caller fills it. */
  readonly asked: Int32Array<ArrayBuffer>
  readonly #keyWords: number
  readonly #sumWidth: number
  readonly #limit: number
  /** The part that is being added up. */
  #sums: Sums
  #turn = 0
  #partBits = 0
  /** Complete parts, without their sums; and by part the number of its first entry. */
  readonly #parts: Sums[] = []
  readonly #firsts: number[] = []
  #stored: StoredRows | undefined
  /** A stored entry: its sums, and behind them the words of its key; and these by themselves. */
  readonly #storedRow: Float64Array
  readonly #storedKey: Int32Array

  /** Where turnTo() has found an entry: its sums in `row` from `at` on, its key in `keys` from `keyAt` on. */
  row: Float64Array
  at = 0
  keys: Int32Array
  keyAt = 0

  constructor(keyWords: number, sumWidth: number, limit = MOST_SUMS) {
    this.asked = new Int32Array(keyWords)
    this.#keyWords = keyWords
    this.#sumWidth = sumWidth
    this.#limit = limit
    this.#sums = new Sums(keyWords, sumWidth, this.asked)
    this.#storedRow = new Float64Array(sumWidth + keyWords)
    this.#storedKey = new Int32Array(keyWords)
    this.row = this.#storedRow
    this.keys = this.#storedKey
  }

  /** Entries that are complete, and those of the part that is being added up. */
  get count(): number {
    return (this.#stored?.count ?? 0) + this.#sums.count
  }

  /** Where the sums of place() stand. */
  get values(): Float64Array {
    return this.#sums.values
  }

  /**
   * Where the sums of the asked key begin in `values`; those of a new one are 0. -1 where its part has not its turn.
   */
  place(): number {
    if ((this.#turn !== 0 || this.#partBits !== 0) && !this.isTurn(this.turnOfAsked())) return -1
    const sums = this.#sums
    const found = sums.find()
    if (found >= 0) return found * this.#sumWidth
    if (sums.count >= this.#limit && this.#turn === 0 && this.#partBits < MOST_PART_BITS) {
      this.#split()
      return this.place()
    }
    return sums.add() * this.#sumWidth
  }

  /** The same for a key that is known to be new, and that will not be looked for: such sums need no second turn. */
  placeOfNew(): number {
    if (this.#sums.count >= this.#limit) {
      this.#store()
      this.#sums = new Sums(this.#keyWords, this.#sumWidth, this.asked)
    }
    return this.#sums.add() * this.#sumWidth
  }

  /** To be called when everything was offered. Whether there is another part, so that it has to be offered again. */
  nextPart(): boolean {
    const parts = 1 << this.#partBits
    if (this.#turn < parts) {
      if (parts > 1) this.#putAway()
      this.#turn += 1
    }
    return this.#turn < parts
  }

  /** What tells when the asked key has its turn. */
  turnOfAsked(): number {
    return turnOf(this.asked, 0, this.#keyWords)
  }

  /** Whether the part that is being added up is that of turnOfAsked(). */
  isTurn(turn: number): boolean {
    return turn >>> (MOST_PART_BITS - this.#partBits) === this.#turn
  }

  /** The number of the asked key's entry, or -1. To be called when all parts are complete. */
  find(): number {
    const part = this.#partBits === 0 ? 0 : this.turnOfAsked() >>> (MOST_PART_BITS - this.#partBits)
    const sums = this.#parts[part] ?? this.#sums
    const entry = sums.find()
    return entry < 0 ? -1 : (this.#firsts[part] ?? 0) + entry
  }

  /** Finds an entry; see `row`. What was found stays until the next call, or until something is added. */
  turnTo(number: number): void {
    const stored = this.#stored
    if (stored !== undefined && number < stored.count) {
      this.#turnToStored(stored, number)
      return
    }
    const entry = number - (stored?.count ?? 0)
    this.row = this.#sums.values
    this.at = entry * this.#sumWidth
    this.keys = this.#sums.keys
    this.keyAt = entry * this.#keyWords
  }

  close(): void {
    this.#stored?.close()
    this.#stored = undefined
  }

  /** Twice as many parts: what does not belong to the first one any more waits for its turn. */
  #split(): void {
    this.#partBits += 1
    const { keys } = this.#sums
    const words = this.#keyWords
    this.#sums.retain((entry) => this.isTurn(turnOf(keys, entry * words, words)))
  }

  #putAway(): void {
    this.#firsts.push(this.#stored?.count ?? 0)
    this.#store()
    this.#sums.dropValues()
    this.#parts.push(this.#sums)
    this.#sums = new Sums(this.#keyWords, this.#sumWidth, this.asked)
  }

  #store(): void {
    this.#stored ??= new StoredRows(this.#storedRow.length)
    const { count, keys, values } = this.#sums
    const [width, words] = [this.#sumWidth, this.#keyWords]
    const row = this.#storedRow
    for (let entry = 0; entry < count; entry += 1) {
      for (let place = 0; place < width; place += 1) row[place] = values[entry * width + place]!
      for (let word = 0; word < words; word += 1) row[width + word] = keys[entry * words + word]!
      this.#stored.append(row)
    }
  }

  #turnToStored(stored: StoredRows, number: number): void {
    stored.read(number, this.#storedRow)
    for (let word = 0; word < this.#keyWords; word += 1) this.#storedKey[word] = this.#storedRow[this.#sumWidth + word]!
    this.row = this.#storedRow
    this.at = 0
    this.keys = this.#storedKey
    this.keyAt = 0
  }
}

/** The upper bits are the number of a key's part, of however many parts there are. */
function turnOf(words: Int32Array, at: number, count: number): number {
  return hashOfWords(words, at, count, 1) >>> (32 - MOST_PART_BITS)
}
