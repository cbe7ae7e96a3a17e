/** The text of an inventory file, and where in it something stands. Offsets are those of JavaScript strings. */
export interface Source {
  /** The file as the user named it. */
  readonly file: string
  readonly text: string
  /** The line of an offset, from 1. */
  readonly line: (offset: number) => number
  /** The offset at which a line begins. */
  readonly start: (line: number) => number
  /** `file:line:column`; the column counts characters from 1. */
  readonly place: (offset: number) => string
}

export function sourceOf(file: string, text: string): Source {
  const starts = lineStarts(text)
  const line = (offset: number): number => lineAt(starts, offset)
  const start = (number: number): number => starts[number - 1] ?? 0
  const place = (offset: number): string => {
    const number = line(offset)
    return `${file}:${number}:${characters(text, start(number), offset) + 1}`
  }
  return { file, text, line, start, place }
}

function lineStarts(text: string): readonly number[] {
  const starts = [0]
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  return starts
}

/** The number of line starts at or before `offset`, by halving. */
function lineAt(starts: readonly number[], offset: number): number {
  let low = 0
  let high = starts.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((starts[middle] ?? 0) <= offset) low = middle + 1
    else high = middle
  }
  return low
}

/** A character outside the basic plane is two units of the string; its second unit is not counted. */
function characters(text: string, from: number, to: number): number {
  let count = 0
  for (let at = from; at < to; at++) {
    const unit = text.charCodeAt(at)
    if (unit < 0xdc00 || unit > 0xdfff) count++
  }
  return count
}
