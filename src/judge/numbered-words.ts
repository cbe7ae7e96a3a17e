import { SERVICES, type Service } from '../evidence/service.ts'
import { ICMP_ERRORS, type IcmpError, transportName } from '../flow/flow.ts'

/* The numbers, in rows and sums, of words that conversations and observations have. */

const TRANSPORT_NUMBERS = new Map(Array.from({ length: 256 }, (_, protocol) => [transportName(protocol), protocol]))
const SERVICE_NUMBERS = new Map(SERVICES.map((service, number) => [service, number]))

/** IANA protocol number. */
export function transportNumber(name: string): number {
  return TRANSPORT_NUMBERS.get(name)!
}

export function serviceNumber(service: Service): number {
  return SERVICE_NUMBERS.get(service)!
}

export function icmpErrorNumber(error: IcmpError | undefined): number {
  return ICMP_ERRORS.indexOf(error)
}
