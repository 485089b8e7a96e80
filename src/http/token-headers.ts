import type { HeaderList, RequestFacts } from './category-rules.ts'

/** What an answer says of the token that came along. */
export function tokenHeaders(status: number, facts: RequestFacts): HeaderList {
  return {
    // Whatever was wrong with it, it is said in the same words (RFC 6750 §3.1).
    ...(status === 401 && facts.presentsToken && !facts.knowsCaller && { 'www-authenticate': invalidToken }),
    ...(facts.ending && endingHeaders(facts.ending)),
  }
}

const invalidToken = 'Bearer error="invalid_token"'

/** That the token, or the secret of it, ends soon: `Deprecation` since when (RFC 9745 §2), `Sunset` the end (RFC 8594 §3). */
const endingHeaders = ({ since, end }: { since: number; end: number }): HeaderList => ({
  deprecation: `@${Math.floor(since / 1000)}`,
  sunset: new Date(end).toUTCString(),
})
