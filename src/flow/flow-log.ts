import { ByteStrings } from './byte-strings.ts'
import type { FoldedAttempts } from './flood-sums.ts'
import { HIGH, LOW } from './flow-key.ts'
import { coldRow, type FlowTable, hotRow } from './flow-table.ts'
import { HostTable } from './host-table.ts'
import {
  ADDRESS_FRONTS,
  BYTES_F64,
  CERTIFICATES,
  CLAIM,
  HIGH_ADDRESS,
  HIGH_HOST,
  HOT_WORDS,
  ICMP_ERROR,
  ICMP_SENDER,
  IP_BYTES_F64,
  LOW_ADDRESS,
  LOW_HOST,
  PENDING_BYTES,
  PENDING_IP_BYTES,
  PROTOCOL,
  ROW_WORDS,
  WORDS_BEFORE_RARE,
} from './row.ts'
import { closeSpill, createSpill, readSpill, type Spill, writeSpill } from './spill-file.ts'

const ROWS_IN_BLOCK = 4096
const BLOCK_WORDS = ROWS_IN_BLOCK * ROW_WORDS
const BLOCK_BYTES = BLOCK_WORDS * 4
/**
 * Closed flows beyond this many blocks (5.5 MB) go to a temporary file, so that memory follows the open flows. While
 * the system has room to hold that file as well, 20 more blocks in it take 10 ms.
 */
const BLOCKS_IN_MEMORY = 8
/** Rows of a temporary file that are read at once when single ones are asked for; a block is a multiple of it. */
const ROWS_IN_READING = 16
const NOTHING_READ = -1

/** Rows in memory: the first `words` of them are filled. */
interface Block {
  readonly rows: Int32Array
  readonly words: number
}

/** A temporary file with whole blocks of rows. */
interface SpillFile extends Spill {
  blocks: number
  /** For a file that another thread wrote: this log's numbers, by that thread's. */
  readonly numbers?: Numbers | undefined
  /** Another log closes it. */
  readonly isLent?: boolean
}

/** This log's numbers by those of another one. */
interface Numbers {
  readonly hosts: Int32Array
  readonly texts: Int32Array
  readonly certificates: Int32Array
}

/** A log as one thread hands it to another. */
export interface FlowLogState {
  readonly count: number
  readonly blocks: readonly Block[]
  readonly spill: (Spill & { readonly blocks: number }) | undefined
  readonly limited: number
  readonly closedEarly: number
  readonly folded: readonly FoldedAttempts[]
  readonly attemptsFolded: number
  readonly attemptsLeftOut: number
  readonly hosts: Int32Array
  readonly texts: readonly Uint8Array[]
  readonly certificates: readonly Uint8Array[]
  readonly answers: readonly number[]
}

/** More than the limits of presented.ts let in: each of them takes a byte or more. */
const ANSWER_TEXTS = 2 ** 24

/**
 * The closed flows, in the order of their closing, each as a row of the words that row.ts says are logged, with numbers
 * of `hosts` for its addresses. What does not fit in memory is kept in a temporary file, which close() removes.
 */
export class FlowLog {
  /** Rows appended so far. */
  count = 0
  readonly hosts = new HostTable()
  /** How often a limit kept payload from being looked at, or a name, certificate or answer from being kept. */
  limited = 0
  /** Flows that were closed while they were not over, because their shard had too many. */
  closedEarly = 0
  /** Attempts that are not among the rows: added up here, or left out; flood.ts. */
  readonly folded: FoldedAttempts[] = []
  attemptsFolded = 0
  attemptsLeftOut = 0
  /**
   * Names that originators asked for, and that name servers gave addresses to; lower case, in the bytes of the wire.
   */
  readonly texts = new ByteStrings()
  /** Leaf certificates, DER. */
  readonly certificates = new ByteStrings()
  /** Host and text in one whole number, and the answer's number. */
  readonly #answers = new Map<number, number>()

  #block = new Int32Array(BLOCK_WORDS)
  #doubles = new Float64Array(this.#block.buffer)
  /** Words filled in #block. */
  #filled = 0
  readonly #inMemory: Block[] = []
  #spill: SpillFile | undefined
  /** Files of other logs. */
  readonly #absorbed: SpillFile[] = []
  /** Rows that copyRow() has read, and the place of the first of them. */
  #reading = new Int32Array(0)
  #readFrom = NOTHING_READ

