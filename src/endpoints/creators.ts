import { z } from 'zod'
import { endpoint } from './define.ts'
import { NumberedMetadata, numberedMetadata, numberedQuery, offsetOf } from './numbered-pages.ts'

const Creator = z
  .object({
    username: z.string(),
    modelCount: z.int(),
    /** Lists the creator's models. */
    link: z.string(),
    image: z.string().nullable(),
  })
  .meta({ id: 'Creator', description: 'An account that published models.' })

export const listCreators = endpoint({
  method: 'GET',
  path: '/api/v1/creators',
  category: 'public',
  scope: 'ModelsRead',
  summary: 'Who published models, by username, page by page',
  query: numberedQuery,
  reply: z.object({ items: z.array(Creator), metadata: NumberedMetadata }),
  async handle({ query, creators, origin, target }) {
    const { limit } = query
    const { items, totalItems } = await creators.list({ query: query.query, limit, offset: offsetOf(query) })
    return {
      items: items.map(({ username, model_count, image }) => ({
        username,
        modelCount: model_count,
        link: `${origin}/api/v1/models?username=${encodeURIComponent(username)}`,
        image,
      })),
      metadata: numberedMetadata(totalItems, query, { origin, target }),
    }
  },
})
