import type { Certificate } from '../evidence/certificate.ts'
import type { Names } from '../flow/names.ts'

/** Names and certificates by numbers from 1 on; 0 is none. */
export interface Glossary {
  text(number: number): string | undefined
  certificate(number: number): Certificate | undefined
  numberOfText(text: string | undefined): number
  numberOfCertificate(certificate: Certificate | undefined): number
}

/**
 * The places in the orders of names.ts, as rows of the flow log are added up: of several the lowest place is kept. What
 * is added besides, folded attempts, has neither names nor certificates.
 */
export function placesOf({ text, certificate, textOrder, certificateOrder }: Names): Glossary {
  return {
    text: (place) => text(textOrder.numbers[place]!),
    certificate: (place) => certificate(certificateOrder.numbers[place]!),
    numberOfText: () => 0,
    numberOfCertificate: () => 0,
  }
}

/** Numbers in the order of their first use. Certificates are told apart as objects. */
export function collected(): Glossary {
  const texts = new Numbered<string>()
  const certificates = new Numbered<Certificate>()
  return {
    text: (number) => texts.at(number),
    certificate: (number) => certificates.at(number),
    numberOfText: (text) => texts.numberOf(text),
    numberOfCertificate: (certificate) => certificates.numberOf(certificate),
  }
}

class Numbered<Value> {
  readonly #values: Value[] = []
  readonly #numbers = new Map<Value, number>()

  at(number: number): Value | undefined {
    return this.#values[number - 1]
  }

  numberOf(value: Value | undefined): number {
    if (value === undefined) return 0
    let number = this.#numbers.get(value)
    if (number === undefined) {
      number = this.#values.push(value)
      this.#numbers.set(value, number)
    }
    return number
  }
}

/** Keeps the lower of two numbers, of which 0 is none. */
export function keepFirst(sums: Float64Array, at: number, number: number): void {
  const known = sums[at]!
  if (number !== 0 && (known === 0 || number < known)) sums[at] = number
}
