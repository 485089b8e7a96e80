import { z } from 'zod'
import { creatorTag, modelsTag } from '../catalog/cache-tags.ts'
import { endpoint } from './core/define.ts'
import { OffsetMetadata, offsetMetadata, offsetOf, offsetQuery } from './core/offset-pagination.ts'
import { exampleOrigin } from './examples/models.ts'

const Creator = z
  .object({
    username: z.string(),
    modelCount: z.int(),
    link: z.string().describe("Lists the creator's models."),
    image: z.string().nullable(),
  })
  .meta({ id: 'Creator', description: 'An account that published models.' })

export const listCreators = endpoint({
  method: 'GET',
  path: '/api/v1/creators',
  category: 'public',
  scope: 'ModelsRead',
  summary: 'Who published models, by username, page by page',
  example: {
    query: { query: 'inkroom' },
    reply: {
      items: [
        {
          username: 'sample_inkroom',
          modelCount: 2,
          link: `${exampleOrigin}/api/v1/models?username=sample_inkroom`,
          image: null,
        },
      ],
      metadata: { totalItems: 1, currentPage: 1, pageSize: 20, totalPages: 1 },
    },
  },
  query: offsetQuery,
  reply: z.object({ items: z.array(Creator), metadata: OffsetMetadata }),
  namesPages: true,
  shows: ({ items }) => [modelsTag, ...items.map(({ username }) => creatorTag(username))],
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
      metadata: offsetMetadata(totalItems, query, { origin, target }),
    }
  },
})
