import { creatorTag } from '../../catalog/cache-tags.ts'
import { defaultCreatorId } from '../../catalog/default-creator.ts'
import type { ModelTable } from '../../db/tables/catalog.ts'
import type { ModelIdentity } from '../entries/identity.ts'
import type { Recording } from './recording.ts'

/**
 * Returns the creator columns of a model: the account that a sidecar or header names, otherwise the default creator.
 * Creates the account if it does not exist. Without an email address and a password, sign-in to it is impossible.
 */
export async function upsertCreator(
  { transaction, now, invalidatedTags }: Recording,
  creator: ModelIdentity['creator'],
): Promise<{ creator_id: ModelTable['creator_id']; creator_is_default: 0 | 1 }> {
  const defaultId = await defaultCreatorId(transaction)
  if (!creator) return { creator_id: defaultId, creator_is_default: 1 }
  const { username, image = null } = creator
  const username_key = username.toLowerCase()
  const known = await transaction
    .selectFrom('account')
    .select(['id', 'image', 'email'])
    .where('username_key', '=', username_key)
    .executeTakeFirst()
  if (known) {
    // Sidecars never change the picture of an account with sign-in, nor that of the default creator.
    if (known.email === null && known.id !== defaultId && image !== null && image !== known.image) {
      await transaction.updateTable('account').set({ image }).where('id', '=', known.id).execute()
      invalidatedTags.add(creatorTag(username))
    }
    return { creator_id: known.id, creator_is_default: 0 }
  }
  const at = new Date(now).toISOString()
  const { id } = await transaction
    .insertInto('account')
    .values({
      username,
      username_key,
      name: username,
      image,
      email: null,
      email_verified: 0,
      role: 'user',
      status: 'active',
      tier: 'free',
      model_count: 0,
      created_at: at,
      updated_at: at,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  return { creator_id: id, creator_is_default: 0 }
}
