import { execFileSync } from 'node:child_process'
import { chownSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { makeCertificates } from './certificates.mjs'
import { openStanding, play, speakStanding, startMachines, stopMachines } from './conductor.mjs'
import { HOSTS } from './hosts.mjs'
import { makeNetwork, namespaceOf, removeNetwork } from './network.mjs'
import { plainPcapng } from './plain-pcapng.mjs'
import { startRecording, stopRecording } from './recording.mjs'
import { DIRECTOR_SCENARIO, STANDING } from './scenario-director.mjs'
import { DUPLICATED_SCENARIO } from './scenario-duplicated.mjs'
import { EDGE_SCENARIO } from './scenario-edge.mjs'
import { PROOF_SCENARIO } from './scenario-proof.mjs'
import { tablesOf, writeTables } from './tables.mjs'

/** Records the sample captures anew: `sudo node captures/record/record.mjs`. */

const CAPTURES = fileURLToPath(new URL('..', import.meta.url))
const LARGEST_TOTAL = 500_000
const TOOLS = ['ip', 'sysctl', 'openssl', 'dumpcap', 'tcpdump', 'perl']

const prefix = `portolan-${process.pid}`
const recordings = new Set()
let folder

function checkSetUp() {
  if (process.getuid?.() !== 0) throw new Error('making network namespaces needs root: run this with sudo')
  for (const tool of TOOLS) {
    try {
      execFileSync('sh', ['-c', `command -v ${tool}`], { stdio: 'ignore' })
    } catch {
      throw new Error(`the recorder needs ${tool}, which is not installed`)
    }
  }
}

function cleanUp() {
  for (const child of recordings) child.kill()
  stopMachines()
  removeNetwork(prefix)
  if (folder) rmSync(folder, { recursive: true, force: true })
}

async function recordWhile(sessions, action) {
  for (const [host, recorder, file] of sessions) {
    recordings.add(await startRecording(namespaceOf(prefix, host), recorder, join(folder, file)))
  }
  await action()
  for (const child of recordings) await stopRecording(child)
  recordings.clear()
}

async function record() {
  makeNetwork(prefix, HOSTS)
  makeCertificates(folder)
  await startMachines(prefix, folder)
  await openStanding(STANDING)
  await recordWhile([['dir01', 'tcpdumpNano', 'director-midstream.pcap']], () => speakStanding(STANDING))
  const both = [
    ['dir01', 'dumpcap', 'director.pcapng'],
    ['edge01', 'tcpdumpAny', 'edge.pcap'],
  ]
  await recordWhile(both, async () => {
    await speakStanding(STANDING.filter((row) => row.inDirectorCapture))
    await play(prefix, DIRECTOR_SCENARIO)
    await play(prefix, EDGE_SCENARIO)
    await play(prefix, PROOF_SCENARIO)
  })
  const mirror = ['switches', 'dumpcapPorts', 'duplicated.pcapng']
  await recordWhile([mirror], () => play(prefix, DUPLICATED_SCENARIO))
}

/** Puts the files in place only when all of them are good. */
function keep() {
  const files = {
    'director.pcapng': plainPcapng(readFileSync(join(folder, 'director.pcapng'))),
    'director-midstream.pcap': readFileSync(join(folder, 'director-midstream.pcap')),
    'edge.pcap': readFileSync(join(folder, 'edge.pcap')),
    'duplicated.pcapng': plainPcapng(readFileSync(join(folder, 'duplicated.pcapng'))),
  }
  const total = Object.values(files).reduce((sum, bytes) => sum + bytes.length, 0)
  if (total > LARGEST_TOTAL)
    throw new Error(`the captures have ${total} bytes together, at most ${LARGEST_TOTAL} are wanted`)
  const tables = tablesOf(files['duplicated.pcapng'])
  const { uid, gid } = statSync(CAPTURES)
  for (const [name, bytes] of Object.entries(files)) {
    writeFileSync(join(CAPTURES, name), bytes)
    chownSync(join(CAPTURES, name), uid, gid)
    process.stdout.write(`${name}: ${bytes.length} bytes\n`)
  }
  writeTables(tables)
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    cleanUp()
    process.exit(130)
  })
}

try {
  checkSetUp()
  folder = mkdtempSync(join(tmpdir(), 'portolan-'))
  await record()
  keep()
} catch (error) {
  process.stderr.write(`record: ${error.message}\n`)
  process.exitCode = 1
} finally {
  if (folder) cleanUp()
}
