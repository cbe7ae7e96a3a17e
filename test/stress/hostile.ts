import { rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { type Timing, timeCommands } from '../bench/timing.ts'
import { gzipBomb, interfaces, longBlock, names, options, zeros, zstdBomb } from './hostile/containers.ts'
import {
  alikeNames,
  clockJumps,
  clockLeaps,
  collisions,
  datagrams,
  drops,
  fragments,
  hellos,
  holes,
  hostCollisions,
} from './hostile/floods.ts'
import { MAIN } from './portolan.ts'

/** A capture that somebody made to be expensive. */
interface HostileCase {
  readonly name: string
  /** How many of them, or megabytes. */
  readonly size: number
  readonly write: (path: string, size: number) => void
  readonly file: string
}

const MILLION = 1_000_000

const CASES: readonly HostileCase[] = [
  { name: 'interfaces of a pcapng, each with a packet', size: MILLION, write: interfaces, file: 'interfaces.pcapng' },
  { name: 'MiB of packets with 16,000 options each', size: 1024, write: options, file: 'options.pcapng' },
  { name: 'MiB of name resolution', size: 512, write: names, file: 'names.pcapng' },
  { name: 'MiB in one block that is passed over', size: 2047, write: longBlock, file: 'block.pcapng' },
  { name: 'MiB of zeros behind a pcap header', size: 10_240, write: zeros, file: 'zeros.pcap' },
  { name: 'MiB of zeros in gzip', size: 10_240, write: gzipBomb, file: 'bomb.pcap.gz' },
  { name: 'MiB of zeros in zstd', size: 10_240, write: zstdBomb, file: 'bomb.pcap.zst' },
  { name: 'datagrams, each from another address', size: MILLION, write: datagrams, file: 'datagrams.pcap' },
  { name: 'ClientHellos at once, each with another name', size: MILLION, write: hellos, file: 'hellos.pcap' },
  { name: 'ClientHellos whose names differ in some bytes', size: 20_000, write: alikeNames, file: 'alike.pcap' },
  { name: 'fragments of which no datagram is whole', size: 4 * MILLION, write: fragments, file: 'fragments.pcap' },
  { name: 'segments of one byte with holes, backwards', size: 4 * MILLION, write: holes, file: 'holes.pcap' },
  { name: 'segments of one byte of lines without end', size: 10 * MILLION, write: drops, file: 'drops.pcap' },
  { name: 'records whose clock jumps two hours and back', size: MILLION, write: clockJumps, file: 'jumps.pcap' },
  { name: 'records, each an hour later', size: MILLION, write: clockLeaps, file: 'leaps.pcap' },
  { name: 'flows with one hash', size: 40_000, write: collisions, file: 'collisions.pcap' },
  { name: 'IPv6 addresses with one hash', size: 40_000, write: hostCollisions, file: 'hosts.pcap' },
]

/** What is more than so much memory, or takes so many times as long for four times as much, is a fault of the program. */
const MOST_MEGABYTES = 1024
const MOST_TIMES = 8
/** Of less than this nothing can be said: the program's start takes most of it. */
const TELLING_SECONDS = 0.8

/** What it took of a processor, where that is known: what else the machine does meanwhile counts for less. */
function workOf({ cpuSeconds, seconds }: Timing): number {
  return cpuSeconds ?? seconds
}

/** Analyses each capture, and one of a quarter of its size. Returns the number of those that cost too much. */
export function runHostile(folder: string, only: string, scale: number): number {
  console.log(
    '\nhostile captures                                            of    seconds  a quarter   peak MB       file',
  )
  const costly = CASES.filter(({ file }) => file.includes(only)).filter((each) => !isCheap(folder, each, scale))
  return costly.length
}

function isCheap(folder: string, { name, size, write, file }: HostileCase, scale: number): boolean {
  const whole = Math.max(1, Math.round(size * scale))
  const quarter = measured(folder, file, () => write(join(folder, file), Math.ceil(whole / 4)))
  const full = measured(folder, file, () => write(join(folder, file), whole))
  const { seconds, peakMegabytes, bytes } = full
  const isTelling = workOf(full) > TELLING_SECONDS * 4
  const growth = isTelling ? workOf(full) / Math.max(workOf(quarter), TELLING_SECONDS) : 0
  const faults = [
    ...((peakMegabytes ?? 0) > MOST_MEGABYTES ? [`more than ${MOST_MEGABYTES} MB`] : []),
    ...(growth > MOST_TIMES ? ['slower than its size'] : []),
  ]
  const figures = [
    name.padEnd(50),
    whole.toLocaleString('en').padStart(12),
    seconds.toFixed(2).padStart(10),
    quarter.seconds.toFixed(2).padStart(10),
    (peakMegabytes?.toFixed(0) ?? '?').padStart(9),
    `${(bytes / 2 ** 20).toFixed(1)} MiB`.padStart(14),
  ]
  console.log([...figures, ...faults.map((fault) => `  ${fault}`)].join(''))
  return faults.length === 0
}

function measured(folder: string, file: string, write: () => void): Timing & { readonly bytes: number } {
  const path = join(folder, file)
  const database = join(folder, 'hostile.db')
  try {
    write()
    const { blocks } = statSync(path)
    const before = () => rmSync(database, { force: true })
    const command = { argv: [process.execPath, MAIN, 'analyze', path, '-d', database], before }
    return { ...timeCommands({ command }, 1).command, bytes: blocks * 512 }
  } finally {
    rmSync(path, { force: true })
    rmSync(database, { force: true })
  }
}
