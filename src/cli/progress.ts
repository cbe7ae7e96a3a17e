import type { CaptureSet } from '../capture/capture-set.ts'
import type { Progress } from '../observed.ts'
import { formatBytes, formatCount, formatDuration, formatPercent, formatTimeShort } from '../report/format.ts'
import type { Output } from '../report/output.ts'
import { escapeText } from '../report/terminal.ts'
import { shorten } from '../report/width.ts'

/** Often enough to look alive, seldom enough to cost nothing. */
const REDRAW_MS = 100
/** A rate over a shorter time is a guess. */
const SHORTEST_RATE_MS = 500
const NS_PER_MS = 1_000_000n

export interface ProgressLine {
  update(progress: Progress): void
  /** What was read so far stands in the database; at that time, in milliseconds since 1970. */
  stored(atMs: number): void
  /** Leaves the terminal as if nothing had been shown. */
  clear(): void
}

/** One line on a terminal that is written anew as the reading goes on. */
export function progressLine(
  err: Output,
  label: string,
  totalBytes: number | undefined,
  now: () => number = () => performance.now(),
): ProgressLine {
  const start = now()
  let drawnAt = Number.NEGATIVE_INFINITY
  let shown: Progress = { bytes: 0, records: 0 }
  let storedText = ''

  function draw(time: number): void {
    drawnAt = time
    const text = `${escapeText(label)}: ${progressText(shown, totalBytes, time - start)}${storedText}`
    err.write(`\r${shorten(text, (err.columns || 80) - 1)}\x1b[K`)
  }

  return {
    update(progress) {
      shown = progress
      const time = now()
      if (time - drawnAt >= REDRAW_MS) draw(time)
    },
    stored(atMs) {
      storedText = `, stored ${formatTimeShort(BigInt(atMs) * NS_PER_MS)}`
      draw(now())
    },
    clear() {
      if (drawnAt > Number.NEGATIVE_INFINITY) err.write('\r\x1b[K')
      drawnAt = Number.NEGATIVE_INFINITY
    },
  }
}

export const NO_PROGRESS: ProgressLine = { update: () => {}, stored: () => {}, clear: () => {} }

function progressText({ bytes, records }: Progress, totalBytes: number | undefined, elapsedMs: number): string {
  const total = totalBytes === undefined ? '' : ` of ${formatBytes(totalBytes)} (${formatPercent(bytes, totalBytes)})`
  const parts = [`${formatBytes(bytes)}${total}`, `${formatCount(records)} records`]
  if (elapsedMs >= SHORTEST_RATE_MS) {
    const perSecond = bytes / (elapsedMs / 1000)
    parts.push(`${formatBytes(Math.round(perSecond))}/s`)
    if (totalBytes !== undefined && perSecond > 0) {
      parts.push(`${secondsText(Math.max(0, Math.round((totalBytes - bytes) / perSecond)))} left`)
    }
  }
  return parts.join(', ')
}

/** Whole below a minute: an estimate has no digits to give. */
function secondsText(seconds: number): string {
  return seconds < 60 ? `${seconds} s` : formatDuration(seconds)
}

/** Bytes that will be read of a set; undefined of a stream, and where a file is compressed. */
export function totalBytes({ inputs }: CaptureSet): number | undefined {
  let total = 0
  for (const { length } of inputs) {
    if (length === undefined) return undefined
    total += length
  }
  return total
}
