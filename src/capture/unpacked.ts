import { type ByteSource, gunzipSource } from './byte-source.ts'
import type { ByteWindow } from './byte-window.ts'
import { isZstdMagic, zstdSource } from './zstd.ts'

const GZIP_MAGIC = 0x1f8b

/** Whether a file that begins so, read big-endian, is longer than it is large. */
export function isCompressed(magic: number): boolean {
  return magic >>> 16 === GZIP_MAGIC || isZstdMagic(magic)
}

/** What a window that has been filled holds, decompressed; undefined where it is not compressed. */
export function unpackedSource(window: ByteWindow): ByteSource | undefined {
  const count = window.end - window.start
  if (count > 2 && window.view.getUint16(window.start) === GZIP_MAGIC) return gunzipSource(restOf(window))
  if (count > 3 && isZstdMagic(window.view.getUint32(window.start))) return zstdSource(window)
  return undefined
}

/** The source of a window from its beginning: what the window already holds, then the rest. */
function restOf(window: ByteWindow): ByteSource {
  return {
    async read(target) {
      if (!(await window.fill(1))) {
        if (window.failure) throw window.failure
        return 0
      }
      const count = Math.min(target.byteLength, window.end - window.start)
      target.set(new Uint8Array(window.view.buffer, window.start, count))
      window.start += count
      return count
    },
    close: () => window.close(),
  }
}
