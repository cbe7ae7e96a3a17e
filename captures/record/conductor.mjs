import { execFileSync, spawn } from 'node:child_process'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { HOSTS, hostOf } from './hosts.mjs'
import { closeFor, namespaceOf } from './network.mjs'
import { portOptions, spokenOn } from './spoken.mjs'

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

/** A row with all that its originator must know. */
function complete(row) {
  return { fromPort: row.fromPort ?? nextPort++, ...spokenOn(row) }
}

function check(row, outcome) {
  const wanted = row.outcome ?? 'established'
  if (outcome === wanted) return
  throw new Error(`${row.from} -> ${row.to}:${row.port} was ${outcome}, wanted ${wanted}`)
}

async function playFlow(prefix, row) {
  const full = complete(row)
  if (row.loses) return playLoss(prefix, full)
  const done = command(hostOf(row.from), row.open ? 'open' : 'call', full).then((outcome) => check(row, outcome))
  if (row.outcome === 'unanswered') unansweredFlows.push(done)
  else await done
}

/** Milliseconds, well below the time after which TCP sends again. */
const LOSS = 100

/** The responder's host takes nothing for a moment: the request is lost on its last step, and is sent again. */
async function playLoss(prefix, full) {
  check({ ...full, outcome: 'established' }, await command(hostOf(full.from), 'open', { ...full, silent: true }))
  const reopen = closeFor(namespaceOf(prefix, hostOf(full.to)), full)
  const done = command(hostOf(full.from), 'finish', full).then((outcome) => check(full, outcome))
  await delay(LOSS)
  reopen()
  await done
}

/** Starts a late listener; a step that says what is spoken starts that in place of whatever listens there. */
function start({ start: address, ...step }) {
  const host = HOSTS.find(({ name }) => name === hostOf(address))
  const late = host.ports.find((each) => each.late && each.port === step.port)
  return command(host.name, 'listen', portOptions(host, step.layer ? step : late))
}

function ping(prefix, { ping: from, to }) {
  execFileSync('ip', ['netns', 'exec', namespaceOf(prefix, hostOf(from)), 'perl', PING_PROGRAM, from, to])
}

function sendNoise(row) {
  return command(hostOf(row.from), 'sendDatagram', { ...row, fromPort: row.fromPort ?? nextPort++ })
}

async function playRow(prefix, row) {
  if (row.start) return start(row)
  if (row.ping) return ping(prefix, row)
  return row.noise ? sendNoise(row) : playFlow(prefix, row)
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
