import { describe, expect, it } from 'vitest'
import type { RuleCoverage } from '../../src/judge/coverage.ts'
import { writeCoverage } from '../../src/report/coverage.ts'
import { type Coverage, readCoverage } from '../../src/store/read-coverage.ts'
import { analyzed, emptyDatabase, sample, sampleInventory } from '../support/analysis.ts'
import { captureOutput } from './captured-output.ts'

async function directorCoverage(): Promise<Coverage> {
  const db = emptyDatabase()
  await analyzed(db, [sample('director.pcapng')], { inventory: sampleInventory('director.yaml') })
  return readCoverage(db, []) as Coverage
}

function linesOf(coverage: Coverage, columns: number | undefined, shown = coverage.rules): readonly string[] {
  const out = captureOutput(columns)
  writeCoverage(out, coverage, shown)
  return out.lines()
}

const isObservable = ({ status }: RuleCoverage) => status !== 'not-observable'

describe('coverage of the documented rules', () => {
  it('has the whole id of every rule at 80 columns', async () => {
    const coverage = await directorCoverage()
    const lines = linesOf(coverage, 80)
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(80)
    const ids = coverage.rules.filter(isObservable).map(({ inForce }) => inForce.rule.id)
    expect(ids.length).toBeGreaterThan(20)
    expect(ids.filter((id) => !lines.some((line) => line.startsWith(`  ${id} `)))).toEqual([])
  })

  it('counts what is not observable, and says what lists it', async () => {
    const coverage = await directorCoverage()
    const rules = coverage.rules.filter((rule) => !isObservable(rule))
    const withdrawn = rules.filter(({ limits }) => limits.includes('withdrawn'))
    expect(withdrawn.length).toBeGreaterThan(0)
    const lines = linesOf(coverage, undefined)
    expect(lines).toContain(
      `${rules.length} rules (${withdrawn.length} withdrawn): portolan coverage --status not-observable`,
    )
    expect(rules.filter(({ inForce }) => lines.some((line) => line.startsWith(`  ${inForce.rule.id} `)))).toEqual([])
  })

  it('lists what is not observable where nothing else is asked for', async () => {
    const coverage = await directorCoverage()
    const rules = coverage.rules.filter((rule) => !isObservable(rule))
    const lines = linesOf(coverage, 80, rules)
    expect(lines.filter((line) => rules.some(({ inForce }) => line.startsWith(`  ${inForce.rule.id} `)))).toHaveLength(
      rules.length,
    )
    expect(lines.join('\n')).not.toContain('--status')
  })
})
