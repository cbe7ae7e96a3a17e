import { performance } from 'node:perf_hooks'
import { openCapture } from '../../src/capture/open.ts'
import type { CaptureReader } from '../../src/capture/reader.ts'
import { createOrigin } from '../../src/capture/time.ts'
import { ReaderClock } from '../../src/flow/clock.ts'
import { FlowLog } from '../../src/flow/flow-log.ts'
import { Tracker } from '../../src/flow/tracker.ts'
import { decodePacket } from '../../src/wire/decode.ts'
import { OK } from '../../src/wire/decoded.ts'
import { LINK_ETHERNET } from '../../src/wire/link-type.ts'
import { createPacket } from '../../src/wire/packet.ts'

/*
 * Run as a process of its own on one capture: prints, as JSON, the nanoseconds for each packet of reading alone, of
 * reading and decoding, of these and tracking, and of these and looking at payload, each the best of three runs.
 */

export interface PartFigures {
  readonly packets: number
  readonly readNs: number
  readonly decodeNs: number
  readonly trackNs: number
  readonly evidenceNs: number
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

/**
 * Decoding and tracking. Without payload every packet seems to have been captured up to its headers, so that there is
 * nothing to look at. No flow is settled then, and all data take the long way: the difference is at least what evidence
 * costs, less what a settled flow saves.
 */
async function track(path: string, withPayload: boolean): Promise<number> {
  const log = new FlowLog()
  const tracker = new Tracker(log)
  const clock = new ReaderClock()
  const records = await overWindows(path, (reader) => {
    let count = 0
    while (reader.next()) {
      count += 1
      const { view, linkType, start, end, originalLength, timeNs } = reader
      packet.time[0] = timeNs
      packet.clock = clock.advance(timeNs)
      if (linkType === LINK_ETHERNET) {
        if (tracker.plain.take(view, start, end, originalLength, packet.time, packet.clock)) continue
      }
      if (decodePacket(view, linkType, start, end, originalLength, packet) !== OK) continue
      if (!withPayload) packet.payloadEnd = packet.payload
      tracker.track(packet, view)
    }
    return count
  })
  tracker.finish()
  log.close()
  return records
}

const path = process.argv[2] as string
const figures: PartFigures = {
  packets: await overWindows(path, read),
  readNs: await best(() => overWindows(path, read)),
  decodeNs: await best(() => overWindows(path, decode)),
  trackNs: await best(() => track(path, false)),
  evidenceNs: await best(() => track(path, true)),
}
console.log(JSON.stringify(figures))
