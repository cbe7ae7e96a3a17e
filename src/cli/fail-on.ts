import { type Command, Option } from 'commander'
import { type Summary, sumsOf } from '../store/read-summary.ts'
import { listed } from './options.ts'
import type { ExitCode } from './run.ts'

export const FAIL_ON = ['none', 'unexpected', 'broken'] as const
export type FailOn = (typeof FAIL_ON)[number]

export function addFailOnOption(command: Command): void {
  const says =
    'end with exit code 1 where there are unexpected conversations (unexpected), or those or broken ones (broken)'
  command.addOption(new Option('--fail-on <what>', listed(says, FAIL_ON)).default('none'))
}

/** 1 where the summary has what the user does not want. */
export function failOnExitCode(failOn: FailOn, { verdicts, brokenCount }: Summary): ExitCode {
  const unexpected = sumsOf(verdicts, 'unexpected')?.conversations ?? 0
  const unwanted = { none: 0, unexpected, broken: unexpected + brokenCount }
  return unwanted[failOn] > 0 ? 1 : 0
}
