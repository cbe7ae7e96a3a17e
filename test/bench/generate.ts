import { writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { FORMATS, type Format, framing, openSink } from './traffic/capture-file.ts'
import type { Kind } from './traffic/dialogue.ts'
import { INVENTORY } from './traffic/director-traffic.ts'
import { createOutput, LONGEST_FRAME, type Output } from './traffic/frame.ts'
import { planTraffic, proportionalSize, type Size } from './traffic/plan.ts'
import { createRandom } from './traffic/random.ts'
import { createTraffic, type Totals, type Traffic } from './traffic/traffic.ts'

export type { Format, Kind, Totals }

export interface GenerateOptions {
  readonly kind: Kind
  readonly packets: number
  readonly seed: number
  readonly format: Format
  readonly path: string
  /** What is given here is not proportional to `packets`. */
  readonly size?: Partial<Omit<Size, 'packets'>>
}

export const INVENTORY_NAME = 'bench.yaml'

const BUFFER_LENGTH = 2 ** 22
/** A frame and more than any format's record adds to it. */
const LONGEST_RECORD = LONGEST_FRAME + 64

/**
 * Writes a capture of Director traffic, the same bytes for the same options; beside it `<path>.json` with what it
 * holds and `bench.yaml`, the inventory, which is the same for all captures.
 */
export async function generate(options: GenerateOptions): Promise<Totals> {
  const { kind, packets, seed, format, path } = options
  const random = createRandom(seed)
  const size = { ...proportionalSize(kind, packets), ...options.size }
  const out = createOutput(BUFFER_LENGTH)
  const traffic = createTraffic(planTraffic(kind, size, random), random, out)
  await writeCapture(traffic, out, path, format)
  const { totals } = traffic
  await writeFile(`${path}.json`, `${JSON.stringify({ kind, seed, ...snakeCase(totals) }, null, 2)}\n`)
  await writeFile(join(dirname(path), INVENTORY_NAME), INVENTORY)
  return totals
}

async function writeCapture(traffic: Traffic, out: Output, path: string, format: Format): Promise<void> {
  const { fileHeader, headerLength, endRecord } = framing(format)
  const sink = await openSink(path, format)
  out.bytes.set(fileHeader)
  let end = fileHeader.length
  while (traffic.hasNext()) {
    while (traffic.hasNext() && end + LONGEST_RECORD < BUFFER_LENGTH) {
      const timeUs = traffic.timeUs()
      const length = traffic.writeFrame(end + headerLength)
      end = endRecord(out.view, end + headerLength, length, timeUs)
    }
    await sink.write(out.bytes.subarray(0, end))
    end = 0
  }
  await sink.close()
}

const snakeCase = (totals: Totals): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(totals).map(([name, value]) => [name.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`), value]),
  )

const USAGE = `usage: node generate.js --path FILE [--kind mixed|small] [--packets N] [--seed N]
       [--format ${FORMATS.join('|')}] [--connections N] [--at-once N] [--clients N]`

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      path: { type: 'string' },
      kind: { type: 'string', default: 'mixed' },
      packets: { type: 'string', default: '3000000' },
      seed: { type: 'string', default: '1' },
      format: { type: 'string', default: 'pcap' },
      connections: { type: 'string' },
      'at-once': { type: 'string' },
      clients: { type: 'string' },
    },
  })
  const kind = (['mixed', 'small'] as const).find((known) => known === values.kind)
  const format = FORMATS.find((known) => known === values.format)
  if (!values.path || !kind || !format) throw new Error(USAGE)
  const size = {
    ...(values.connections && { connections: wholeNumber(values.connections) }),
    ...(values['at-once'] && { atOnce: wholeNumber(values['at-once']) }),
    ...(values.clients && { clients: wholeNumber(values.clients) }),
  }
  const [packets, seed] = [wholeNumber(values.packets), wholeNumber(values.seed)]
  const totals = await generate({ kind, packets, seed, format, path: values.path, size })
  console.log(JSON.stringify(totals, null, 2))
}

function wholeNumber(text: string): number {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 1) throw new Error(`'${text}' is not a whole number above 0\n${USAGE}`)
  return value
}

if (process.argv[1] && import.meta.url === pathToFileURL(resolve(process.argv[1])).href) {
  await main().catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error)
    process.exitCode = 2
  })
}
