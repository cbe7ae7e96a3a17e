/** Why a capture could not be opened at all. Its message is the whole sentence that the user reads. */
export class CaptureError extends Error {
  override readonly name = 'CaptureError'
}

/**
 * Where a capture stopped making sense. What came before it is judged.
 *
 * `offset` counts bytes from the start of the (decompressed) capture.
 */
export interface Damage {
  readonly offset: number
  /** What was found there and what was wanted, without the file's name and the offset. */
  readonly problem: string
}
