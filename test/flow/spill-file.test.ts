import { fstatSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { closeSpill, createSpill, readSpill, SpillError, writeSpill } from '../../src/flow/spill-file.ts'

let folder = ''

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'portolan-test-'))
  for (const name of ['TMPDIR', 'TEMP']) vi.stubEnv(name, folder)
})

afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(folder, { recursive: true, force: true })
})

describe('a temporary file', () => {
  it('gives back what was written, from where it was written', () => {
    const spill = createSpill()
    writeSpill(spill.file, Uint8Array.of(1, 2, 3, 4), 0)
    writeSpill(spill.file, Uint8Array.of(5, 6), 4)
    const read = new Uint8Array(3)
    readSpill(spill.file, read, 3)
    expect([...read]).toEqual([4, 5, 6])
    closeSpill(spill)
    expect(() => fstatSync(spill.file)).toThrow('EBADF')
    expect(readdirSync(folder)).toEqual([])
  })

  it.skipIf(process.platform === 'win32')('has no name, so that a program that is killed leaves nothing', () => {
    const spill = createSpill()
    expect(spill.folder).toBeUndefined()
    expect(readdirSync(folder)).toEqual([])
    closeSpill(spill)
  })

  it('of a folder that is not there is refused in a sentence', () => {
    rmSync(folder, { recursive: true })
    expect(createSpill).toThrow(SpillError)
    expect(createSpill).toThrow(/temporary folder .* it is not there; (?:TMPDIR|TEMP) names another folder$/)
  })

  it('that has lost its end is not read as zeros', () => {
    const spill = createSpill()
    writeSpill(spill.file, Uint8Array.of(1), 0)
    expect(() => readSpill(spill.file, new Uint8Array(2), 0)).toThrow(SpillError)
    closeSpill(spill)
  })
})
