import {
  type CaptureHost,
  COVERAGE_STATUSES,
  type CoverageStatus,
  type CoveredCapture,
  LIMITS,
  type Limit,
  type RuleCoverage,
} from '../judge/coverage.ts'
import { doubtsOf } from '../judge/trust.ts'
import type { Coverage } from '../store/read-coverage.ts'
import type { Fact } from './blocks.ts'
import { formatCount, formatDuration, formatTimeLocal } from './format.ts'
import { hostText } from './judged.ts'
import { trustSentence } from './trust.ts'

/** What a status says, behind its word. */
export const STATUS_TEXTS: Readonly<Record<CoverageStatus, string>> = {
  'seen-refused': 'nothing succeeded, and something was refused, prohibited or ended by a TLS alert',
  'seen-unanswered': 'nothing succeeded, and no attempt was answered',
  'seen-wrong-protocol': 'the port was used for something else than the rule names',
  'seen-unclear': 'the captures do not tell how it ended',
  'seen-working': 'something succeeded',
  'not-seen': 'a capture was taken at a host that it names, and shows nothing of it',
  'not-observable': 'no capture was taken at a host that it names',
}

export const LIMIT_TEXTS: Readonly<Record<Limit, string>> = {
  withdrawn: 'listed, but it allows nothing, and so nothing is credited to it',
  'from-this-host-only': 'the rule says any, and what other hosts do is not in the captures',
  'place-unsure': 'nothing tells at which of its hosts the capture was taken',
  'role-unlisted': 'the inventory lists nobody for one of its ends, whose traffic is that of unknown hosts',
  'short-window': 'the capture lasted less than an hour',
  'one-sided': 'the capture has only one direction of some flows',
  loss: 'packets are missing from the capture',
  'cut-off': 'a file of the capture ends early',
  midstream: 'most flows began before the capture did',
}

/** The limits of these rules, in the order of LIMITS. */
export function usedLimits(shown: readonly RuleCoverage[]): readonly Limit[] {
  return LIMITS.filter((limit) => shown.some(({ limits }) => limits.includes(limit)))
}

/** What coverage rests on: captures, where they were taken, and what was judged by. */
export function coverageFacts(
  { captures, trusts, judgedBy }: Coverage,
  shown: readonly RuleCoverage[],
): readonly Fact[] {
  const doubted = captures.flatMap(({ point }): readonly string[] => {
    const trust = trusts.get(point)
    if (trust === undefined || doubtsOf(trust).length === 0) return []
    return [captures.length === 1 ? trustSentence(trust) : `${point}: ${trustSentence(trust)}`]
  })
  const who = judgedBy.inventoryFile === undefined ? 'no inventory' : `inventory ${judgedBy.inventoryFile}`
  const { names, reading } = judgedBy.rules
  return [
    { label: captures.length === 1 ? 'capture' : 'captures', value: captures.map(captureText) },
    ...(doubted.length === 0 ? [] : [{ label: 'trust', value: doubted }]),
    { label: 'judged by', value: `${who}; rules ${names.join(', ')}; ${reading} reading` },
    { label: 'rules', value: countsText(shown) },
  ]
}

function captureText(capture: CoveredCapture): string {
  const { point, first, last } = capture
  if (first === null || last === null) return `${point}: no packets`
  const window = `${formatTimeLocal(first)} to ${formatTimeLocal(last)}`
  return `${point}: ${window} (${formatDuration(Number(last - first) / 1e9)}), ${placeText(capture)}`
}

function placeText({ hosts, isUnsure }: CoveredCapture): string {
  if (hosts.length === 0) return 'taken at no host that is part of nearly all flows; --at names one'
  return `taken at ${hostsText(hosts, isUnsure ? ' or ' : ', ')}${isUnsure ? '; --at tells which' : ''}`
}

/** Addresses of one name stand behind it. */
function hostsText(hosts: readonly CaptureHost[], between: string): string {
  const byName = new Map<string, CaptureHost[]>()
  for (const host of hosts) {
    const key = host.name ?? host.address
    byName.set(key, [...(byName.get(key) ?? []), host])
  }
  const texts = [...byName.values()].map((of) => {
    const addresses = of.map(({ address }) => address).join(', ')
    return hostText(of[0]?.name ?? null, addresses)
  })
  return texts.join(between)
}

function countsText(shown: readonly RuleCoverage[]): string {
  const counts = COVERAGE_STATUSES.flatMap((status) => {
    const count = shown.filter((rule) => rule.status === status).length
    return count === 0 ? [] : [`${formatCount(count)} ${status}`]
  })
  return counts.length === 0 ? 'none' : counts.join(', ')
}
