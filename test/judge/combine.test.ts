import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ICMP_ERRORS } from '../../src/flow/flow.ts'
import { type ErrorSeen, graverError, lesser, newerCertificate } from '../../src/judge/combine.ts'
import { certificate } from './samples.ts'

/** Whether putting values together gives the same in any order and grouping, and again with what was there already. */
function expectNoOrder<Value>(values: fc.Arbitrary<Value>, combine: (left: Value, right: Value) => Value): void {
  fc.assert(
    fc.property(values, values, values, (a, b, c) => {
      expect(combine(a, b)).toEqual(combine(b, a))
      expect(combine(combine(a, b), c)).toEqual(combine(a, combine(b, c)))
      expect(combine(a, a)).toEqual(a)
      expect([a, b]).toContainEqual(combine(a, b))
    }),
    { numRuns: 500 },
  )
}

const maybe = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined })

describe('the lesser of two values', () => {
  test.each<[number | string | undefined, number | string | undefined, number | string | undefined]>([
    [40, 48, 40],
    [0, 48, 0],
    [undefined, 48, 48],
    [48, undefined, 48],
    [undefined, undefined, undefined],
    ['b', 'a', 'a'],
    ['', 'a', ''],
    ['Z', 'a', 'Z'],
  ])('of %s and %s is %s', (left, right, wanted) => {
    expect(lesser(left as string | undefined, right as string | undefined)).toBe(wanted)
  })

  test('does not depend on the order', () => {
    expectNoOrder(maybe(fc.nat({ max: 3 })), lesser)
    expectNoOrder(maybe(fc.string({ maxLength: 2 })), lesser)
  })
})

describe('the newer of two certificates', () => {
  const old = certificate(['old'], { notBefore: 1, fingerprint: 'a' })
  const fresh = certificate(['fresh'], { notBefore: 2, fingerprint: 'b' })
  const sameDay = certificate(['same day'], { notBefore: 2, fingerprint: 'c' })
  const undated = certificate(['undated'], { notBefore: undefined, fingerprint: '0' })

  test('is valid from the later time on, then it has the first fingerprint', () => {
    expect(newerCertificate(old, fresh)).toBe(fresh)
    expect(newerCertificate(sameDay, fresh)).toBe(fresh)
    expect(newerCertificate(undated, old)).toBe(old)
    expect(newerCertificate(undefined, undated)).toBe(undated)
    expect(newerCertificate(undefined, undefined)).toBeUndefined()
  })

  test('does not depend on the order', () => {
    const one = fc
      .record({ notBefore: maybe(fc.integer({ min: -1, max: 2 })), fingerprint: fc.constantFrom('a', 'b', 'c') })
      // Of one fingerprint there is one certificate.
      .map(({ notBefore, fingerprint }) =>
        certificate(['host'], { notBefore, fingerprint: `${fingerprint}${notBefore}` }),
      )
    expectNoOrder(maybe(one), newerCertificate)
  })
})

describe('the graver of two errors', () => {
  const error = (icmpError: ErrorSeen['icmpError'], icmpSender?: string): ErrorSeen => ({ icmpError, icmpSender })
  const only = ({ icmpError, icmpSender }: ErrorSeen): ErrorSeen => ({ icmpError, icmpSender })

  test.each<[ErrorSeen, ErrorSeen]>([
    [error('prohibited', '10.0.0.9'), error('port-unreachable', '10.0.0.1')],
    [error('port-unreachable', '10.0.0.9'), error('unreachable', '10.0.0.1')],
    [error('unreachable', '10.0.0.9'), error(undefined)],
    [error('prohibited', '10.0.0.1'), error('prohibited', '10.0.0.9')],
    [error('prohibited', '10.0.0.10'), error('prohibited', '10.0.0.9')],
  ])('is %j, before %j', (graver, other) => {
    expect(graverError(graver, other)).toEqual(graver)
    expect(graverError(other, graver)).toEqual(graver)
  })

  test('does not depend on the order', () => {
    const one = fc
      .tuple(fc.constantFrom(...ICMP_ERRORS), fc.constantFrom('10.0.0.1', '10.0.0.9', '2001:db8::1'))
      .map(([icmpError, sender]) => error(icmpError, icmpError && sender))
    expectNoOrder(one, (left, right) => only(graverError(left, right)))
  })
})
