import { expect, it } from 'vitest'
import { alertMeaning } from '../../src/evidence/tls-alert.ts'

it.each([
  [40, 'handshake failure'],
  [42, 'bad certificate'],
  [45, 'certificate expired'],
  [46, 'certificate unknown'],
  [48, 'unknown CA'],
  [70, 'protocol version'],
  [116, 'certificate required'],
])('says in words what alert %i means', (description, meaning) => {
  expect(alertMeaning(description)).toBe(meaning)
})

it('gives the number of one that it does not know', () => {
  expect(alertMeaning(199)).toBe('alert 199')
})
