import { execFileSync, spawn } from 'node:child_process'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { HOSTS, hostOf } from './hosts.mjs'
import { namespaceOf } from './network.mjs'

/** Starts the machines in their namespaces and plays scenarios on them, one row after the other. */

const HOST_PROGRAM = fileURLToPath(new URL('./host.mjs', import.meta.url))
const PING_PROGRAM = fileURLToPath(new URL('./ping.pl', import.meta.url))

/** Milliseconds between rows, so that flows do not interleave. */
const PAUSE = 15
/** Originator ports are given out in order from here, above the media range: the same in every recording. */
const FIRST_PORT = 61_000

let nextPort = FIRST_PORT
let nextCommand = 0
const machines = new Map()
/** Commands without an answer yet, by id. */
const waiting = new Map()
/** Flows that nobody will answer: the next rows do not wait for them. */
const unansweredFlows = []

export async function startMachines(prefix, keys) {
  for (const { name } of HOSTS) {
    const words = ['netns', 'exec', namespaceOf(prefix, name), process.execPath, HOST_PROGRAM, keys]
    const child = spawn('ip', words, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
    child.on('message', (answer) => takeAnswer(name, answer))
    machines.set(name, child)
  }
  for (const host of HOSTS) {
    for (const port of host.ports) if (!port.late) await command(host.name, 'listen', portOptions(host, port))
  }
}

export function stopMachines() {
  for (const child of machines.values()) child.kill()
  machines.clear()
}

/** Tells a machine to do something; resolves to its answer. */
function command(name, word, argument) {
  const id = nextCommand++
  machines.get(name).send({ id, command: word, argument })
  return new Promise((resolve, reject) => waiting.set(id, { resolve, reject }))
}

function takeAnswer(name, { id, result, error }) {
  const { resolve, reject } = waiting.get(id)
  waiting.delete(id)
  if (error) reject(new Error(`${name}: ${error}`))
  else resolve(result)
}

function portOptions(host, port) {
  return { certificate: host.certificate, ...port }
}

const SERVER_NAMES = {
  dir01: 'dir01.contoso.local',
  edge01: 'edge01.contoso.local',
  fe01: 'fe01.contoso.local',
  rp01: 'rp01.contoso.local',
  stranger: 'updates.example.net',
  access: 'sip.contoso.com',
  webconf: 'webcon.contoso.com',
  partner: 'sip.fabrikam.com',
}

/** The responder's listening port, which says what is spoken there; nothing when nobody listens. */
function listeningPort({ to, port, transport = 'tcp' }) {
  const host = HOSTS.find(({ name }) => name === hostOf(to))
  const found = host.ports.find(
    (each) => each.port === port && (each.transport ?? 'tcp') === transport && (each.address ?? to) === to,
  )
  return found && portOptions(host, found)
}

/** A row with all that its originator must know. */
function complete(row) {
  const { layer, application, certificate } = listeningPort(row) ?? {}
  const own = HOSTS.find(({ name }) => name === hostOf(row.from)).certificate
  const fromPort = row.fromPort ?? nextPort++
  return { layer, application, certificate: own, serverName: SERVER_NAMES[certificate], ...row, fromPort }
}

function check(row, outcome) {
  const wanted = row.outcome ?? 'established'
  if (outcome === wanted) return
  throw new Error(`${row.from} -> ${row.to}:${row.port} was ${outcome}, wanted ${wanted}`)
}

async function playFlow(row) {
  const full = complete(row)
  const done = command(hostOf(row.from), row.open ? 'open' : 'call', full).then((outcome) => check(row, outcome))
  if (row.outcome === 'unanswered') unansweredFlows.push(done)
  else await done
}

function startLate({ start, port }) {
  const host = HOSTS.find(({ name }) => name === hostOf(start))
  const late = host.ports.find((each) => each.late && each.port === port)
  return command(host.name, 'listen', portOptions(host, late))
}

function ping(prefix, { ping: from, to }) {
  execFileSync('ip', ['netns', 'exec', namespaceOf(prefix, hostOf(from)), 'perl', PING_PROGRAM, from, to])
}

function sendNoise(row) {
  return command(hostOf(row.from), 'sendDatagram', { ...row, fromPort: row.fromPort ?? nextPort++ })
}

async function playRow(prefix, row) {
  if (row.start) return startLate(row)
  if (row.ping) return ping(prefix, row)
  return row.noise ? sendNoise(row) : playFlow(row)
}

export async function play(prefix, rows) {
  for (const row of rows) {
    await playRow(prefix, row)
    await delay(PAUSE)
  }
  await Promise.all(unansweredFlows)
}

export async function openStanding(rows) {
  for (const row of rows)
    check({ ...row, outcome: 'established' }, await command(hostOf(row.from), 'open', complete(row)))
}

/** Lets both ends say on standing connections what their rows tell. */
export async function speakStanding(rows) {
  for (const row of rows) {
    const full = complete(row)
    if (row.silent) check({ ...row, outcome: 'established' }, await command(hostOf(row.from), 'finish', full))
    for (const side of row.said ?? []) {
      await command(hostOf(side === 'originator' ? row.from : row.to), 'push', { ...full, side })
      await delay(PAUSE)
    }
  }
}
