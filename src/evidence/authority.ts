import { COLON, find, isDigit } from './text.ts'

const RIGHT_BRACKET = 0x5d

/** Where the host ends in `host:port`; an IPv6 address stands in brackets and is kept with them. */
export function withoutPort(view: DataView, start: number, end: number): number {
  let at = end
  while (at > start && isDigit(view.getUint8(at - 1))) at -= 1
  if (at === start || view.getUint8(at - 1) !== COLON) return end
  const host = at - 1
  const isWhole = find(view, start, host, COLON) === host || view.getUint8(host - 1) === RIGHT_BRACKET
  return isWhole ? host : end
}
