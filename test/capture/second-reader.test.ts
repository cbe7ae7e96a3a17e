import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { parse } from 'pcap-parser'
import { describe, expect, it } from 'vitest'
import { corpusFolder } from '../support/corpus.ts'
import { hex } from '../support/octets.ts'
import { readCapture } from '../support/reading.ts'
import { TWINS } from './samples.ts'

const CLASSIC_MICROSECONDS = ['a1b2c3d4', 'd4c3b2a1']

/** Captures of the classic format with microseconds: the only ones that the second reader knows. */
function samples(folder: string): readonly (readonly [string, Uint8Array])[] {
  if (!existsSync(folder)) return []
  const files = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isFile())
  return files
    .map(({ name }) => [name, new Uint8Array(readFileSync(join(folder, name)))] as const)
    .filter(([, bytes]) => CLASSIC_MICROSECONDS.includes(hex(bytes.subarray(0, 4))))
}

/** A record in one line. */
function line(ns: bigint, originalLength: number, frame: string): string {
  const digest = createHash('sha1').update(frame).digest('hex').slice(0, 12)
  return `${ns} ${frame.length / 2} of ${originalLength} ${digest}`
}

/** The records as the npm package pcap-parser reads them. */
function readWithSecond(bytes: Uint8Array): Promise<readonly string[]> {
  return new Promise((resolve, reject) => {
    const records: string[] = []
    const parser = parse(Readable.from([Buffer.from(bytes)]))
    parser.on('packet', ({ header, data }) => {
      const ns = BigInt(header.timestampSeconds) * 1_000_000_000n + BigInt(header.timestampMicroseconds) * 1000n
      records.push(line(ns, header.originalLength, hex(data)))
    })
    parser.on('end', () => resolve(records))
    parser.on('error', reject)
  })
}

describe('pcap-parser, an independent reader, finds the same records', () => {
  it.each([...TWINS.slice(0, 2), ...samples('captures'), ...samples(corpusFolder)])('in %s', async (_name, bytes) => {
    const { records } = await readCapture(bytes)
    const first = records.map(({ ns, originalLength, frame }) => line(ns, originalLength, frame))
    expect(first).toEqual(await readWithSecond(bytes))
  })

  it('and there are samples to read', () => {
    expect(samples('captures').length).toBeGreaterThanOrEqual(1)
  })
})
