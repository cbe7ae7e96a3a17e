import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

// The modules of src compiled one by one, for processes and threads of tests: dist/ has them in other files.

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const MODULES = join(ROOT, '.bench/modules/src')

/** The URL of their folder. They are compiled where src is newer; `npm test` has done so before. */
export function builtModules(): string {
  const built = join(MODULES, 'analyze.js')
  if (!existsSync(built) || statSync(built).mtimeMs <= newest(join(ROOT, 'src'))) {
    const tsc = join(ROOT, 'node_modules/typescript/bin/tsc')
    execFileSync(process.execPath, [tsc, '-p', 'test/support'], { cwd: ROOT })
  }
  return pathToFileURL(`${MODULES}/`).href
}

function newest(folder: string): number {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
  return Math.max(...files.map(({ parentPath, name }) => statSync(join(parentPath, name)).mtimeMs))
}
