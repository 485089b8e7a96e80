import { allocateLocalId } from './local-ids.ts'
import type { Recording } from './recording.ts'

/** Returns the post id of each image: the one that its sidecar names, otherwise the local post of the version. */
export async function resolvePostIds(
  recording: Recording,
  versionId: number,
  images: readonly { postId?: number }[],
): Promise<number[]> {
  const named = images.flatMap(({ postId }) => postId ?? [])
  if (named.length === images.length) return named
  const localPost = await localPostId(recording, versionId)
  return images.map(({ postId }) => postId ?? localPost)
}

/** Returns the local post of a version's images (contract §2 GET /images). It is allocated once and never changes. */
async function localPostId(recording: Recording, versionId: number): Promise<number> {
  const { transaction } = recording
  const known = await transaction
    .selectFrom('model_version')
    .select('post_id')
    .where('id', '=', versionId)
    .executeTakeFirst()
  if (known && known.post_id !== null) return known.post_id
  const post_id = await allocateLocalId(recording, 'post')
  await transaction.updateTable('model_version').set({ post_id }).where('id', '=', versionId).execute()
  return post_id
}
