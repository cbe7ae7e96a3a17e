import type { Command } from 'commander'
import { DEFAULT_RULES, PACKS } from '../rules/pack.ts'
import { READINGS } from '../rules/reference.ts'
import { gather, listed } from './options.ts'

/** Which rules, as it was typed. */
export interface RuleOptions {
  readonly rules?: readonly string[]
  readonly reading?: string
}

/** `preferred` is what comes before the default, such as what the database has. */
export function addRuleOptions(command: Command, preferred = ''): void {
  const packs = PACKS.map(({ name }) => name).join(', ')
  const page = 'lync-2013/single-director'
  const rules = `the rules of a pack (${packs}), of one page (${page}) or of a YAML file; may be given several times`
  const reading = listed('how literally the documentation is taken', READINGS)
  command
    .option('-r, --rules <name|file>', `${rules} (default: ${preferred}${DEFAULT_RULES.join(' and ')})`, gather)
    .option('--reading <reading>', `${reading} (default: ${preferred}full)`)
}
