/** A text whose lines end in a line feed, whatever they ended in, without a byte order mark; or why it is no text. */
type Decoded = { readonly text: string } | { readonly fault: string }

type Unicode = 'utf-8' | 'utf-16le' | 'utf-16be'

/** How many bytes are looked at to tell UTF-16 without a byte order mark from UTF-8. */
const SNIFFED_BYTES = 4096

/** So large a share of the sniffed bytes is zero at least in UTF-16; a stray zero byte does not make a text UTF-16. */
const LEAST_ZEROS = 1 / 32

const REPLACEMENT = '\ufffd'

/** Decodes UTF-8 and UTF-16, both with or without a byte order mark. A byte that belongs to neither is a fault. */
export function decodeUnicode(bytes: Uint8Array): Decoded {
  const encoding = unicodeOf(bytes)
  const start = markLength(bytes, encoding)
  const text = new TextDecoder(encoding, { ignoreBOM: true }).decode(bytes.subarray(start))
  const invalid = invalidOffset(text, bytes, start, encoding)
  if (invalid === undefined) return plainText(text)
  const byte = bytes[invalid] ?? 0
  return { fault: `byte 0x${byte.toString(16).padStart(2, '0')} at offset ${invalid} is not ${encoding.toUpperCase()}` }
}

/**
 * Decodes what Korean programs write without Unicode. Node 20 knows EUC-KR only: the rarer syllables that code page
 * 949 adds to it come out as control characters, and are a fault.
 */
export function decodeKorean(bytes: Uint8Array): Decoded {
  try {
    return plainText(new TextDecoder('euc-kr', { fatal: true }).decode(bytes))
  } catch {
    return { fault: 'it is not EUC-KR' }
  }
}

/**
 * Decodes text whose code page is not known and of which only the ASCII part matters: any other byte becomes some
 * character above ASCII. Bytes below 0x40 are ASCII in every Windows code page, so that quotes, separators and digits
 * are never part of another character.
 */
export function decodeAscii(bytes: Uint8Array): Decoded {
  return plainText(new TextDecoder('latin1').decode(bytes).replace(/[\x80-\x9f]/g, REPLACEMENT))
}

/** Encodes a text as the bytes were that it was decoded from: their encoding, byte order mark and first line end. */
export function encodeLike(text: string, bytes: Uint8Array): Uint8Array {
  const encoding = unicodeOf(bytes)
  const mark = markLength(bytes, encoding) > 0 ? '\ufeff' : ''
  const decoded = new TextDecoder(encoding).decode(bytes)
  const lineEnd = /\r\n?|\n/.exec(decoded)?.[0] ?? '\n'
  const whole = mark + text.replaceAll('\n', lineEnd)
  if (encoding === 'utf-8') return Buffer.from(whole)
  const units = Buffer.from(whole, 'utf16le')
  return encoding === 'utf-16le' ? units : units.swap16()
}

function unicodeOf(bytes: Uint8Array): Unicode {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le'
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be'
  return unicodeByZeros(bytes.subarray(0, SNIFFED_BYTES))
}

/**
 * Keys, addresses and roles are ASCII, whose upper byte in UTF-16 is zero: the first or the second of each pair.
 * Lower bytes are zero too in some characters (U+AC00 is a common Korean one), but in few.
 */
function unicodeByZeros(bytes: Uint8Array): Unicode {
  const zeros = [0, 0]
  bytes.forEach((byte, index) => {
    if (byte === 0) zeros[index % 2] = (zeros[index % 2] ?? 0) + 1
  })
  const [even = 0, odd = 0] = zeros
  if (even + odd < bytes.length * LEAST_ZEROS) return 'utf-8'
  if (even > 4 * odd) return 'utf-16be'
  if (odd > 4 * even) return 'utf-16le'
  return 'utf-8'
}

function markLength(bytes: Uint8Array, encoding: Unicode): number {
  if (encoding === 'utf-8') return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0
  const mark = encoding === 'utf-16le' ? [0xff, 0xfe] : [0xfe, 0xff]
  return bytes[0] === mark[0] && bytes[1] === mark[1] ? 2 : 0
}

/**
 * Where the first byte stands that could not be decoded. The decoder wrote a replacement character for it; one that
 * the file itself holds is told apart by its bytes.
 */
function invalidOffset(text: string, bytes: Uint8Array, start: number, encoding: Unicode): number | undefined {
  const own = encoding === 'utf-8' ? [0xef, 0xbf, 0xbd] : encoding === 'utf-16le' ? [0xfd, 0xff] : [0xff, 0xfd]
  let offset = start
  let counted = 0
  for (let at = text.indexOf(REPLACEMENT); at >= 0; at = text.indexOf(REPLACEMENT, at + 1)) {
    const passed = text.slice(counted, at)
    offset += encoding === 'utf-8' ? Buffer.byteLength(passed) : 2 * passed.length
    counted = at
    if (own.some((byte, index) => bytes[offset + index] !== byte)) return offset
  }
  return undefined
}

/** A control character says that the bytes are something else than text: a capture, a workbook, an archive. */
function plainText(decoded: string): Decoded {
  const text = decoded.replace(/\r\n?/g, '\n')
  const control = /(?![\t\n])\p{Cc}/u.exec(text)
  if (control === null) return { text }
  const code = control[0].charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')
  return { fault: `it holds the control character U+${code}` }
}
