import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { LABEL_KINDS, type LabelKind, Labels } from '../../src/judge/labels.ts'
import { ADDRESSES, certificate, conversation } from './samples.ts'

function labelsOf(...conversations: readonly Parameters<typeof conversation>[0][]): object {
  const labels = new Labels()
  for (const fields of conversations) labels.addConversation(conversation(fields))
  return Object.fromEntries(labels.byAddress)
}

const { 'front-end': orig, director: resp } = ADDRESSES

describe('what the traffic calls an address', () => {
  test('is the first name of the certificate that it presented, of either end', () => {
    const origCertificate = certificate(['fe01.contoso.local', 'pool01.contoso.local'])
    const respCertificate = certificate(['dir01.contoso.local'])
    expect(labelsOf({ origCertificate, respCertificate, claim: 'asked.contoso.local' })).toEqual({
      [orig]: { kind: 'certificate', name: 'fe01.contoso.local' },
      [resp]: { kind: 'certificate', name: 'dir01.contoso.local' },
    })
  })

  test('is what the originator asked the responder for, where that is all', () => {
    expect(labelsOf({ claim: 'meet.contoso.com' })).toEqual({ [resp]: { kind: 'asked-for', name: 'meet.contoso.com' } })
  })

  test('is nothing where nobody said a name, or only the address', () => {
    expect(
      labelsOf({}, { claim: resp }, { origCertificate: certificate([]) }, { origCertificate: certificate([orig]) }),
    ).toEqual({})
  })

  test('is the best, whatever came first: a certificate before a name server, and whom the originators asked for last', () => {
    for (const order of [LABEL_KINDS, LABEL_KINDS.toReversed()]) {
      const labels = new Labels()
      // By alphabet the best comes last.
      for (const kind of order) labels.add(resp, kind, `${9 - LABEL_KINDS.indexOf(kind)}`)
      expect(labels.byAddress.get(resp)).toEqual({ kind: 'certificate', name: '9' })
    }
    expect([LABEL_KINDS[0], LABEL_KINDS[1], LABEL_KINDS.at(-1)]).toEqual(['certificate', 'dns', 'asked-for'])
  })

  test('is of equally good ones the first by alphabet', () => {
    for (const names of [
      ['fe02.contoso.local', 'fe01.contoso.local'],
      ['fe01.contoso.local', 'fe02.contoso.local'],
    ]) {
      const seen = names.map((name) => ({ origCertificate: certificate([name]) }))
      expect(labelsOf(...seen)).toEqual({ [orig]: { kind: 'certificate', name: 'fe01.contoso.local' } })
    }
  })

  test('does not depend on the order', () => {
    const label = fc.tuple(
      fc.constantFrom(orig, resp),
      fc.constantFrom(...LABEL_KINDS),
      fc.constantFrom('a', 'b', 'B', '서울'),
    )
    const shuffled = fc
      .array(label, { maxLength: 8 })
      .chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })))
    const named = (all: readonly [string, LabelKind, string][]) => {
      const labels = new Labels()
      for (const each of all) labels.add(...each)
      return Object.fromEntries(labels.byAddress)
    }
    fc.assert(
      fc.property(shuffled, ([all, inOtherOrder]) => {
        expect(named(inOtherOrder)).toEqual(named(all))
      }),
    )
  })
})
