import { spawnSync } from 'node:child_process'
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join, resolve } from 'node:path'
import { check, expectRefusal, portolan } from '../portolan.ts'
import type { Fault, NotTried } from './fault.ts'

const TOPOLOGY = resolve('test/inventory/topology/director-and-edge.xml')
const NO_SMALL_DISK: NotTried = { because: 'only root can mount a small disk' }
const MIB = 2 ** 20
/** A little less than what the flows of the large capture take that do not fit in memory. */
const SPILLED_BYTES = 2.2 * MIB

/** Gives `use` a disk of its own of so many bytes. */
async function onSmallDisk(folder: string, bytes: number, use: (disk: string) => Promise<void>) {
  const disk = join(folder, 'disk')
  mkdirSync(disk)
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes}`, 'tmpfs', disk])
  if (status !== 0) return NO_SMALL_DISK
  try {
    await use(disk)
  } finally {
    spawnSync('umount', [disk])
  }
  return undefined
}

/** Fills the disk to its last byte. */
function fill(disk: string): void {
  const file = openSync(join(disk, 'filler'), 'w')
  try {
    for (const bytes of [new Uint8Array(4096), new Uint8Array(1)]) while (true) writeSync(file, bytes)
  } catch {
    // It is full.
  } finally {
    closeSync(file)
  }
}

export const DISK_FULL: readonly Fault[] = [
  {
    name: 'the disk of the database is full: analyze',
    happen: ({ folder, material, database, expectUntouched }) => {
      return onSmallDisk(folder, 2 * MIB, async (disk) => {
        const path = database(disk)
        const args = ['analyze', material.many, '-i', material.inventories[1], '--keep', 'all', '-d', path]
        expectRefusal(await portolan(args), /portolan\.db cannot be written: the disk is full$/)
        await expectUntouched(path)
        check(readdirSync(disk).join() === 'portolan.db', `left beside the database: ${readdirSync(disk)}`)
      })
    },
  },
  {
    name: 'the disk of the database is full: rejudge',
    happen: ({ folder, material, database, expectUntouched }) => {
      return onSmallDisk(folder, 2 * MIB, async (disk) => {
        const path = database(disk)
        fill(disk)
        expectRefusal(await portolan(['rejudge', '-i', material.inventories[1], '-d', path]), /the disk is full$/)
        await expectUntouched(path)
      })
    },
  },
  {
    name: 'the disk of the database is full: a new one',
    happen: ({ folder, material }) => {
      return onSmallDisk(folder, MIB, async (disk) => {
        fill(disk)
        const path = join(disk, 'new.db')
        expectRefusal(
          await portolan(['analyze', material.small, '-i', material.inventories[0], '-d', path]),
          /the disk is full$/,
        )
        check(!existsSync(path) || statSync(path).size === 0, 'half a database stands there')
      })
    },
  },
  {
    name: 'the disk of temporary files is full, sooner or later',
    times: 12,
    happen: ({ folder, material, database, expectUntouched, random }) => {
      return onSmallDisk(folder, Math.floor(random() * SPILLED_BYTES), async (disk) => {
        const path = database(folder)
        const args = ['analyze', material.many, '-i', material.inventories[0], '-d', path]
        expectRefusal(await portolan(args, { temporary: disk }), /disk is full|no space/i)
        await expectUntouched(path)
        check(readdirSync(disk).length === 0, `left in the temporary folder: ${readdirSync(disk)}`)
      })
    },
  },
  {
    name: 'the folder of temporary files is not there',
    async happen({ folder, material, database, expectUntouched }) {
      const path = database(folder)
      const args = ['analyze', material.many, '-i', material.inventories[1], '-d', path]
      expectRefusal(await portolan(args, { temporary: join(folder, 'none') }), /none/)
      await expectUntouched(path)
      return undefined
    },
  },
  {
    name: 'the disk of an inventory that is written is full',
    happen: ({ folder, material }) => {
      return onSmallDisk(folder, MIB, async (disk) => {
        const path = join(disk, 'inventory.yaml')
        const before = readFileSync(material.inventories[0], 'utf8')
        writeFileSync(path, before)
        fill(disk)
        expectRefusal(await portolan(['inventory', 'import', TOPOLOGY, '-o', path]), /could not be written/)
        check(readFileSync(path, 'utf8') === before, 'the inventory is not what it was')
        check(readdirSync(disk).join() === 'filler,inventory.yaml', `left beside it: ${readdirSync(disk)}`)
      })
    },
  },
  {
    name: 'the disk of a rule pack that is written is full',
    happen: ({ folder }) => {
      return onSmallDisk(folder, MIB, async (disk) => {
        fill(disk)
        const path = join(disk, 'pack.yaml')
        expectRefusal(await portolan(['rules', 'export', 'lync-2013', '-o', path]), /could not be written/)
        check(!existsSync(path), 'half a rule pack stands there')
      })
    },
  },
  {
    name: 'the disk of the output is full',
    async happen({ folder, database }) {
      if (!existsSync('/dev/full')) return { because: 'there is no /dev/full' }
      const path = database(folder)
      for (const command of ['conversations', 'flows', 'summary']) {
        const under = ['sh', '-c', 'exec "$@" > /dev/full', 'sh']
        expectRefusal(await portolan([command, '-d', path], { under }), /the output could not be written: ENOSPC/)
      }
      return undefined
    },
  },
  {
    name: 'files may not grow beyond a limit (ulimit -f)',
    async happen({ folder, material, database, expectUntouched }) {
      if (process.platform === 'win32') return { because: 'there is no ulimit' }
      const path = database(folder)
      // In blocks of 512 bytes, or of 1,024: some shells count otherwise.
      const under = ['sh', '-c', 'ulimit -f 1500; exec "$@"', 'sh']
      const args = ['analyze', material.many, '-i', material.inventories[1], '--keep', 'all', '-d', path]
      expectRefusal(await portolan(args, { under }), /portolan\.db|it may not become so large/)
      await expectUntouched(path)
      return undefined
    },
  },
]
