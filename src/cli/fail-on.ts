import { type Command, Option } from 'commander'
import type { JudgedBy } from '../store/judged-by.ts'
import { type Summary, sumsOf } from '../store/read-summary.ts'
import { listed } from './options.ts'
import type { ExitCode } from './run.ts'
import { UsageError } from './usage-error.ts'

export const FAIL_ON = ['none', 'unexpected', 'broken'] as const
export type FailOn = (typeof FAIL_ON)[number]

export function addFailOnOption(command: Command): void {
  const says =
    'end with exit code 1 where there are unexpected conversations (unexpected), or those or broken ones (broken)'
  command.addOption(new Option('--fail-on <what>', listed(says, FAIL_ON)).default('none'))
}

/** Without an inventory nothing is unexpected or broken: a check that cannot fail is refused. */
export function refuseFailOnWithoutInventory(failOn: FailOn, judgedBy: JudgedBy | undefined): void {
  if (failOn === 'none' || (judgedBy !== undefined && judgedBy.inventory.entries.length > 0)) return
  const remedy = "name one with 'portolan analyze -i'; 'portolan inventory --help' shows how to write it"
  throw new UsageError(
    `--fail-on ${failOn} needs an inventory, without which every conversation is out of scope; ${remedy}`,
  )
}

/** 1 where the summary has what the user does not want. */
export function failOnExitCode(failOn: FailOn, { verdicts, brokenCount }: Summary): ExitCode {
  const unexpected = sumsOf(verdicts, 'unexpected')?.conversations ?? 0
  const unwanted = { none: 0, unexpected, broken: unexpected + brokenCount }
  return unwanted[failOn] > 0 ? 1 : 0
}
