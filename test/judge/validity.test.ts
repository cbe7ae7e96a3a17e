import { describe, expect, test } from 'vitest'
import type { Certificate } from '../../src/evidence/certificate.ts'
import type { Names } from '../../src/flow/names.ts'
import { CERTIFICATES, ROW_WORDS } from '../../src/flow/row.ts'
import { createValidity } from '../../src/judge/validity.ts'
import { certificate } from './samples.ts'

const ORIGIN_MS = Date.UTC(2026, 0, 31)
const DAY_MS = 86_400_000
const DAY_NS = DAY_MS * 1e6

const NONE = undefined
const HELD = certificate(['a'], { notBefore: ORIGIN_MS + DAY_MS, notAfter: ORIGIN_MS + 2 * DAY_MS })

/** Whether both ends' certificates are valid some days after the origin. */
function isValid(days: number, low: Certificate | undefined, high: Certificate | undefined): boolean {
  const held = [undefined, low, high]
  const names = { certificate: (number: number) => held[number] } as Names
  const validity = createValidity(names, BigInt(ORIGIN_MS) * 1_000_000n)
  const rows = new Int32Array(2 * ROW_WORDS)
  rows.set([low ? 1 : 0, high ? 2 : 0], ROW_WORDS + CERTIFICATES)
  return validity.isValid(rows, ROW_WORDS, days * DAY_NS)
}

describe('a certificate', () => {
  test.each([
    [0.999, true],
    [1, true],
    [1.5, true],
    [2, true],
    [2.001, false],
  ])('%d days after the origin, of which it is valid from 1 to 2, has not expired: %s', (days, wanted) => {
    expect(isValid(days, HELD, NONE)).toBe(wanted)
    expect(isValid(days, NONE, HELD)).toBe(wanted)
    expect(isValid(days, HELD, HELD)).toBe(wanted)
  })

  test('of one end is not made good by that of the other', () => {
    const wide = certificate(['b'], { notAfter: NONE })
    expect(isValid(3, wide, HELD)).toBe(false)
    expect(isValid(3, HELD, wide)).toBe(false)
  })

  test('that is none, or whose dates cannot be read, is not held against anybody', () => {
    expect(isValid(0, NONE, NONE)).toBe(true)
    expect(isValid(0, certificate(['c'], { notBefore: NONE, notAfter: NONE }), NONE)).toBe(true)
    expect(isValid(3, { ...HELD, notAfter: NONE }, NONE)).toBe(true)
    expect(isValid(0, { ...HELD, notBefore: NONE }, NONE)).toBe(true)
  })
})
