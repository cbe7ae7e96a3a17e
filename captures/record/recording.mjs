import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'

/** The recorders, each in a machine's namespace. */

/** Milliseconds for a recorder to begin after it says so. */
const BEGIN = 400
/** Milliseconds for a recorder to fetch the last packets before it is stopped: libpcap's buffer time and some more. */
const DRAIN = 1500

/** The ports of the switches whose packets `duplicated.pcapng` has. */
const MIRRORED = ['dir01-0', 'fe01-0', 'dc01-0', 'branch-0']

const RECORDERS = {
  /** One interface, pcapng. */
  dumpcap: (file) => ['dumpcap', '-q', '-i', 'eth0', '-w', file],
  /** Some of a switch's ports, pcapng: the file tells the ports apart. */
  dumpcapPorts: (file) => ['dumpcap', '-q', ...MIRRORED.flatMap((port) => ['-i', port]), '-w', file],
  /** All interfaces at once, classic pcap with microseconds, Linux cooked v2: the file tells the legs apart. */
  tcpdumpAny: (file) => ['tcpdump', '-Z', 'root', '-U', '-i', 'any', '-y', 'LINUX_SLL2', '-w', file],
  /** One interface, classic pcap with nanoseconds. */
  tcpdumpNano: (file) => ['tcpdump', '-Z', 'root', '-U', '-i', 'eth0', '--time-stamp-precision=nano', '-w', file],
}

const STARTED = /listening on|File: /

export async function startRecording(namespace, recorder, file) {
  const words = ['netns', 'exec', namespace, ...RECORDERS[recorder](file)]
  const child = spawn('ip', words, { stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  for await (const chunk of child.stderr.iterator({ destroyOnReturn: false })) {
    said += chunk
    if (STARTED.test(said)) break
  }
  if (!STARTED.test(said)) throw new Error(`${words.slice(3).join(' ')} did not start: ${said}`)
  child.stderr.resume()
  await delay(BEGIN)
  return child
}

export async function stopRecording(child) {
  await delay(DRAIN)
  child.kill('SIGINT')
  await once(child, 'exit')
}
