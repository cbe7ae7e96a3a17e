import { stat } from 'node:fs/promises'
import type { ByteSource } from './byte-source.ts'
import { ByteWindow } from './byte-window.ts'
import { CaptureError } from './capture-error.ts'
import { type FileState, fileSource, fileState, openFile } from './file-source.ts'
import { FILE_HEADER_LENGTH, isPcapMagic, PcapReader, pcapVersion } from './pcap.ts'
import { PcapngReader } from './pcapng.ts'
import { SECTION_HEADER } from './pcapng-blocks.ts'
import type { CaptureReader } from './reader.ts'
import type { TimeOrigin } from './time.ts'
import { isCompressed, unpackedSource } from './unpacked.ts'
import { unpackingSource } from './unpacking-thread.ts'

/** A smaller compressed file is read before a thread that decompresses it has started. */
const WORTH_A_THREAD = 8 * 1024 * 1024

/** Enough to tell every format apart. */
const SNIFFED = 8

/**
 * Opens a capture file. Throws CaptureError with one sentence when there is nothing to read in it, or when it is not
 * any more what `known` says.
 */
export async function openCapture(path: string, origin: TimeOrigin, known?: FileState): Promise<CaptureReader> {
  await refuseNonFiles(path)
  const file = readable(path, () => openFile(path, known))
  const { magic, size } = file.state
  if (!isCompressed(magic) || size < WORTH_A_THREAD) return openSource(fileSource(file), path, origin)
  return openUnpacked(unpackingSource(file, path), path, origin)
}

/** The same in this thread alone: less work for whoever wants the beginning only. */
export async function openBeginning(path: string, origin: TimeOrigin, known: FileState): Promise<CaptureReader> {
  await refuseNonFiles(path)
  return openSource(fileSource(readable(path, () => openFile(path, known))), path, origin)
}

/** What a capture file is before it is opened. Throws CaptureError where there is no such file. */
export async function captureState(path: string): Promise<FileState> {
  await refuseNonFiles(path)
  return readable(path, () => fileState(path))
}

/** Opens a capture that comes as a stream of bytes. `name` is what messages call it. */
export async function openSource(source: ByteSource, name: string, origin: TimeOrigin): Promise<CaptureReader> {
  const window = new ByteWindow(source)
  let unpacked: ByteSource | undefined
  try {
    await fillFirst(window, name)
    unpacked = unpackedSource(window)
    if (unpacked === undefined) return await openFormat(window, name, origin)
  } catch (error) {
    await window.close()
    throw error
  }
  return openUnpacked(unpacked, name, origin)
}

async function openUnpacked(source: ByteSource, name: string, origin: TimeOrigin): Promise<CaptureReader> {
  const window = new ByteWindow(source)
  try {
    await fillFirst(window, name)
    return await openFormat(window, name, origin)
  } catch (error) {
    await window.close()
    throw error
  }
}

async function fillFirst(window: ByteWindow, name: string): Promise<void> {
  await window.fill(SNIFFED)
  if (window.failure) throw new CaptureError(`${name} could not be read: ${window.failure.message}`)
  if (window.end === window.start) throw new CaptureError(`${name} is empty; wanted a pcap or pcapng capture`)
}

async function openFormat(window: ByteWindow, name: string, origin: TimeOrigin): Promise<CaptureReader> {
  const magic = window.end - window.start < SNIFFED ? 0 : window.view.getUint32(window.start)
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

const SAVE_AS_PCAPNG = 'open it in Wireshark and save it as pcapng, or convert it with editcap'

const LZ4 = 'compressed with lz4; decompress it first with lz4 -d'

/** Formats that are met beside captures, by their first four bytes. */
const OTHER_FORMATS: ReadonlyMap<number, string> = new Map([
  [0x474d4255, `a Network Monitor capture, which is not pcap although it may be called .cap; ${SAVE_AS_PCAPNG}`],
  [0x52545353, `a Network Monitor 1 capture; ${SAVE_AS_PCAPNG}`],
  [0x736e6f6f, `a snoop capture; ${SAVE_AS_PCAPNG}`],
  [0x28b52ffd, 'compressed twice, the second time with zstd; decompress it first with zstd -d'],
  [0x04224d18, LZ4],
  [0x02214c18, LZ4],
  [0xfd377a58, 'compressed with xz; decompress it first with xz -d'],
  [0x504b0304, 'a zip archive; unpack it first'],
  [0x377abcaf, 'a 7z archive; unpack it first'],
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
  const stats = await stat(path).catch(refuse(path))
  if (stats.isDirectory()) throw new CaptureError(`${path} is a folder; wanted a capture file`)
  if (!stats.isFile()) throw new CaptureError(`${path} is not a regular file; wanted a capture file, or - for a stream`)
}

/** What is read of a file by `read`, or a CaptureError that says why it cannot be. */
function readable<T>(path: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    return refuse(path)(error as NodeJS.ErrnoException)
  }
}

function refuse(path: string): (error: NodeJS.ErrnoException) => never {
  return (error) => {
    if (error.code === 'ENOENT') throw new CaptureError(`${path} does not exist; wanted a capture file`)
    throw new CaptureError(`${path} could not be opened: ${error.message}`)
  }
}
