import { readdirSync, readFileSync } from 'node:fs'

const FOLDER = new URL('../fuzz/seeds/readers/', import.meta.url)

/** Captures that are kept as hexadecimal digits, by name. */
export function readerSeed(name: string): Uint8Array {
  const digits = readFileSync(new URL(`${name}.hex`, FOLDER), 'latin1').replaceAll('\n', '')
  return Uint8Array.from(Buffer.from(digits, 'hex'))
}

export function readerSeeds(): readonly (readonly [name: string, bytes: Uint8Array])[] {
  const names = readdirSync(FOLDER).map((file) => file.replace(/\.hex$/, ''))
  return names.sort().map((name) => [name, readerSeed(name)])
}
