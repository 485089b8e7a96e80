import { creatorKey } from '../../catalog/catalog-keys.ts'
import type { ModelIdentity } from '../identity.ts'
import type { Recording } from './recording.ts'

/**
 * The account that a sidecar or header names as the publisher. One that is not here yet is made; nobody can sign in to it
 * until it gets an address and a password. Null without a name.
 */
export async function putCreator(
  { transaction, now, concerned }: Recording,
  creator: ModelIdentity['creator'],
): Promise<number | null> {
  if (!creator) return null
  const { username, image = null } = creator
  const username_key = username.toLowerCase()
  const known = await transaction
    .selectFrom('account')
    .select(['id', 'image', 'email'])
    .where('username_key', '=', username_key)
    .executeTakeFirst()
  if (known) {
    // What people who sign in look like is theirs to say.
    if (known.email === null && image !== null && image !== known.image) {
      await transaction.updateTable('account').set({ image }).where('id', '=', known.id).execute()
      concerned.add(creatorKey(username))
    }
    return known.id
  }
  const at = new Date(now).toISOString()
  const { id } = await transaction
    .insertInto('account')
    .values({
      ...{ username, username_key, name: username, image },
      ...{ email: null, email_verified: 0, role: 'user', status: 'active', tier: 'free', model_count: 0 },
      ...{ created_at: at, updated_at: at },
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  return id
}
