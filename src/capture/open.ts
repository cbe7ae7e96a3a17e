import { stat } from 'node:fs/promises'
import { type ByteSource, gunzipSource, openFile } from './byte-source.ts'
import { ByteWindow } from './byte-window.ts'
import { CaptureError } from './capture-error.ts'
import { FILE_HEADER_LENGTH, isPcapMagic, PcapReader, pcapVersion } from './pcap.ts'
import { PcapngReader, SECTION_HEADER } from './pcapng.ts'
import type { CaptureReader } from './reader.ts'
import type { TimeOrigin } from './time.ts'

const GZIP_MAGIC = 0x1f8b
/** Enough to tell every format apart. */
const SNIFFED = 8

/** Opens a capture file. Throws CaptureError with one sentence when there is nothing to read in it. */
export async function openCapture(path: string, origin: TimeOrigin): Promise<CaptureReader> {
  await refuseNonFiles(path)
  return openSource(openedFile(path), path, origin)
}

/** Opens a capture that comes as a stream of bytes. `name` is what messages call it. */
export async function openSource(source: ByteSource, name: string, origin: TimeOrigin): Promise<CaptureReader> {
  try {
    return await openWindow(new ByteWindow(source), name, origin, false)
  } catch (error) {
    await source.close()
    throw error
  }
}

async function openWindow(
  window: ByteWindow,
  name: string,
  origin: TimeOrigin,
  inflated: boolean,
): Promise<CaptureReader> {
  const whole = await window.fill(SNIFFED)
  if (window.failure) throw new CaptureError(`${name} could not be read: ${window.failure.message}`)
  if (window.end === window.start) throw new CaptureError(`${name} is empty; wanted a pcap or pcapng capture`)
  if (!inflated && window.end - window.start > 2 && window.view.getUint16(window.start) === GZIP_MAGIC) {
    return openWindow(new ByteWindow(inflatedRest(window)), name, origin, true)
  }
  const magic = whole ? window.view.getUint32(window.start) : 0
  if (magic === SECTION_HEADER) return new PcapngReader(window, origin)
  if (isPcapMagic(magic)) return openPcap(window, name, origin)
  throw new CaptureError(`${name} is ${otherFormat(window, name)}`)
}

async function openPcap(window: ByteWindow, name: string, origin: TimeOrigin): Promise<CaptureReader> {
  if (!(await window.fill(FILE_HEADER_LENGTH))) {
    throw new CaptureError(`${name} ends inside its file header: ${window.end - window.start} bytes of 24`)
  }
  const version = pcapVersion(window.view, window.start)
  if (version !== 2) throw new CaptureError(`${name} is pcap of version ${version}; wanted version 2`)
  return new PcapReader(window, origin)
}

/** The compressed source from its beginning: what the window already holds, then the rest. */
function inflatedRest(window: ByteWindow): ByteSource {
  return gunzipSource({
    async read(target) {
      if (!(await window.fill(1))) {
        if (window.failure) throw window.failure
        return 0
      }
      const count = Math.min(target.byteLength, window.end - window.start)
      target.set(new Uint8Array(window.view.buffer, window.start, count))
      window.start += count
      return count
    },
    close: () => window.close(),
  })
}

const SAVE_AS_PCAPNG = 'open it in Wireshark and save it as pcapng, or convert it with editcap'

/** Formats that are met beside captures, by their first four bytes. */
const OTHER_FORMATS: ReadonlyMap<number, string> = new Map([
  [0x474d4255, `a Network Monitor capture, which is not pcap although it may be called .cap; ${SAVE_AS_PCAPNG}`],
  [0x52545353, `a Network Monitor 1 capture; ${SAVE_AS_PCAPNG}`],
  [0x736e6f6f, `a snoop capture; ${SAVE_AS_PCAPNG}`],
  [0x28b52ffd, 'compressed with zstd; decompress it first with zstd -d'],
  [0x04224d18, 'compressed with lz4; decompress it first with lz4 -d'],
  [0x504b0304, 'a zip archive; unpack it first'],
  [0x53514c69, 'an SQLite database; wanted a pcap or pcapng capture'],
])

function otherFormat(window: ByteWindow, name: string): string {
  if (name.toLowerCase().endsWith('.etl')) {
    return 'an event trace of Windows (netsh trace or pktmon); convert it first with etl2pcapng'
  }
  const magic = window.end - window.start >= 4 ? window.view.getUint32(window.start) : 0
  return OTHER_FORMATS.get(magic) ?? `not a capture: it begins with ${firstBytes(window)}; wanted pcap or pcapng`
}

function firstBytes(window: ByteWindow): string {
  const shown = Math.min(4, window.end - window.start)
  const bytes = [...new Uint8Array(window.view.buffer, window.start, shown)]
  return bytes.map((byte) => byte.toString(16).padStart(2, '0')).join(' ')
}

async function refuseNonFiles(path: string): Promise<void> {
  const stats = await stat(path).catch(readable(path))
  if (stats.isDirectory()) throw new CaptureError(`${path} is a folder; wanted a capture file`)
  if (!stats.isFile()) throw new CaptureError(`${path} is not a regular file; wanted a capture file, or - for a stream`)
}

function openedFile(path: string): ByteSource {
  try {
    return openFile(path)
  } catch (error) {
    return readable(path)(error as NodeJS.ErrnoException)
  }
}

function readable(path: string): (error: NodeJS.ErrnoException) => never {
  return (error) => {
    if (error.code === 'ENOENT') throw new CaptureError(`${path} does not exist; wanted a capture file`)
    throw new CaptureError(`${path} could not be opened: ${error.message}`)
  }
}
