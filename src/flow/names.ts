import { type Certificate, readCertificate } from '../evidence/certificate.ts'
import type { FlowLog } from './flow-log.ts'

/** The texts and certificates of a closed log, by their numbers there. */
export interface Names {
  /** Undefined for number 0. */
  text(number: number): string | undefined
  /** Undefined for number 0, and where the certificate cannot be read. */
  certificate(number: number): Certificate | undefined
  /** The numbers of all texts, and of all certificates, in an order that depends on nothing but what they say. */
  readonly textOrder: Order
  readonly certificateOrder: Order
}

/** A total order of numbers from 1 on. */
export interface Order {
  /** By number: its place, from 1 on; 0 for number 0. */
  readonly places: Int32Array
  /** By place: its number. */
  readonly numbers: Int32Array
}

/** Decodes what was kept as bytes. */
export function readNames(log: FlowLog): Names {
  const decoder = new TextDecoder('latin1')
  const texts = log.texts.all().map((bytes) => decoder.decode(bytes))
  const certificates = log.certificates.all().map(readCertificate)
  return {
    text: (number) => texts[number - 1],
    certificate: (number) => certificates[number - 1],
    textOrder: orderOf(texts, compareTexts),
    certificateOrder: orderOf(certificates, compareCertificates),
  }
}

function compareTexts(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0
}

/** The one that is valid from a later time on first; what cannot be read last. */
function compareCertificates(left: Certificate | undefined, right: Certificate | undefined): number {
  if (left === undefined || right === undefined) return Number(left === undefined) - Number(right === undefined)
  return (right.notBefore ?? 0) - (left.notBefore ?? 0) || compareTexts(left.fingerprint, right.fingerprint)
}

function orderOf<Value>(values: readonly Value[], compare: (left: Value, right: Value) => number): Order {
  const numbers = values.map((_, index) => index + 1)
  numbers.sort((left, right) => compare(values[left - 1] as Value, values[right - 1] as Value))
  const places = new Int32Array(values.length + 1)
  for (const [index, number] of numbers.entries()) places[number] = index + 1
  return { places, numbers: Int32Array.from([0, ...numbers]) }
}
