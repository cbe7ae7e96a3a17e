import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { builtModules } from '../support/built-modules.ts'

// Other processes that use a database at the same time.

const CHILD = fileURLToPath(new URL('child.mjs', import.meta.url))
const NOBODY = 65534

export type Command = 'analyze' | 'analyze-for-ever' | 'points' | 'open-to-write'

/** What a child process is asked to do. */
export interface Request {
  readonly database: string
  readonly point?: string
  readonly paths?: readonly string[]
  /** The inventories to take in turn. */
  readonly inventories?: readonly string[]
}

export interface Running {
  readonly process: ChildProcess
  /** Resolves when the child says so. */
  readonly ready: Promise<void>
  /** Lets the child begin. */
  go(): void
  readonly ended: Promise<Ended>
}

export interface Ended {
  /** Null where it was killed; undefined where it could not run at all. */
  readonly status: number | null | undefined
  readonly output: string
}

export function start(command: Command, request: Request, user: { uid?: number; gid?: number } = {}): Running {
  const child = spawn(process.execPath, [CHILD, builtModules(), command, JSON.stringify(request)], user)
  let output = ''
  let isReady: () => void
  const ready = new Promise<void>((resolve) => {
    isReady = resolve
  })
  const take = (text: string) => {
    if (text.includes('ready\n')) isReady()
    output += text.replace('ready\n', '')
  }
  child.stdout.setEncoding('utf8').on('data', take)
  child.stderr.setEncoding('utf8').on('data', take)
  child.stdin.on('error', () => {})
  const ended = new Promise<Ended>((resolve) => {
    child.on('close', (status) => {
      isReady()
      resolve({ status, output })
    })
  })
  return { process: child, ready, go: () => child.stdin.end('go\n'), ended }
}

/** Runs a command as a user who owns nothing. As another user than root, as that one. */
export async function runAsNobody(command: Command, request: Request): Promise<Ended> {
  const isRoot = process.getuid?.() === 0
  const child = start(command, request, isRoot ? { uid: NOBODY, gid: NOBODY } : {})
  child.go()
  const { status, output } = await child.ended
  const cannotLoad = /ERR_MODULE_NOT_FOUND|EACCES.*(?:modules|child\.mjs)/.test(output)
  return cannotLoad
    ? { status: undefined, output: 'the user nobody cannot read the project folder' }
    : { status, output }
}
