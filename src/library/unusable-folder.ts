/** A path that cannot be a library folder; the message says why. */
export class UnusableFolder extends Error {
  override name = 'UnusableFolder'
}
