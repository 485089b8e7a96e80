import { z } from 'zod'
import { modelsTag } from '../catalog/cache-tags.ts'
import { endpoint } from './core/define.ts'
import { OffsetMetadata, offsetMetadata, offsetOf, offsetQuery } from './core/offset-pagination.ts'
import { exampleOrigin } from './examples/models.ts'

const Tag = z
  .object({
    name: z.string(),
    link: z.string().describe('Lists the models with the tag.'),
    modelCount: z.int(),
  })
  .meta({ id: 'Tag', description: 'A word that models are tagged with.' })

export const listTags = endpoint({
  method: 'GET',
  path: '/api/v1/tags',
  category: 'public',
  scope: 'ModelsRead',
  summary: 'Tags of models, the most frequent first, page by page',
  example: {
    query: { limit: '2' },
    reply: {
      items: [
        { name: 'style', link: `${exampleOrigin}/api/v1/models?tag=style`, modelCount: 3 },
        { name: 'base model', link: `${exampleOrigin}/api/v1/models?tag=base%20model`, modelCount: 3 },
      ],
      metadata: {
        totalItems: 14,
        currentPage: 1,
        pageSize: 2,
        totalPages: 7,
        nextPage: `${exampleOrigin}/api/v1/tags?limit=2&page=2`,
      },
    },
  },
  query: offsetQuery,
  reply: z.object({ items: z.array(Tag), metadata: OffsetMetadata }),
  namesPages: true,
  shows: () => [modelsTag],
  async handle({ query, tags, origin, target }) {
    const { limit } = query
    const { items, totalItems } = await tags.list({ query: query.query, limit, offset: offsetOf(query) })
    return {
      items: items.map(({ name, model_count }) => ({
        name,
        link: `${origin}/api/v1/models?tag=${encodeURIComponent(name)}`,
        modelCount: model_count,
      })),
      metadata: offsetMetadata(totalItems, query, { origin, target }),
    }
  },
})
