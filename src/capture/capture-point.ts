import { basename, dirname, resolve } from 'node:path'

/** Where a capture was taken, as far as its place and name tell. */
export interface CapturePoint {
  /** Folder name and file name without rotation counter, time and ending: `edge01/trace`. */
  readonly name: string
  /** The folder's whole path: two folders of the same name are two places. */
  readonly folder: string
}

export function capturePoint(path: string): CapturePoint {
  const folder = dirname(resolve(path))
  const stem = withoutRotation(basename(path))
  const parent = basename(folder)
  return { name: parent === '' ? stem : `${parent}/${stem}`, folder }
}

const ENDINGS = /\.(?:gz|zst|pcapng|pcap|ntar|cap|dmp)$/i
/** tcpdump -C and -W count behind the ending: trace.pcap, trace.pcap1, trace.pcap02. */
const COUNT_BEHIND_ENDING = /\.(pcapng|pcap|cap)(\d{1,6})$/i
/** dumpcap: name_00001_20260131120000 or name_20260131120000_00001. */
const DUMPCAP_ROTATION = /_(?:\d{5,}_\d{14}|\d{14}_\d{5,})$/
/**
 * A time as tcpdump -G and people write it into names: 20260131-1200, 2026-01-31_12.00.00, 20260131T120000Z. Not one
 * that digits go on behind: 2026-01-31_10.10.10.16 names a day and an address.
 */
const TIME =
  /[-_.]?(?<!\d)(?:19|20)\d{2}-?(?:0[1-9]|1[0-2])-?(?:0[1-9]|[12]\d|3[01])(?:[-_.T ]?[0-2]\d[-:._h]?[0-5]\d(?:[-:._m]?[0-5]\d)?Z?)?(?=[-_.]|$)(?!\.\d)/
/** A counter alone, as editcap and ring buffers write it; shorter numbers name machines. */
const COUNT = /_\d{5,}$/

/** The name that all files of a rotated set have in common. */
function withoutRotation(fileName: string): string {
  let name = fileName.replace(/\.(?:gz|zst)$/i, '').replace(COUNT_BEHIND_ENDING, '.$1')
  while (ENDINGS.test(name)) name = name.replace(ENDINGS, '')
  const bare = name.replace(DUMPCAP_ROTATION, '').replace(TIME, '').replace(COUNT, '')
  return bare || name || fileName
}
