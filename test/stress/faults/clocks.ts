import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { blocks, pcap, type Recorded } from '../../support/captures.ts'
import { join as joined } from '../../support/octets.ts'
import { ACK, ethernet, ipv4, SYN, tcp } from '../../support/packets.ts'
import { check, expectDone, exportsOf, portolan } from '../portolan.ts'
import type { Fault } from './fault.ts'

const BEGIN_NS = 1_769_817_600_000_000_000n
const SECOND = 1_000_000_000n
const YEAR = 365n * 86_400n * SECOND

const SYN_FRAME = ethernet(ipv4(tcp({ seq: 1, flags: SYN }), { src: '10.1.0.1', dst: '10.0.0.16' }))
const ANSWER_FRAME = ethernet(
  ipv4(tcp({ srcPort: 5061, dstPort: 50_000, seq: 9, ack: 2, flags: SYN | ACK }), {
    src: '10.0.0.16',
    dst: '10.1.0.1',
  }),
)

/** Attempts and their answers at these times. */
function records(times: readonly bigint[]): readonly Recorded[] {
  return times.map((ns, at) => ({ ns, frame: at % 2 === 0 ? SYN_FRAME : ANSWER_FRAME }))
}

const steps = (count: number, step: bigint, from = BEGIN_NS) =>
  Array.from({ length: count }, (_, at) => from + BigInt(at) * step)

/** A pcapng capture with ticks as they are given. */
function withTicks(resolution: number, offsetSeconds: bigint, ticks: readonly bigint[]): Uint8Array {
  const { section, interface: describe, enhanced } = blocks(true)
  const packets = ticks.map((each, at) => enhanced({ frame: at % 2 === 0 ? SYN_FRAME : ANSWER_FRAME, ticks: each }))
  return joined(section(), describe({ resolution, offsetSeconds }), ...packets)
}

const MOST_TICKS = 2n ** 64n - 1n

const CAPTURES: readonly (readonly [name: string, bytes: () => Uint8Array])[] = [
  ['years forth', () => pcap(records(steps(40, YEAR, 0n)))],
  ['years back', () => pcap(records(steps(40, YEAR, 0n).reverse()))],
  ['to and fro', () => pcap(records(steps(3000, SECOND).flatMap((ns) => [ns, ns + 10n * YEAR])))],
  ['all at one time', () => pcap(records(Array.from({ length: 3000 }, () => BEGIN_NS)))],
  ['set back for good', () => pcap(records([...steps(3000, SECOND), ...steps(3000, SECOND, BEGIN_NS - 2n * YEAR)]))],
  ['1970 and 2106', () => pcap(records([0n, 4_294_967_295n * SECOND, 0n, 4_294_967_295n * SECOND]))],
  ['the largest ticks', () => withTicks(9, 0n, [MOST_TICKS, MOST_TICKS, 0n, MOST_TICKS])],
  ['ticks of a second, the largest', () => withTicks(0, 0n, [MOST_TICKS, 0n, MOST_TICKS >> 1n])],
  ['ticks of 2 to the 127th', () => withTicks(0xff, 0n, [MOST_TICKS, 0n, 1n])],
  ['ticks of 10 to the -127th', () => withTicks(127, 0n, [MOST_TICKS, 0n, 1n])],
  ['an offset of many years back', () => withTicks(6, -(2n ** 62n), [0n, MOST_TICKS, 1n])],
  ['an offset of many years forth', () => withTicks(6, 2n ** 62n, [0n, MOST_TICKS, 1n])],
  ['1970, and the last time that is known', () => withTicks(9, 0n, [0n, 2n ** 63n - 1n, 1n, 2n ** 63n])],
]

/** What every time that is given out looks like. */
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$/

export const CLOCKS: readonly Fault[] = CAPTURES.map(([name, bytes]) => ({
  name: `the capture's clock: ${name}`,
  async happen({ folder, material, database }) {
    const path = join(folder, 'clock.pcapng')
    writeFileSync(path, bytes())
    const db = database(folder)
    expectDone(await portolan(['analyze', path, '--keep', 'all', '-i', material.inventories[0], '-d', db]))
    for (const [, time] of (await exportsOf(db)).matchAll(/"(?:start|end|first|last)": ?"([^"]*)"/g)) {
      check(TIME.test(time ?? ''), `a time is ${time}`)
    }
    for (const command of ['captures', 'flows', 'conversations']) expectDone(await portolan([command, '-d', db]))
    return undefined
  },
}))
