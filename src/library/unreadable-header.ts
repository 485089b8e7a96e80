/** Why the header of a model file could not be read. */
export type UnreadableReason = 'too-short' | 'too-large' | 'malformed' | 'truncated' | 'unsupported'

/** A model file whose header cannot be trusted; the message is meant for the person whose file it is. */
export class UnreadableHeader extends Error {
  readonly reason: UnreadableReason

  constructor(reason: UnreadableReason, message: string) {
    super(message)
    this.name = 'UnreadableHeader'
    this.reason = reason
  }
}
