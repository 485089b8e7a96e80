/** What was asked for is not done. `message` is one clear line for the person who asked, and holds no secret. */
export class DomainError extends Error {
  override name = 'DomainError'
}

/** Nothing is wrong with what was asked for, but this person may not have it, or not now. */
export class ForbiddenError extends DomainError {
  override name = 'ForbiddenError'
}
