/** A preview that cannot be shown; the message continues the file's name, for the person whose file it is. */
export class UnreadableImage extends Error {
  override name = 'UnreadableImage'

  constructor(reason: string, options?: ErrorOptions) {
    super(`is not an image that can be shown: ${reason}`, options)
  }
}
