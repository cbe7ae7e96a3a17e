import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { runHostile } from './hostile.ts'
import { runFaults } from './faults.ts'
import { kill } from './kills.ts'
import { writeMaterial } from './material.ts'
import { randomFrom } from './random.ts'
const { values } = parseArgs({ options: { only: { type: 'string', default: '' }, scale: { type: 'string', default: '1' }, faults: { type: 'boolean', default: false }, kills: { type: 'string', default: '0' } } })
const folder = mkdtempSync(join(tmpdir(), 'portolan-stress-'))
chmodSync(folder, 0o755)
try { 
  if (values.faults) await runFaults(folder, writeMaterial(folder), randomFrom(1), values.only)
  else if (Number(values.kills)) console.log(await kill('SIGKILL', Number(values.kills), { folder, material: writeMaterial(folder), random: randomFrom(1) }))
else
process.exitCode = runHostile(folder, values.only, Number(values.scale)) > 0 ? 1 : 0 } finally { rmSync(folder, { recursive: true, force: true }) }
