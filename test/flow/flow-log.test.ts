import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { flowOf } from '../../src/flow/flow.ts'
import { KEY_WORDS, writeKey } from '../../src/flow/flow-key.ts'
import { FlowLog } from '../../src/flow/flow-log.ts'
import { coldRow, FlowTable } from '../../src/flow/flow-table.ts'
import { readNames } from '../../src/flow/names.ts'
import { COUNTS } from '../../src/flow/row.ts'
import { createPacket } from '../../src/wire/packet.ts'

let folder = ''
const before = process.env['TMPDIR']

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'portolan-test-'))
  process.env['TMPDIR'] = folder
})

afterEach(() => {
  if (before === undefined) delete process.env['TMPDIR']
  else process.env['TMPDIR'] = before
  rmSync(folder, { recursive: true })
})

/** Appends `count` rows, numbered by a cold word. */
function filled(count: number): FlowLog {
  const table = new FlowTable()
  const packet = {
    ...createPacket(),
    family: 4,
    protocol: 17,
    src2: 0xffff,
    src3: 1,
    dst2: 0xffff,
    dst3: 2,
    dstPort: 53,
  }
  const keys = new Int32Array(KEY_WORDS)
  writeKey(packet, keys)
  const flow = table.insert(keys, packet)
  const log = new FlowLog()
  for (let number = 0; number < count; number += 1) {
    table.cold[coldRow(flow) + COUNTS] = number
    log.append(table, flow)
  }
  return log
}

function numbers(log: FlowLog): Int32Array {
  const seen = new Int32Array(log.count)
  let at = 0
  log.forEach((rows, _doubles, row) => {
    seen[at] = rows[row + COUNTS] as number
    at += 1
  })
  return seen.subarray(0, at)
}

describe('the log of closed flows', () => {
  it.each([0, 1, 4095, 4096, 4097, 32 * 4096, 33 * 4096, 36 * 4096 + 5])('keeps %i rows in their order', (count) => {
    const log = filled(count)
    const expected = Int32Array.from({ length: count }, (_, index) => index)
    expect(log.count).toBe(count)
    // Twice, because the second reading must not depend on where the first one ended.
    for (let pass = 0; pass < 2; pass += 1)
      expect(Buffer.compare(new Uint8Array(numbers(log).buffer), new Uint8Array(expected.buffer))).toBe(0)
    const isSpilled = count >= 33 * 4096
    expect(readdirSync(folder).length).toBe(isSpilled ? 1 : 0)
    log.close()
    expect(readdirSync(folder)).toEqual([])
  })

  it('may be closed twice', () => {
    const log = filled(34 * 4096)
    log.close()
    log.close()
    expect(existsSync(folder)).toBe(true)
  })

  it('keeps the addresses of its flows', () => {
    const log = filled(2)
    const names = readNames(log)
    log.forEach((rows, doubles, row) => {
      const { low, high, transport } = flowOf(rows, doubles, row, log.hosts, names)
      expect([low.address, low.port, high.address, high.port, transport]).toEqual(['0.0.0.1', 0, '0.0.0.2', 53, 'udp'])
    })
    log.close()
  })
})
