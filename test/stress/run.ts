import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { runHostile } from './hostile.ts'
const { values } = parseArgs({ options: { only: { type: 'string', default: '' }, scale: { type: 'string', default: '1' } } })
const folder = mkdtempSync(join(tmpdir(), 'portolan-stress-'))
try { process.exitCode = runHostile(folder, values.only, Number(values.scale)) > 0 ? 1 : 0 } finally { rmSync(folder, { recursive: true, force: true }) }
