/**
 * Ids from here on are the hub's own, below 2^31 as clients keep them in 32 bits. What the site numbered keeps its
 * number, which is lower, so that saved ids, AIRs and links still resolve.
 */
export const firstLocalId = 1_000_000_000

/** Whether an id can be the site's. One of a hub's own that got into a sidecar means nothing to another hub. */
export const isSiteId = (id: number): boolean => Number.isInteger(id) && id > 0 && id < firstLocalId
