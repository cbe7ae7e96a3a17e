/** The user's inventory cannot be used. The message is whole sentences, one problem a line, ready to be shown. */
export class InventoryError extends Error {
  override readonly name = 'InventoryError'
}
