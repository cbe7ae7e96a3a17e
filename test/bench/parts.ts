import { performance } from 'node:perf_hooks'
import { captureSets } from '../../src/capture/capture-set.ts'
import { openCapture } from '../../src/capture/open.ts'
import type { CaptureReader } from '../../src/capture/reader.ts'
import { createOrigin } from '../../src/capture/time.ts'
import { observe } from '../../src/observe.ts'
import { decodePacket } from '../../src/wire/decode.ts'
import { createPacket } from '../../src/wire/packet.ts'

/*
 * Run as a process of its own on one capture: prints, as JSON, the nanoseconds for each packet of reading alone, of
 * reading and decoding, and of reading, decoding and tracking, each the best of three runs.
 */

export interface PartFigures {
  readonly packets: number
  readonly readNs: number
  readonly decodeNs: number
  readonly trackNs: number
}

const RUNS = 3
const packet = createPacket()

function read(reader: CaptureReader): number {
  let records = 0
  while (reader.next()) records += 1
  return records
}

function decode(reader: CaptureReader): number {
  let records = 0
  while (reader.next()) {
    records += 1
    const { view, linkType, start, end, originalLength } = reader
    decodePacket(view, linkType, start, end, originalLength, packet)
  }
  return records
}

/** Nanoseconds for each packet; the best run is the one that the rest of the machine disturbed least. */
async function best(run: () => Promise<number>): Promise<number> {
  let least = Number.POSITIVE_INFINITY
  for (let turn = 0; turn < RUNS; turn += 1) {
    const start = performance.now()
    const packets = await run()
    least = Math.min(least, ((performance.now() - start) * 1e6) / packets)
  }
  return least
}

async function overWindows(path: string, take: (reader: CaptureReader) => number): Promise<number> {
  const reader = await openCapture(path, createOrigin())
  let records = 0
  do records += take(reader)
  while (await reader.fill())
  await reader.close()
  return records
}

async function track(path: string): Promise<number> {
  const [set] = await captureSets([path], undefined)
  if (set === undefined) throw new Error(`${path} is no capture set`)
  const observed = await observe(set, () => {})
  observed.log.close()
  return observed.records
}

const path = process.argv[2] as string
const figures: PartFigures = {
  packets: await overWindows(path, read),
  readNs: await best(() => overWindows(path, read)),
  decodeNs: await best(() => overWindows(path, decode)),
  trackNs: await best(() => track(path)),
}
console.log(JSON.stringify(figures))
