import { type Command, Option } from 'commander'
import { DEFAULT_RULES, PACKS } from '../rules/pack.ts'
import { READINGS } from '../rules/reference.ts'
import { gather, listed } from './options.ts'

/** Which rules, as it was typed. */
export interface RuleOptions {
  readonly rules?: readonly string[]
  readonly reading?: string
}

export function addRuleOptions(command: Command, otherwise: string): void {
  const packs = PACKS.map(({ name }) => name).join(', ')
  command
    .addOption(
      new Option(
        '-r, --rules <name>',
        `the rules of a pack (${packs}) or of one page (lync-2013/single-director); may be given several times (default: ${DEFAULT_RULES.join(' and ')}${otherwise})`,
      ).argParser(gather),
    )
    .option(
      '--reading <reading>',
      `${listed('how literally the documentation is taken', READINGS)} (default: full${otherwise})`,
    )
}
