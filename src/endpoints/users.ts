import { z } from 'zod'
import { endpoint } from './core/define.ts'
import { idList, text } from './core/parameters.ts'

const User = z
  .object({
    id: z.int(),
    username: z.string(),
    avatarNsfw: z.literal('None').describe('The hub knows of no avatars above PG.'),
  })
  .meta({ id: 'User', description: 'The public part of an account.' })

/** Maximum number of accounts that a search by name returns. */
const maxByName = 5

export const findUsers = endpoint({
  method: 'GET',
  path: '/api/v1/users',
  category: 'mixed',
  scope: 'UserRead',
  summary: 'Accounts by their ids, or by how their names begin',
  description: `Anonymous callers find only accounts that have published something, as in \`/creators\`; a session, or a token with
\`UserRead\`, finds all. At most five by name, the shortest names first. Without \`ids\` and \`query\` the list is empty.`,
  example: {
    query: { query: 'ad' },
    reply: { items: [{ id: 4, username: 'ada', avatarNsfw: 'None' }] },
  },
  query: z.object({ ids: idList().optional(), query: text().optional().describe('How the name begins.') }),
  reply: z.object({ items: z.array(User) }),
  async handle({ query: { ids, query }, users, principal }) {
    if (!ids && query === undefined) return { items: [] }
    const among = principal.kind === 'account' ? 'all' : 'creators'
    const found = ids
      ? await users.byIds(ids, { prefix: query ?? '', among })
      : await users.byName(query ?? '', { maxCount: maxByName, among })
    return { items: found.map(({ id, username }) => ({ id, username, avatarNsfw: 'None' as const })) }
  },
})
