import { X509Certificate } from 'node:crypto'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { flowOf } from '../../src/flow/flow.ts'
import { KEY_WORDS, writeKey } from '../../src/flow/flow-key.ts'
import { FlowLog } from '../../src/flow/flow-log.ts'
import { coldRow, FlowTable, hotRow } from '../../src/flow/flow-table.ts'
import { readNames } from '../../src/flow/names.ts'
import {
  CERTIFICATES,
  CLAIM,
  HOT_WORDS,
  ICMP_ERROR,
  ICMP_SENDER,
  PROOF,
  ROW_WORDS,
  WORDS_BEFORE_RARE,
} from '../../src/flow/row.ts'
import { createPacket } from '../../src/wire/packet.ts'
import { hasOpenssl, makeCertificate } from '../evidence/tls-certificates.ts'

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
    table.cold[coldRow(flow) + PROOF] = number
    log.append(table, flow)
  }
  return log
}

function numbers(log: FlowLog): Int32Array {
  const seen = new Int32Array(log.count)
  let at = 0
  log.forEach((rows, _doubles, row) => {
    seen[at] = rows[row + PROOF] as number
    at += 1
  })
  return seen.subarray(0, at)
}

describe('the log of closed flows', () => {
  it.each([0, 1, 4095, 4096, 4097, 8 * 4096, 9 * 4096, 36 * 4096 + 5])('keeps %i rows in their order', (count) => {
    const log = filled(count)
    const expected = Int32Array.from({ length: count }, (_, index) => index)
    expect(log.count).toBe(count)
    // Twice, because the second reading must not depend on where the first one ended.
    for (let pass = 0; pass < 2; pass += 1)
      expect(Buffer.compare(new Uint8Array(numbers(log).buffer), new Uint8Array(expected.buffer))).toBe(0)
    log.close()
    expect(readdirSync(folder)).toEqual([])
  })

  it('finds every row again by its place, also where other threads have logged some', () => {
    const log = filled(12 * 4096 + 5)
    for (const count of [3, 10 * 4096 + 9]) log.absorb(filled(count).state())
    const places: number[] = []
    const seen: number[] = []
    log.forEach((rows, _doubles, row, place) => {
      places.push(place)
      seen.push(rows[row + PROOF] as number)
    })
    expect(places).toEqual(places.toSorted((left, right) => left - right))
    expect(new Set(places).size).toBe(log.count)
    const into = new Int32Array(3 * ROW_WORDS)
    const found = (at: number) => {
      log.copyRow(places[at] as number, into, ROW_WORDS)
      return into[ROW_WORDS + PROOF]
    }
    // In their order, and every 4,099th: all over the blocks, the files and what is read of them at once.
    for (const [at, number] of seen.entries()) if (found(at) !== number) expect.fail(`row ${at} is ${found(at)}`)
    for (let step = 0; step < seen.length; step += 1) {
      const at = (step * 4099) % seen.length
      if (found(at) !== seen[at]) expect.fail(`row ${at} is ${found(at)}`)
    }
    expect([...into.subarray(0, ROW_WORDS), ...into.subarray(2 * ROW_WORDS)].every((word) => word === 0)).toBe(true)
    log.close()
  })

  it('may be closed twice', () => {
    const log = filled(34 * 4096)
    log.close()
    log.close()
    expect(existsSync(folder)).toBe(true)
  })

  it('keeps few rows in memory, and the others in a temporary file', () => {
    const log = filled(40 * 4096 + 5)
    const state = log.state()
    const inMemory = state.blocks.reduce((sum, { words }) => sum + words / ROW_WORDS, 0)
    expect(inMemory).toBeLessThanOrEqual(9 * 4096 + 5)
    expect(inMemory + (state.spill?.blocks ?? 0) * 4096).toBe(40 * 4096 + 5)
    const heir = new FlowLog()
    heir.absorb(state)
    expect(areCounted(numbers(heir).toSorted(), 40 * 4096 + 5)).toBe(true)
    heir.close()
    log.close()
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

function areCounted(seen: Int32Array, count: number): boolean {
  return seen.length === count && seen.every((number, index) => number === index)
}

describe('a branch of a log', () => {
  it.each([5, 8 * 4096 + 7, 35 * 4096 + 7])('goes on behind %i rows, and is forgotten', (count) => {
    const log = filled(count)
    const files = readdirSync(folder).length
    const added = filled(2 * 4096 + 3)
    for (let pass = 0; pass < 2; pass += 1) {
      const branch = log.branch()
      const copy = new FlowTable()
      added.forEach((rows, _doubles, row) => {
        copy.hot.set(rows.subarray(row, row + HOT_WORDS), hotRow(0))
        copy.cold.set(rows.subarray(row + HOT_WORDS, row + WORDS_BEFORE_RARE), 0)
        copy.cold[coldRow(0) + PROOF]! += count
        branch.append(copy, 0)
      })
      expect(areCounted(numbers(branch).toSorted(), count + added.count)).toBe(true)
      branch.close()
      expect(readdirSync(folder).length).toBe(files)
    }
    expect(areCounted(numbers(log), count)).toBe(true)
    added.close()
    log.close()
  })

  it('knows what its log knows, and tells it nothing', () => {
    const log = filled(1)
    const name = Buffer.from('a.contoso.local')
    const other = Buffer.from('b.contoso.local')
    log.addAnswer(log.hosts.numberOf(4, 0, 0, 0xffff, 7), log.texts.add(name, name.length))
    log.certificates.add(other, other.length)
    Object.assign(log, { limited: 2, closedEarly: 3, attemptsFolded: 4, attemptsLeftOut: 5 })
    const branch = log.branch()
    const { limited, closedEarly, attemptsFolded, attemptsLeftOut, flows } = branch
    expect({ limited, closedEarly, attemptsFolded, attemptsLeftOut, flows }).toEqual({
      limited: 2,
      closedEarly: 3,
      attemptsFolded: 4,
      attemptsLeftOut: 5,
      flows: 10,
    })
    const host = branch.hosts.numberOf(4, 0, 0, 0xffff, 7)
    expect(host).toBe(log.hosts.numberOf(4, 0, 0, 0xffff, 7))
    expect(branch.answerNumber(host, 1)).toBe(1)
    expect([branch.texts.find(name, name.length), branch.certificates.find(other, other.length)]).toEqual([1, 1])
    branch.addAnswer(branch.hosts.numberOf(4, 0, 0, 0xffff, 8), branch.texts.add(other, other.length))
    expect([log.answers, log.texts.count, branch.answers, branch.texts.count]).toEqual([1, 1, 2, 2])
    expect(log.hosts.numberOf(4, 0, 0, 0xffff, 9)).toBe(host + 1)
    branch.close()
    log.close()
  })
})

describe('logs of several threads', () => {
  const certificates = ['one', 'two'].map((name) =>
    hasOpenssl() ? new X509Certificate(makeCertificate(`/CN=${name}.contoso.local`, '').cert).raw : Buffer.from(name),
  )

  /** A log with one flow of two hosts, which shows a name, certificates, an ICMP error and an answer of a name server. */
  function logOf(number: number, name: string, shown: readonly [Buffer, Buffer], sender: number): FlowLog {
    const log = new FlowLog()
    const table = new FlowTable()
    const packet = { ...createPacket(), family: 4, protocol: 6, src2: 0xffff, dst2: 0xffff, srcPort: 1, dstPort: 2 }
    packet.src3 = 100 + number
    packet.dst3 = 200
    const keys = new Int32Array(KEY_WORDS)
    writeKey(packet, keys)
    const flow = table.insert(keys, packet)
    const row = coldRow(flow)
    const [low, high] = shown.map(
      (bytes) => log.certificates.find(bytes, bytes.length) || log.certificates.add(bytes, bytes.length),
    )
    table.cold[row + CLAIM] = log.texts.add(Buffer.from(name), name.length)
    table.cold[row + CERTIFICATES] = low as number
    table.cold[row + CERTIFICATES + 1] = high as number
    const rare = table.ownRareRow(flow)
    table.rare.words[rare + ICMP_ERROR] = 3
    table.rare.words[rare + ICMP_SENDER] = log.hosts.numberOf(4, 0, 0, 0xffff, sender)
    log.addAnswer(log.hosts.numberOf(4, 0, 0, 0xffff, 300 + number), table.cold[row + CLAIM] as number)
    log.append(table, flow)
    log.limited = number
    return log
  }

  function told(log: FlowLog): readonly string[] {
    const names = readNames(log)
    const lines: string[] = []
    log.forEach((rows, doubles, row) => {
      const { low, high, claim, icmpError, icmpSender } = flowOf(rows, doubles, row, log.hosts, names)
      const shown = [low, high].map(({ address, certificate }) => `${address} ${certificate?.names}`)
      lines.push(`${shown.join(', ')}: ${claim}; ${icmpError} from ${icmpSender}`)
    })
    log.forEachAnswer((host, text) => lines.push(`${log.hosts.text(host)} is ${names.text(text)}`))
    return lines.sort()
  }

  it.skipIf(!hasOpenssl())('say together what they say each, though their numbers differ', () => {
    const [one, two] = certificates as [Buffer, Buffer]
    const parts = () => [
      logOf(1, 'a.contoso.local', [one, two], 7),
      logOf(2, 'b.contoso.local', [two, one], 100 + 1),
      logOf(3, 'a.contoso.local', [two, two], 7),
    ]
    const [whole, ...others] = parts() as [FlowLog, ...FlowLog[]]
    for (const other of others) whole.absorb(structuredClone(other.state()))
    expect(told(whole)).toEqual(parts().flatMap(told).sort())
    expect(told(whole)).toHaveLength(6)
    expect([whole.count, whole.texts.count, whole.certificates.count, whole.limited]).toEqual([3, 2, 2, 6])
  })

  it('keep zeros, which are no numbers', () => {
    const [log, other] = [logOf(1, 'a', [Buffer.from('x'), Buffer.from('y')], 7), filled(3)]
    log.absorb(structuredClone(other.state()))
    const seen: unknown[] = []
    const names = readNames(log)
    log.forEach((rows, doubles, row) => {
      const { claim, icmpError, icmpSender } = flowOf(rows, doubles, row, log.hosts, names)
      seen.push([claim, icmpError, icmpSender])
    })
    const nothing = [undefined, undefined, undefined]
    expect(seen).toHaveLength(4)
    expect(seen).toEqual(expect.arrayContaining([nothing, ['a', 'prohibited', '0.0.0.7']]))
    expect(seen.filter((each) => JSON.stringify(each) === JSON.stringify(nothing))).toHaveLength(3)
  })

  it('are numbered anew in the temporary file of the other one too', () => {
    const log = logOf(1, 'a', [Buffer.from('x'), Buffer.from('y')], 7)
    const other = filled(34 * 4096)
    const state = other.state()
    log.absorb(structuredClone(state))
    const addresses = new Map<string, number>()
    const names = readNames(log)
    log.forEach((rows, doubles, row) => {
      const { low } = flowOf(rows, doubles, row, log.hosts, names)
      addresses.set(low.address, (addresses.get(low.address) ?? 0) + 1)
    })
    expect([...addresses].sort()).toEqual([
      ['0.0.0.1', 34 * 4096],
      ['0.0.0.101', 1],
    ])
    log.close()
    expect(readdirSync(folder)).toEqual([])
  })
})
