import { closeSync, existsSync, openSync, readFileSync, readSync } from 'node:fs'
import { join } from 'node:path'
import { type Format, generate, INVENTORY_NAME, type Kind } from './generate.ts'
import type { Size } from './traffic/plan.ts'

const SEED = 1
const CHUNK = 2 ** 20

export interface Wanted {
  readonly kind: Kind
  readonly packets: number
  readonly format?: Format
  /** What is given here is not proportional to `packets`. */
  readonly size?: Partial<Omit<Size, 'packets'>>
}

/** A generated capture, which is in the file cache. */
export interface Made {
  readonly path: string
  readonly inventory: string
  readonly packets: number
  readonly connections: number
  readonly conversations: number
  /** The most connections that were open at the same time. */
  readonly atOnce: number
}

/** The capture in the folder, where it is kept once it was generated. */
export async function captureIn(folder: string, wanted: Wanted): Promise<Made> {
  const { kind, packets, format = 'pcap', size = {} } = wanted
  const path = join(folder, `${nameOf(wanted)}.${format}`)
  // The side file is written last.
  if (!existsSync(`${path}.json`) || !existsSync(path)) {
    await generate({ kind, packets, seed: SEED, format, path, size })
  }
  warm(path)
  const holds = JSON.parse(readFileSync(`${path}.json`, 'utf8')) as Readonly<Record<string, number>>
  return {
    path,
    inventory: join(folder, INVENTORY_NAME),
    packets,
    connections: holds['connections'] ?? 0,
    conversations: holds['conversations'] ?? 0,
    atOnce: holds['at_once'] ?? 0,
  }
}

function nameOf({ kind, packets, size = {} }: Wanted): string {
  const parts = [
    ['of', size.connections],
    ['at-once', size.atOnce],
    ['clients', size.clients],
  ] as const
  return [kind, packets, ...parts.flatMap(([word, count]) => (count === undefined ? [] : [word, count]))].join('-')
}

/** Reads the file once, so that every run finds it in the file cache. */
function warm(path: string): void {
  const bytes = new Uint8Array(CHUNK)
  const file = openSync(path, 'r')
  try {
    while (readSync(file, bytes) > 0);
  } finally {
    closeSync(file)
  }
}
