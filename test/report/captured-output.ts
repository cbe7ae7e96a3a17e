import type { Output } from '../../src/report/output.ts'

export interface CapturedOutput extends Output {
  readonly text: () => string
  readonly lines: () => readonly string[]
  readonly writes: () => number
}

/** An output that keeps what is written; without columns it is a pipe. */
export function captureOutput(columns?: number, color = false): CapturedOutput {
  const written: string[] = []
  const text = () => written.join('')
  return {
    columns,
    color,
    write: (piece) => {
      written.push(piece)
    },
    text,
    // What follows the last line end is no line.
    lines: () => text().split('\n').slice(0, -1),
    writes: () => written.length,
  }
}
