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

/** At most this many invalid values of a header are named. */
export const maxInvalidNamed = 20
/** Reports a metadata value whose bytes are no text; `key` is quoted. */
export const invalidValue = (key: string): string =>
  `The metadata ${key} in the header is not valid UTF-8; it is left out`
export const invalidKey = 'Metadata in the header is not valid UTF-8; it is left out'
