import { formatAddress, ipv4Number, parseAddress } from '../address.ts'
import { parseRange } from '../address-range.ts'
import { type Problems, quoted } from '../problems.ts'
import type { Source } from '../source.ts'
import { type Deployment, type HostLine, NO_DEPLOYMENT } from './deployment.ts'

/** Whether the first line that is no comment begins with an address and goes on with a name. */
export function looksLikeHosts(text: string): boolean {
  const line = text.split('\n').find((each) => withoutComment(each) !== '')
  const [address = '', name] = withoutComment(line ?? '').split(/\s+/)
  return name !== undefined && /^[\da-f:.]+(?:%\S+)?$/i.test(address) && /[.:]/.test(address)
}

function withoutComment(line: string): string {
  return line.replace(/#.*/, '').trim()
}

/** Reads a hosts file: an address and its names on each line, `#` before a comment. */
export function readHosts(source: Source, problems: Problems): Deployment {
  let offset = 0
  const hosts: HostLine[] = []
  for (const line of source.text.split('\n')) {
    const read = readLine(withoutComment(line), offset + line.search(/\S/), problems)
    if (read !== undefined) hosts.push(read)
    offset += line.length + 1
  }
  return { ...NO_DEPLOYMENT, hosts }
}

/** Undefined for a line that is empty or tells nothing: a zone id and a loopback address mean each host itself. */
function readLine(line: string, offset: number, problems: Problems): HostLine | undefined {
  if (line === '') return undefined
  const [word = '', ...names] = line.split(/\s+/)
  if (word.includes('%')) return undefined
  const point = parseAddress(word)
  if (point !== undefined) {
    const address = formatAddress(point)
    return isEveryHosts(address) ? undefined : { address, names }
  }
  const range = parseRange(word)
  const fault = 'fault' in range ? range.fault : 'is a network or a range, where a hosts file has an address'
  problems.add(offset, (place) => `${quoted(word)} at ${place} ${fault}`)
  return undefined
}

/** Addresses that every host has for itself or for its link: unspecified, loopback, multicast and broadcast. */
function isEveryHosts(address: string): boolean {
  const ipv4 = ipv4Number(address)
  if (ipv4 < 0) return address === '::' || address === '::1' || address.startsWith('ff')
  const first = ipv4 >>> 24
  return first === 0 || first === 127 || first >= 224
}
