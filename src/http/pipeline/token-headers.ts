import type { HeaderList, RequestFacts } from './cache-and-cors-policy.ts'

/** Headers of a response about the token of its request. */
export function tokenHeaders(status: number, facts: RequestFacts): HeaderList {
  return {
    ...(status === 401 && challenge(facts)),
    ...(facts.ending && endingHeaders(facts.ending)),
  }
}

/**
 * The challenge of a 401 (RFC 6750 §3). Unknown, expired and revoked tokens get the same one; a description follows from the form of
 * the header only, so that it tells nothing about the key.
 */
function challenge({ presentsToken, isAuthenticated, headerMistake }: RequestFacts): HeaderList {
  if (isAuthenticated || !(presentsToken || headerMistake)) return {}
  const description = headerMistake && `, error_description="${headerMistake.description}"`
  return { 'www-authenticate': `Bearer error="invalid_token"${description ?? ''}` }
}

/** That the token, or the secret of it, ends soon: `Deprecation` since when (RFC 9745 §2), `Sunset` the end (RFC 8594 §3). */
const endingHeaders = ({ since, end }: { since: number; end: number }): HeaderList => ({
  deprecation: `@${Math.floor(since / 1000)}`,
  sunset: new Date(end).toUTCString(),
})
