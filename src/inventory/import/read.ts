import { looksLikeCsv } from '../csv.ts'
import { InventoryError } from '../inventory-error.ts'
import { collectProblems } from '../problems.ts'
import { readBytes } from '../read-bytes.ts'
import { type Source, sourceOf } from '../source.ts'
import { decodeAscii, decodeUnicode } from '../text.ts'
import type { Deployment } from './deployment.ts'
import { looksLikeHosts, readHosts } from './hosts.ts'
import { areInterfaceColumns, readNetworkInterfaces } from './network-interfaces.ts'
import { areServiceColumns, readServices } from './services.ts'
import { columnsOf } from './table.ts'
import { holdsTopology, readTopology } from './topology.ts'

const WANTED =
  'the topology of Get-CsTopology -AsXml, a .tbxml file, a CSV of Get-CsNetworkInterface or Get-CsService, or a hosts file'

/** Reads what a file says of the deployment. Whatever is wrong with it is one InventoryError. */
export function readImport(path: string): Deployment {
  return parseImport(readBytes(path, path, 'a file'), path)
}

/** Reads the bytes of `file`, which is named in messages; the content tells what it is. */
export function parseImport(bytes: Uint8Array, file: string): Deployment {
  const source = sourceOf(file, decode(bytes, file))
  const problems = collectProblems(source)
  const read = readerOf(source)
  const deployment = read(source, problems)
  problems.throwIfAny()
  return deployment
}

/** Names of machines and addresses are ASCII: what a legacy code page writes beside them does not matter. */
function decode(bytes: Uint8Array, file: string): string {
  const decoded = decodeUnicode(wholeUnits(bytes))
  if ('text' in decoded) return decoded.text
  const ascii = decodeAscii(bytes)
  if ('text' in ascii) return ascii.text
  throw new InventoryError(`${file} is not text: ${decoded.fault}; wanted ${WANTED}`)
}

/** A file in UTF-16 that was cut off within a character is told to be cut off, and not to be no text. */
function wholeUnits(bytes: Uint8Array): Uint8Array {
  const isUtf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)
  return isUtf16 && bytes.length % 2 === 1 ? bytes.subarray(0, -1) : bytes
}

type Read = (source: Source, problems: ReturnType<typeof collectProblems>) => Deployment

function readerOf({ file, text }: Source): Read {
  if (holdsTopology(text)) return readTopology
  const columns = columnsOf(text)
  if (areServiceColumns(columns)) return readServices
  if (areInterfaceColumns(columns)) return readNetworkInterfaces
  if (looksLikeHosts(text)) return readHosts
  if (looksLikeCsv(text) || /^['"]?endpoints['"]?\s*:/m.test(text)) {
    throw new InventoryError(`${file} is an inventory already; to merge into it, name it with --output`)
  }
  throw new InventoryError(`${file} is not known to be one of the files that are imported: wanted ${WANTED}`)
}
