/** A database that cannot be used, or a request that what it holds does not allow. The message is one sentence for the user. */
export class StoreError extends Error {
  override readonly name = 'StoreError'
}
