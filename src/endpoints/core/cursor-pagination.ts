import { z } from 'zod'
import { BadCursor } from '../../catalog/cursor.ts'
import { invalid, tooDeep } from './errors.ts'
import { pageUrl } from './next-page.ts'

/*
 * Lists that are walked by cursor, and take page numbers as far as these reach (contract §1).
 */

/** `metadata` of such a list. */
export const CursorMetadata = z
  .object({
    nextCursor: z.string().optional().describe('Absent on the last page.'),
    nextPage: z
      .string()
      .optional()
      .describe('The address of the next page: every parameter of this request but `token`.'),
    currentPage: z.int().optional().describe('When `page` was asked for.'),
    pageSize: z.int().optional().describe('When `page` was asked for.'),
  })
  .meta({ id: 'CursorMetadata', description: 'Where the next page is, while there is more.' })

/** How deep page numbers reach, in rows; cursors reach everything. */
const maxOffset = 1000

/** Where a page begins: behind a cursor, or else at an offset. */
export interface PageStart {
  cursor: string | undefined
  offset: number
  /** The number of the page; undefined where a cursor says where it is, or nothing does. */
  numbered: number | undefined
}

/** @throws tooDeep for a number that lies too far out */
export function pageStart(asked: { limit: number; page?: number | undefined; cursor?: string | undefined }): PageStart {
  const { limit, page, cursor } = asked
  if (page === undefined || cursor !== undefined) return { cursor, offset: 0, numbered: undefined }
  if (page * limit > maxOffset) throw tooDeep()
  return { cursor, offset: (page - 1) * limit, numbered: page }
}

/** What a page tells of itself and of the next. Numbers go on while they are allowed to, then a cursor leads further. */
export function cursorMetadata(
  { nextCursor }: { nextCursor?: string },
  { limit, numbered, origin, target }: { limit: number; numbered: number | undefined; origin: string; target: string },
): z.infer<typeof CursorMetadata> {
  const byNumber = numbered !== undefined && (numbered + 1) * limit <= maxOffset
  return {
    ...(nextCursor !== undefined && {
      nextCursor,
      nextPage: pageUrl(origin, target, byNumber ? { page: numbered + 1 } : { cursor: nextCursor }),
    }),
    ...(numbered !== undefined && { currentPage: numbered, pageSize: limit }),
  }
}

/** A cursor that the list did not write is the caller's fault. */
export async function rejectBadCursors<Page>(listing: Promise<Page>): Promise<Page> {
  try {
    return await listing
  } catch (error) {
    throw error instanceof BadCursor ? invalid(error.message) : error
  }
}