  append(table: FlowTable, flow: number): void {
    const block = this.#block
    const at = this.#filled
    const row = hotRow(flow)
    const coldAt = coldRow(flow)
    const rareAt = table.rareRow(flow)
    for (let word = 0; word < HOT_WORDS; word += 1) block[at + word] = table.hot[row + word]!
    for (let word = HOT_WORDS; word < WORDS_BEFORE_RARE; word += 1) block[at + word] = table.cold[coldAt + word]!
    for (let word = WORDS_BEFORE_RARE; word < ROW_WORDS; word += 1) block[at + word] = table.rare.words[rareAt + word]!
    addPending(block, this.#doubles, at, LOW)
    addPending(block, this.#doubles, at, HIGH)
    block[at + LOW_HOST] = this.#host(table, flow, ADDRESS_FRONTS, LOW_ADDRESS)
    block[at + HIGH_HOST] = this.#host(table, flow, ADDRESS_FRONTS + 3, HIGH_ADDRESS)
    this.#filled = at + ROW_WORDS
    this.count += 1
    if (this.#filled === BLOCK_WORDS) this.#putAway()
  }

  /** All flows, also those that are not among the rows. */
  get flows(): number {
    return this.count + this.attemptsFolded + this.attemptsLeftOut
  }

  /** Answers of name servers: this text is a name of this host. */
  get answers(): number {
    return this.#answers.size
  }

  /** The number of an answer, from 1 on; 0 for one that is not here. */
  answerNumber(host: number, text: number): number {
    return this.#answers.get(host * ANSWER_TEXTS + text) ?? 0
  }

  addAnswer(host: number, text: number): void {
    const answer = host * ANSWER_TEXTS + text
    if (!this.#answers.has(answer)) this.#answers.set(answer, this.#answers.size + 1)
  }

  /** Calls `visit` with the host and the text of every answer. */
  forEachAnswer(visit: (host: number, text: number) => void): void {
    for (const answer of this.#answers.keys()) visit(Math.floor(answer / ANSWER_TEXTS), answer % ANSWER_TEXTS)
  }

  /** Visits all rows, in the order of their places. The arrays are reused: nothing of them may be kept. */
  forEach(visit: RowVisitor): void {
    let place = 0
    const visitNext = (block: Block) => {
      visitBlock(block, place, visit)
      place += ROWS_IN_BLOCK
    }
    for (const block of this.#inMemory) visitNext(block)
    const files = this.#files
    const rows = new Int32Array(files.length > 0 ? BLOCK_WORDS : 0)
    for (const { file, blocks, numbers } of files) {
      for (let index = 0; index < blocks; index += 1) {
        readSpill(file, new Uint8Array(rows.buffer), index * BLOCK_BYTES)
        if (numbers) renumber(rows, BLOCK_WORDS, numbers)
        visitNext({ rows, words: BLOCK_WORDS })
      }
    }
    visitNext({ rows: this.#block, words: this.#filled })
  }

  /**
   * Copies the row at a place of forEach() to `into` from `at` on. Fastest in the order of places; nothing may be
   * appended between forEach() and this.
   */
  copyRow(place: number, into: Int32Array, at: number): void {
    const row = (place % ROWS_IN_BLOCK) * ROW_WORDS
    let block = Math.floor(place / ROWS_IN_BLOCK)
    const inMemory = this.#inMemory[block]
    if (inMemory !== undefined) {
      copyRow(inMemory.rows, row, into, at)
      return
    }
    block -= this.#inMemory.length
    for (const file of this.#files) {
      if (block < file.blocks) {
        this.#read(file, block, place)
        copyRow(this.#reading, (place % ROWS_IN_READING) * ROW_WORDS, into, at)
        return
      }
      block -= file.blocks
    }
    copyRow(this.#block, row, into, at)
  }

  /** Reads the rows around a place that stands in this block of the file. */
  #read({ file, numbers }: SpillFile, block: number, place: number): void {
    const first = place - (place % ROWS_IN_READING)
    if (this.#readFrom === first) return
    if (this.#reading.length === 0) this.#reading = new Int32Array(ROWS_IN_READING * ROW_WORDS)
    const rows = this.#reading
    readSpill(file, new Uint8Array(rows.buffer), (block * ROWS_IN_BLOCK + (first % ROWS_IN_BLOCK)) * ROW_WORDS * 4)
    if (numbers) renumber(rows, rows.length, numbers)
    this.#readFrom = first
  }

  /** Everything there is of this log, to be handed to another thread. The temporary file goes with it, still open. */
  state(): FlowLogState {
    const spill = this.#spill
    this.#spill = undefined
    const blocks = [...this.#inMemory, { rows: this.#block, words: this.#filled }]
    return {
      count: this.count,
      blocks,
      spill,
      limited: this.limited,
      closedEarly: this.closedEarly,
      folded: this.folded.map(({ width, count, keys, values }) => ({ width, count, keys, values })),
      attemptsFolded: this.attemptsFolded,
      attemptsLeftOut: this.attemptsLeftOut,
      hosts: this.hosts.addresses(),
      texts: this.texts.all(),
      certificates: this.certificates.all(),
      answers: [...this.#answers.keys()],
    }
  }

  /** Takes the rows of another thread's log over. */
  absorb({ count, blocks, spill, hosts, texts, certificates, answers, ...theirs }: FlowLogState): void {
    const numbers: Numbers = {
      hosts: this.hosts.numbersOf(hosts),
      texts: this.texts.numbersOf(texts),
      certificates: this.certificates.numbersOf(certificates),
    }
    for (const block of blocks) {
      renumber(block.rows, block.words, numbers)
      this.#inMemory.push(block)
    }
    if (spill) this.#absorbed.push({ ...spill, numbers })
    for (const answer of answers) {
      const host = numbers.hosts[Math.floor(answer / ANSWER_TEXTS)]!
      this.addAnswer(host, numbers.texts[answer % ANSWER_TEXTS]!)
    }
    this.count += count
    this.limited += theirs.limited
    this.closedEarly += theirs.closedEarly
    this.folded.push(...theirs.folded)
    this.attemptsFolded += theirs.attemptsFolded
    this.attemptsLeftOut += theirs.attemptsLeftOut
  }

  /**
   * A log that begins with all that stands in this one, but for folded attempts, and goes on by itself. Until it is
   * closed, nothing may be appended to this one.
   */
  branch(): FlowLog {
    const branch = new FlowLog()
    branch.count = this.count
    branch.limited = this.limited
    branch.closedEarly = this.closedEarly
    branch.attemptsFolded = this.attemptsFolded
    branch.attemptsLeftOut = this.attemptsLeftOut
    // Met in the same order, everything gets the same numbers.
    branch.hosts.numbersOf(this.hosts.addresses())
    branch.texts.numbersOf(this.texts.all())
    branch.certificates.numbersOf(this.certificates.all())
    for (const [answer, number] of this.#answers) branch.#answers.set(answer, number)
    branch.#inMemory.push(...this.#inMemory, { rows: this.#block, words: this.#filled })
    branch.#absorbed.push(...this.#files.map((file) => ({ ...file, isLent: true })))
    return branch
  }

  close(): void {
    for (const file of this.#files) if (!file.isLent) closeSpill(file)
    this.#spill = undefined
    this.#absorbed.length = 0
  }

  get #files(): readonly SpillFile[] {
    return this.#spill ? [this.#spill, ...this.#absorbed] : this.#absorbed
  }

  #host({ hot, cold }: FlowTable, flow: number, front: number, last: number): number {
    const row = hotRow(flow)
    const at = coldRow(flow) + front
    return this.hosts.numberOf(hot[row + PROTOCOL]! >> 8, cold[at]!, cold[at + 1]!, cold[at + 2]!, hot[row + last]!)
  }

  #putAway(): void {
    this.#filled = 0
    if (this.#inMemory.length < BLOCKS_IN_MEMORY) {
      this.#inMemory.push({ rows: this.#block, words: BLOCK_WORDS })
      this.#block = new Int32Array(BLOCK_WORDS)
      this.#doubles = new Float64Array(this.#block.buffer)
      return
    }
    this.#spill ??= { ...createSpill(), blocks: 0 }
    const { file, blocks } = this.#spill
    writeSpill(file, new Uint8Array(this.#block.buffer), blocks * BLOCK_BYTES)
    this.#spill.blocks += 1
  }
}

/** `place` is a number that copyRow() finds the row by; places ascend, and not all whole numbers are one. */
export type RowVisitor = (rows: Int32Array, doubles: Float64Array, row: number, place: number) => void

function renumber(rows: Int32Array, words: number, { hosts, texts, certificates }: Numbers): void {
  for (let row = 0; row < words; row += ROW_WORDS) {
    rows[row + LOW_HOST] = hosts[rows[row + LOW_HOST]!]!
    rows[row + HIGH_HOST] = hosts[rows[row + HIGH_HOST]!]!
    if (rows[row + ICMP_ERROR] !== 0) rows[row + ICMP_SENDER] = hosts[rows[row + ICMP_SENDER]!]!
    rows[row + CLAIM] = texts[rows[row + CLAIM]!]!
    rows[row + CERTIFICATES] = certificates[rows[row + CERTIFICATES]!]!
    rows[row + CERTIFICATES + 1] = certificates[rows[row + CERTIFICATES + 1]!]!
  }
}

function addPending(block: Int32Array, doubles: Float64Array, row: number, side: number): void {
  doubles[((row + BYTES_F64) >> 1) + side]! += block[row + PENDING_BYTES + side]! >>> 0
  doubles[((row + IP_BYTES_F64) >> 1) + side]! += block[row + PENDING_IP_BYTES + side]! >>> 0
  block[row + PENDING_BYTES + side] = 0
  block[row + PENDING_IP_BYTES + side] = 0
}

function visitBlock({ rows, words }: Block, firstPlace: number, visit: RowVisitor): void {
  const doubles = new Float64Array(rows.buffer)
  let place = firstPlace
  for (let row = 0; row < words; row += ROW_WORDS) {
    visit(rows, doubles, row, place)
    place += 1
  }
}

function copyRow(rows: Int32Array, row: number, into: Int32Array, at: number): void {
  for (let word = 0; word < ROW_WORDS; word += 1) into[at + word] = rows[row + word]!
}
