/** Required and optimal tests of the public suite that `modelkeep edge` fails, by their ids, each with the reason. */
export const knownFailures: Readonly<Record<string, string>> = {
  ...sameReason(
    'the origin closes the connection, so that the cache answers 502; the suite takes any answer without the origin’s count for a stored one',
    ['must-revalidate', 'proxy-revalidate', 'no-cache', 's-maxage=2'].map((directive) => `stale-close-${directive}`),
  ),
  'age-parse-prefix':
    '`Age: 0,7200` may be two hours old: an age that is not one whole number counts as stale, as the suite’s other tests of lists want it',
  '304-etag-update-response-ETag':
    'a 304 with another strong tag must not update the stored answer (RFC 9111 §4.3.4); the cache asks again, which the suite takes for a retry',
  'vary-normalise-lang-order':
    'origins may prefer what stands first (RFC 9110 §12.5.4), so that the order is part of the meaning',
  'vary-normalise-lang-select': 'choosing among languages is the origin’s affair: the cache does not know which it has',
  'conditional-lm-fresh-no-lm':
    'the answer was made after the date of the condition, so that a 304 would be wrong (RFC 9111 §4.3.2)',
  ...sameReason(
    'parts of answers are not kept (and these say that they have a byte more than they do)',
    ['', '-byterange', '-absent', '-suffix'].map((name) => `partial-store-partial-reuse-partial${name}`),
  ),
  'partial-store-partial-complete':
    'parts of answers are not kept (and without a strong validator they may not be put together, RFC 9110 §15.3.7.3)',
}

function sameReason(reason: string, ids: readonly string[]): Record<string, string> {
  return Object.fromEntries(ids.map((id) => [id, reason]))
}
