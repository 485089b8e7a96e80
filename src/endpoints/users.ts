import { z } from 'zod'
import { endpoint } from './define.ts'
import { idList, text } from './parameters.ts'

const User = z
  .object({
    id: z.int(),
    username: z.string(),
    avatarNsfw: z.literal('None').describe('The hub knows of no avatars above PG.'),
  })
  .meta({ id: 'User', description: 'An account as everybody sees it.' })

/** As many as a search by name gives. */
const mostByName = 5

export const findUsers = endpoint({
  method: 'GET',
  path: '/api/v1/users',
  category: 'public',
  scope: 'UserRead',
  summary: 'Accounts by their ids, or by how their names begin',
  description: 'At most five by name, the shortest names first. Without `ids` and `query` nobody is named.',
  example: {
    query: { query: 'ad' },
    reply: { items: [{ id: 4, username: 'ada', avatarNsfw: 'None' }] },
  },
  query: z.object({ ids: idList().optional(), query: text().optional().describe('How the name begins.') }),
  reply: z.object({ items: z.array(User) }),
  async handle({ query: { ids, query }, users }) {
    // Nobody is told of who was not asked for.
    if (!ids && query === undefined) return { items: [] }
    const found = ids ? await users.byIds(ids, query ?? '') : await users.byName(query ?? '', mostByName)
    return { items: found.map(({ id, username }) => ({ id, username, avatarNsfw: 'None' as const })) }
  },
})
