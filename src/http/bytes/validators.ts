/**
 * What `If-Match` and `If-None-Match` make of a request for something that has a strong validator
 * (RFC 9110 §13.2.2, in that order): go on, 412, or 304.
 */
export function evaluatePreconditions(
  headers: { ifMatch: string | undefined; ifNoneMatch: string | undefined },
  etag: string,
): 'go on' | 'failed' | 'not modified' {
  if (headers.ifMatch !== undefined && !includesTag(headers.ifMatch, etag)) return 'failed'
  // `If-None-Match` compares weakly: `W/` in front makes no difference (§13.1.2).
  if (headers.ifNoneMatch !== undefined && includesTag(headers.ifNoneMatch.replaceAll('W/"', '"'), etag))
    return 'not modified'
  return 'go on'
}

/** Whether a list of entity tags, or `*`, holds this one. A weak tag keeps its `W/`, so it equals no strong one. */
const includesTag = (list: string, etag: string): boolean =>
  list.trim() === '*' || (list.match(/(?:W\/)?"[^"]*"/g) ?? []).some((tag) => tag === etag)
