/** What a column asks of the table: its natural width, how narrow it may get, and how soon it may go. */
export interface ColumnWish {
  readonly width: number
  readonly shrink: number
  readonly drop: number
  /** No row has anything in it. */
  readonly isEmpty?: boolean
}

/** A column that stays: its place among the wishes, and the width it gets. */
export interface FittedColumn {
  readonly index: number
  readonly width: number
}

/** Blanks between two columns of a table. */
export const GAP = 2

/**
 * Chooses columns and widths for lines of at most `available` columns. Leaves out what is empty; shortens what may be
 * shortened, widest first; where that is not enough, leaves columns out one by one and begins again from natural widths.
 * One column always stays, cut if it must be.
 */
export function fitColumns(wishes: readonly ColumnWish[], available: number): readonly FittedColumn[] {
  const natural = wishes.map(({ width }, index) => ({ index, width }))
  if (lineWidth(natural) <= available) return natural
  const filled = natural.filter(({ index }) => wishes[index]?.isEmpty !== true)
  let kept = filled.length === 0 ? natural : filled
  while (kept.length > 1) {
    const fitted = shrink(kept, wishes, available)
    if (lineWidth(fitted) <= available) return fitted
    kept = kept.filter((column) => column !== nextToDrop(kept, wishes))
  }
  return kept.map(({ index, width }) => ({ index, width: Math.min(width, available) }))
}

function lineWidth(columns: readonly FittedColumn[]): number {
  return columns.reduce((sum, { width }) => sum + width, GAP * (columns.length - 1))
}

function shrink(columns: readonly FittedColumn[], wishes: readonly ColumnWish[], available: number): FittedColumn[] {
  const least = (index: number) => {
    const wish = wishes[index]
    return wish === undefined || wish.shrink < 1 ? Number.POSITIVE_INFINITY : wish.shrink
  }
  // Nothing wider than the terminal can stay so wide; cutting that first bounds the loop by the terminal's width.
  const fitted = columns.map(({ index, width }) => ({
    index,
    width: width > least(index) ? Math.min(width, Math.max(least(index), available)) : width,
  }))
  for (let excess = lineWidth(fitted) - available; excess > 0; excess--) {
    const shrinkable = fitted.filter(({ index, width }) => width > least(index))
    if (shrinkable.length === 0) break
    shrinkable.reduce((widest, column) => (column.width > widest.width ? column : widest)).width--
  }
  return fitted
}

/** The column with the highest drop number; among equals the rightmost. */
function nextToDrop(columns: readonly FittedColumn[], wishes: readonly ColumnWish[]): FittedColumn | undefined {
  const drop = ({ index }: FittedColumn) => wishes[index]?.drop ?? 0
  return columns.reduce<FittedColumn | undefined>(
    (next, column) => (next === undefined || drop(column) >= drop(next) ? column : next),
    undefined,
  )
}
