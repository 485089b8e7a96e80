import { z } from 'zod'
import { pageUrl } from './next-page.ts'
import { integer, text } from './parameters.ts'

/*
 * Lists that are walked by page numbers alone, and tell how many rows there are (contract §2 GET /creators, GET /tags).
 */

/** The parameters of such a list. */
export const offsetQuery = z.object({
  limit: integer({ min: 0, max: 200 }).default(20).describe('How many a page has. 0 gives none.'),
  /** 0 is the first page, as at the site. */
  page: integer({ min: 0, max: 2 ** 31 - 1 })
    .default(1)
    .transform((page) => Math.max(1, page))
    .describe('Counts from 1, to any depth; 0 is the first page too.'),
  query: text().optional().describe('What the name holds (creators), or begins with (tags).'),
})
type NumberedQuery = z.infer<typeof offsetQuery>

/** `metadata` of such a list. */
export const OffsetMetadata = z
  .object({
    totalItems: z.int(),
    currentPage: z.int(),
    pageSize: z.int(),
    totalPages: z.int(),
    nextPage: z.string().optional().describe('Absent on the last page.'),
    prevPage: z.string().optional().describe('Absent on the first page.'),
  })
  .meta({ id: 'NumberedMetadata', description: 'Which page this is, of how many.' })

export const offsetOf = ({ page, limit }: NumberedQuery): number => (page - 1) * limit

export function offsetMetadata(
  totalItems: number,
  { limit, page }: NumberedQuery,
  { origin, target }: { origin: string; target: string },
): z.infer<typeof OffsetMetadata> {
  const totalPages = limit === 0 ? 0 : Math.ceil(totalItems / limit)
  const addressOf = (number: number) => pageUrl(origin, target, { page: number })
  return {
    totalItems,
    currentPage: page,
    pageSize: limit,
    totalPages,
    ...(page < totalPages && { nextPage: addressOf(page + 1) }),
    // Behind the end it leads back to the last page that there is.
    ...(page > 1 && totalPages > 0 && { prevPage: addressOf(Math.min(page - 1, totalPages)) }),
  }
}
