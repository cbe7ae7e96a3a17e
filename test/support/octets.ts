/** What a builder takes as bytes. */
export type Octets = Uint8Array | readonly number[]

export function join(...parts: readonly Octets[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

/** Writes numbers of one byte order. */
export interface Writer {
  u16(...values: readonly number[]): Uint8Array
  u32(...values: readonly number[]): Uint8Array
  i64(value: bigint): Uint8Array
}

export function writer(littleEndian: boolean): Writer {
  return {
    u16: (...values) => each(values, 2, (view, at, value) => view.setUint16(at, value, littleEndian)),
    u32: (...values) => each(values, 4, (view, at, value) => view.setUint32(at, value, littleEndian)),
    i64: (value) => {
      const view = new DataView(new ArrayBuffer(8))
      view.setBigInt64(0, value, littleEndian)
      return new Uint8Array(view.buffer)
    },
  }
}

/** Network byte order. */
export const { u16, u32 } = writer(false)

function each(
  values: readonly number[],
  width: number,
  set: (view: DataView, at: number, value: number) => void,
): Uint8Array {
  const view = new DataView(new ArrayBuffer(values.length * width))
  for (const [index, value] of values.entries()) set(view, index * width, value)
  return new Uint8Array(view.buffer)
}

/** `length` bytes that differ from their neighbours. */
export function filler(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => (index * 7 + 1) & 0xff)
}

export function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}

/** `bytes` with those at `at` replaced. */
export function patched(bytes: Uint8Array, at: number, by: Octets): Uint8Array {
  const copy = bytes.slice()
  copy.set(by, at)
  return copy
}
