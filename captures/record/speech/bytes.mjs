/** Small builders for the binary protocols below. */

export function hex(text) {
  return Buffer.from(text.replaceAll(' ', ''), 'hex')
}

export function u16(value) {
  return Buffer.from([value >> 8, value & 255])
}

export function u32(value) {
  return Buffer.from([value >>> 24, (value >> 16) & 255, (value >> 8) & 255, value & 255])
}

/** The bytes with their length in front, in two or four bytes. */
export function framed2(bytes) {
  return Buffer.concat([u16(bytes.length), bytes])
}

export function framed4(bytes) {
  return Buffer.concat([u32(bytes.length), bytes])
}

/** An ASN.1 DER element. */
export function der(tag, ...contents) {
  const content = Buffer.concat(contents)
  const { length } = content
  const head =
    length < 128 ? [tag, length] : length < 256 ? [tag, 0x81, length] : [tag, 0x82, length >> 8, length & 255]
  return Buffer.concat([Buffer.from(head), content])
}
