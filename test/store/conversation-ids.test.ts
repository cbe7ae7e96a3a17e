import fc from 'fast-check'
import { expect, test } from 'vitest'
import { keyText } from '../../src/judge/conversation.ts'
import { type Judged, listOf } from '../../src/judge/judge-all.ts'
import { inIdOrder, wantedId, wantedIdsOf } from '../../src/store/conversation-ids.ts'
import { idNumber } from '../../src/store/ids.ts'
import { conversation } from '../judge/samples.ts'

const CAPTURE = { number: 1, point: 'dir01/trace', originNs: 0n, resolutionNs: 1 }

const some = fc
  .record({
    respPort: fc.integer({ min: 0, max: 20 }),
    origAddress: fc.constantFrom('10.0.0.1', '2001:db8::1', '10.0.0.0/8'),
    service: fc.constantFrom('none' as const, 'tls' as const),
    certain: fc.boolean(),
  })
  .map(conversation)

test('a conversation wants the id of its point and its key, though they are never put together', () => {
  fc.assert(
    fc.property(some, fc.string(), (one, point) => {
      expect(wantedId({ ...CAPTURE, point }, one)).toBe(idNumber(`${point}\n${keyText(one)}`))
    }),
  )
})

test('conversations are put in the order of their ids, of equal ids in the order in which they are listed', () => {
  fc.assert(
    fc.property(fc.array(some, { maxLength: 60 }), fc.infiniteStream(fc.nat()), (several, keys) => {
      const numbers = several.map((_, number) => number)
      const places = new Map(numbers.map((number) => [number, keys.next().value as number]))
      const compare = (a: number, b: number) => (places.get(a) ?? 0) - (places.get(b) ?? 0)
      const order = Uint32Array.from(numbers.sort(compare))
      const judged = { conversations: listOf(several), compare } as Partial<Judged> as Judged
      const ids = several.map((one) => wantedId(CAPTURE, one))
      const wanted = [...order].sort((a, b) => (ids[a] ?? 0) - (ids[b] ?? 0))
      expect([...inIdOrder(CAPTURE, judged)]).toEqual(wanted)
      expect([...wantedIdsOf(CAPTURE, judged)]).toEqual(ids)
    }),
  )
})
