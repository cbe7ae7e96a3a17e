import type { ByteSource } from './byte-source.ts'
import type { ByteWindow } from './byte-window.ts'

// Frames and blocks, RFC 8878 section 3.1.
const ZSTD_MAGIC = 0x28b52ffd
/** Sixteen magics, told apart by their first four bits, mark frames that are passed over. */
const SKIPPABLE_MAGIC = 0x502a4d18
const SKIPPABLE_MASK = 0xf0ffffff
const SKIPPABLE_HEADER = 8
const DESCRIPTOR = 4
const BLOCK_HEADER = 3
const RUN_LENGTH_BLOCK = 1
const RESERVED_BLOCK = 3
const LARGEST_BLOCK = 128 * 1024
const CHECKSUM = 4

/**
 * The most that a frame may want to look back, and with it the memory that decompressing takes. It is what `zstd -d`
 * accepts without being told to take more.
 */
const LARGEST_WINDOW = 128 * 1024 * 1024

/**
 * The library does not give back what a damaged stream held. When this much is lost in one thread, later zstd captures
 * are refused.
 */
const MOST_LOST = 512 * 1024 * 1024
const LOST_BESIDE_WINDOW = 512 * 1024
let lost = 0

const CUT_OFF = 'the zstd data is cut off'
const DAMAGED = 'the zstd data is damaged: it does not decompress to what its checksums say'

/** Whether bytes that begin so, read big-endian, are compressed with zstd. */
export function isZstdMagic(magic: number): boolean {
  return magic === ZSTD_MAGIC || isSkippable(magic)
}

function isSkippable(magic: number): boolean {
  return (magic & SKIPPABLE_MASK) >>> 0 === SKIPPABLE_MAGIC
}

/**
 * Decompresses the zstd frames that stand in a window, one block at a time: what comes before damaged bytes is given
 * out, and what comes slowly is given out as soon as its block is whole. Checksums are verified where a frame has one.
 */
export function zstdSource(window: ByteWindow): ByteSource {
  let decoder: Decoder | undefined
  let frame: Frame | undefined
  let piece: Uint8Array = new Uint8Array(0)

  /** What the next block holds, which can be nothing; undefined behind the last frame. */
  async function nextPiece(): Promise<Uint8Array | undefined> {
    decoder ??= await startDecoder()
    frame ??= await beginFrame(window, decoder)
    if (frame === undefined) {
      decoder.finish()
      return undefined
    }
    const header = await peek(window, BLOCK_HEADER)
    const word = header.getUint16(window.start, true) | (header.getUint8(window.start + 2) << 16)
    const size = word >> 3
    const type = (word >> 1) & 3
    if (size > LARGEST_BLOCK || type === RESERVED_BLOCK) throw new Error(DAMAGED)
    const content = decoder.decode(await take(window, BLOCK_HEADER + (type === RUN_LENGTH_BLOCK ? 1 : size)))
    if ((word & 1) === 1) {
      if (frame.hasChecksum) decoder.decode(await take(window, CHECKSUM))
      frame = undefined
    }
    return content
  }

  return {
    async read(target) {
      while (piece.byteLength === 0) {
        const next = await nextPiece()
        if (next === undefined) return 0
        piece = next
      }
      const taken = piece.subarray(0, target.byteLength)
      target.set(taken)
      piece = piece.subarray(taken.byteLength)
      return taken.byteLength
    },
    async close() {
      decoder?.close()
      await window.close()
    },
  }
}

interface Frame {
  readonly hasChecksum: boolean
}

/** Passes over skippable frames and takes the header of the next other one; undefined at the end. */
async function beginFrame(window: ByteWindow, decoder: Decoder): Promise<Frame | undefined> {
  while (await window.fill(1)) {
    const magic = (await peek(window, DESCRIPTOR)).getUint32(window.start)
    if (!isSkippable(magic)) return takeFrameHeader(window, decoder, magic)
    const length = (await peek(window, SKIPPABLE_HEADER)).getUint32(window.start + 4, true)
    if (!(await window.skip(SKIPPABLE_HEADER + length))) throw window.failure ?? new Error(CUT_OFF)
  }
  if (window.failure) throw window.failure
  return undefined
}

