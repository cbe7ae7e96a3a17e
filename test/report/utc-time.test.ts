import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatTimeUtc } from '../../src/report/format.ts'
import { createTimeUtc } from '../../src/report/utc-time.ts'

test('times are written as formatTimeUtc() writes them, whatever was asked before', () => {
  const day = 86_400_000_000_000n
  const times = fc.oneof(
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    fc.constantFrom(0n, -1n, day - 1n, day, 1_769_817_600_000_000_000n, 1_769_903_999_999_999_999n),
    fc.bigInt({ min: 1_769_817_600_000_000_000n, max: 1_769_817_600_000_000_000n + 2n * day }),
  )
  fc.assert(
    fc.property(fc.array(times), (several) => {
      const timeUtc = createTimeUtc()
      expect(several.map(timeUtc)).toEqual(several.map(formatTimeUtc))
    }),
  )
})
