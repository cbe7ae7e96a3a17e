import { spawnSync } from 'node:child_process'
import { accessSync, constants, mkdirSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { delimiter, join } from 'node:path'
import type { Command } from './timing.ts'

/** Where measuring happens. */
export interface Bench {
  /** Of captures and databases. */
  readonly folder: string
  /** The built program: dist/main.js. */
  readonly main: string
  /** Of the compiled scripts beside this one; undefined where they are not compiled, and what needs them is left out. */
  readonly scripts: string | undefined
  readonly runs: number
}

/** Portolan on a capture, into a new database each time. */
export function analyzing(
  { folder, main }: Bench,
  { path, inventory }: { readonly path: string; readonly inventory: string },
  options: readonly string[] = [],
): Command {
  const database = join(folder, 'bench.db')
  return {
    argv: [process.execPath, main, 'analyze', path, '-i', inventory, '-d', database, ...options],
    before: () => rmSync(database, { force: true }),
  }
}

/** Another program that reads captures, and how much of its time Portolan may take. */
export interface Other {
  readonly name: string
  readonly program: string
  readonly limit: { readonly mixed?: number; readonly small?: number }
  readonly arguments: (path: string, folder: string) => readonly string[]
  /** How it is asked for its version. */
  readonly version: readonly string[]
}

const BOTH = (limit: number) => ({ mixed: limit, small: limit })

/** Flow meters and analysers as their users start them. */
export const OTHERS: readonly Other[] = [
  {
    name: 'tcpdump -w /dev/null tcp',
    program: 'tcpdump',
    limit: { mixed: 0.9, small: 1.2 },
    arguments: (path) => ['-r', path, '-w', '/dev/null', 'tcp'],
    version: ['--version'],
  },
  {
    name: 'cat',
    program: 'cat',
    limit: { mixed: 5 },
    arguments: (path) => [path],
    version: ['--version'],
  },
  {
    name: 'nfpcapd -r',
    program: 'nfpcapd',
    limit: BOTH(0.2),
    arguments: (path, folder) => ['-r', path, '-l', emptyFolder(join(folder, 'nfpcapd'))],
    version: ['-V'],
  },
  {
    name: 'softflowd -r',
    program: 'softflowd',
    limit: BOTH(0.2),
    arguments: (path) => ['-r', path],
    version: ['-h'],
  },
  {
    name: 'argus -r',
    program: 'argus',
    limit: BOTH(0.2),
    arguments: (path) => ['-r', path, '-w', '/dev/null'],
    version: ['-h'],
  },
  {
    name: 'tshark -q -z conv,tcp',
    program: 'tshark',
    limit: BOTH(0.025),
    arguments: (path) => ['-q', '-r', path, '-z', 'conv,tcp'],
    version: ['--version'],
  },
]

function emptyFolder(path: string): string {
  rmSync(path, { recursive: true, force: true })
  mkdirSync(path)
  return path
}

/** Servers' programs often stand in folders that only the administrator's PATH names. */
const FOLDERS = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/local/sbin', '/usr/sbin', '/sbin']

/** Where a program stands; undefined where it is not installed. */
export function found(program: string): string | undefined {
  return FOLDERS.map((folder) => join(folder, program)).find(isExecutable)
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** `tcpdump 4.99.3`, or that it is not installed. */
export function versionOf({ program, version }: Pick<Other, 'program' | 'version'>): string {
  const path = found(program)
  if (path === undefined) return `${program} is not installed and left out`
  const { stdout, stderr } = spawnSync(path, version, { encoding: 'utf8' })
  return `${program} ${/\d+(\.\d+)+/.exec(`${stdout}\n${stderr}`)?.[0] ?? 'of an unknown version'}`
}

export const GZIP = { program: 'gzip', version: ['--version'] } as const

/** Counting packets with pcap-parser: by path, as its own page shows it, and as a stream of large chunks. */
export function pcapParsers({ scripts }: Bench): Readonly<Record<string, (path: string) => readonly string[]>> {
  if (scripts === undefined || !hasPcapParser()) return {}
  const reader = [process.execPath, join(scripts, 'second-reader.js')]
  return {
    'pcap-parser, by path': (path) => [...reader, path],
    'pcap-parser, 1 MiB chunks': (path) => [...reader, path, `${2 ** 20}`],
  }
}

export function hasPcapParser(): boolean {
  try {
    createRequire(import.meta.url).resolve('pcap-parser')
    return true
  } catch {
    return false
  }
}
