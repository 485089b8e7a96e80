import { z } from 'zod'
import { endpoint } from './core/define.ts'
import { notFound } from './core/errors.ts'
import { integer } from './core/parameters.ts'

/* A hub has no articles. The endpoints are there for clients that ask for some (contract §2). */

export const listArticles = endpoint({
  method: 'GET',
  path: '/api/v1/articles',
  category: 'public',
  scope: 'ArticlesRead',
  summary: 'An empty list: a hub has no articles',
  example: { reply: { items: [], metadata: {} } },
  reply: z.object({ items: z.array(z.never()), metadata: z.object({}) }),
  shows: () => [],
  handle: () => ({ items: [], metadata: {} }),
})

export const getArticle = endpoint({
  method: 'GET',
  path: '/api/v1/articles/:id',
  category: 'public',
  scope: 'ArticlesRead',
  summary: 'No article: a hub has none',
  errors: [{ kind: 'notFound', what: 'No article with id 1' }],
  example: { params: { id: '1' } },
  params: z.object({ id: integer({ min: 0, max: 2 ** 31 - 1 }) }),
  handle({ params }) {
    throw notFound(`No article with id ${params.id}`)
  },
})