async function takeFrameHeader(window: ByteWindow, decoder: Decoder, magic: number): Promise<Frame> {
  if (magic !== ZSTD_MAGIC) throw new Error('behind the zstd data stands something else')
  const descriptor = (await peek(window, DESCRIPTOR + 1)).getUint8(window.start + DESCRIPTOR)
  if ((descriptor & 3) !== 0) throw new Error('the zstd data needs a dictionary; decompress it first with zstd -d -D')
  const isSingleSegment = (descriptor & 0x20) !== 0
  const sizeFlag = descriptor >> 6
  const sizeLength = sizeFlag === 0 ? Number(isSingleSegment) : 1 << sizeFlag
  const headerLength = DESCRIPTOR + (isSingleSegment ? 1 : 2) + sizeLength
  const view = await peek(window, headerLength)
  const size = isSingleSegment
    ? contentSize(view, window.start + DESCRIPTOR + 1, sizeLength)
    : windowSize(view.getUint8(window.start + DESCRIPTOR + 1))
  if (size > LARGEST_WINDOW) {
    throw new Error(`a zstd frame wants a window of ${size} bytes; the most accepted is ${LARGEST_WINDOW}`)
  }
  decoder.window = Math.max(decoder.window, size)
  decoder.decode(await take(window, headerLength))
  return { hasChecksum: (descriptor & 4) !== 0 }
}

function windowSize(descriptor: number): number {
  const base = 2 ** (10 + (descriptor >> 3))
  return base + (base / 8) * (descriptor & 7)
}

/** A frame of a single segment looks back over all of its content. */
function contentSize(view: DataView, at: number, length: number): number {
  if (length === 1) return view.getUint8(at)
  if (length === 2) return view.getUint16(at, true) + 256
  return length === 4 ? view.getUint32(at, true) : Number(view.getBigUint64(at, true))
}

/** The view of the window once so many bytes stand in it. */
async function peek(window: ByteWindow, count: number): Promise<DataView> {
  if (!(await window.fill(count))) throw window.failure ?? new Error(CUT_OFF)
  return window.view
}

/** So many bytes, valid until the window is filled again. */
async function take(window: ByteWindow, count: number): Promise<Uint8Array> {
  const view = await peek(window, count)
  const bytes = new Uint8Array(view.buffer, view.byteOffset + window.start, count)
  window.start += count
  return bytes
}

interface Decoder {
  /** Of the largest frame so far. */
  window: number
  /** Decompresses a frame's header, one of its blocks, or its checksum. */
  decode(bytes: Uint8Array): Uint8Array
  /** Throws where the last bytes were damaged. */
  finish(): void
  /** Gives back the memory of the library. */
  close(): void
}

/**
 * libzstd as WebAssembly. The library asks for bytes and gives out what they decompress to. It does not say when it
 * fails: it then gives out nothing, and next time does not ask for bytes again. A block never decompresses to more than
 * it gives out at once, so that whoever did not ask has failed.
 */
async function startDecoder(): Promise<Decoder> {
  if (lost > MOST_LOST) throw new Error('too many damaged zstd captures were read; decompress it first with zstd -d')
  const { ZSTDDecoder } = await import('zstddec/stream')
  const library = new ZSTDDecoder()
  await library.init()
  let offered: Uint8Array | undefined
  const ask = (): IteratorResult<Uint8Array> => {
    const value = offered
    offered = undefined
    return value === undefined ? { value, done: true } : { value, done: false }
  }
  const pieces = library.decodeStreaming({ [Symbol.iterator]: () => ({ next: ask }) })
  let hasEnded = false
  const end = () => {
    if (hasEnded) return
    hasEnded = true
    offered = undefined
    const { done } = pieces.next()
    if (done !== true) throw new Error(DAMAGED)
  }
  const decoder: Decoder = {
    window: 0,
    decode(bytes) {
      offered = bytes
      const { value } = pieces.next()
      if (offered !== undefined || value === undefined) throw new Error(DAMAGED)
      return value
    },
    finish: end,
    close() {
      try {
        end()
      } catch (error) {
        if ((error as Error).message === DAMAGED) lost += decoder.window + LOST_BESIDE_WINDOW
      }
    },
  }
  return decoder
}
