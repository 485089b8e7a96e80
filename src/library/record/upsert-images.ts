import { randomInt, randomUUID } from 'node:crypto'
import { imagesTag } from '../../catalog/cache-tags.ts'
import { extensionOf } from '../../catalog/media-types.ts'
import type { EntryFacts, ImageFacts } from '../entries/entry-facts.ts'
import { linkImage, unlinkImage } from './image-links.ts'
import { allocateId } from './local-ids.ts'
import { resolvePostIds } from './post-ids.ts'
import type { VersionRef } from './record-outcome.ts'
import { isOneOf, type Recording } from './recording.ts'
import type { EntryLocation } from './upsert-files.ts'

/** Replaces the images of entries with those that are next to them now. An image that stays keeps its id and its URL. */
export async function upsertImages(
  recording: Recording,
  entries: readonly { location: EntryLocation & VersionRef; facts: EntryFacts }[],
): Promise<void> {
  const entryIds = entries.map(({ location }) => location.entryId)
  const rows = await recording.transaction
    .selectFrom('image')
    .select(['id', 'path', 'folder_id', 'entry_id'])
    .where((row) => isOneOf(recording, row.ref('entry_id'), entryIds))
    .execute()
  const existing = Map.groupBy(rows, ({ entry_id }) => entry_id)
  for (const { location, facts } of entries) {
    const before = existing.get(location.entryId) ?? []
    if (before.length + facts.images.length > 0) await upsertImagesOfEntry(recording, location, { before, facts })
  }
}

/** An image row of an entry. */
type ExistingImage = { id: number; path: string; folder_id: number | null }

async function upsertImagesOfEntry(
  recording: Recording,
  location: EntryLocation & VersionRef,
  { before, facts: { images, identity } }: { before: readonly ExistingImage[]; facts: EntryFacts },
): Promise<void> {
  const { transaction } = recording
  const idOf = ({ path, owned }: ImageFacts) =>
    before.find((image) => image.path === path && (image.folder_id === null) === owned)?.id
  const staying = new Set(images.map(idOf))
  for (const image of before) if (!staying.has(image.id)) await deleteImage(recording, image)
  const postIds = await resolvePostIds(recording, location.versionId, images)
  const ids = new Map<string, number>()
  for (const [position, image] of images.entries()) {
    const described = {
      version_id: location.versionId,
      model_id: location.modelId,
      position,
      base_model: identity?.version.baseModel ?? 'Other',
      post_id: postIds[position] as number, // one for each image
      type: image.type,
      mime: image.mime,
      extension: extensionOf(image.mime),
      width: image.width,
      height: image.height,
      hash: image.blurHash,
      size_bytes: image.sizeBytes,
      mtime_ms: image.mtimeMs,
      nsfw_level: image.nsfwLevel,
      holds_token: Number(image.holdsToken),
      meta: image.meta === undefined ? null : JSON.stringify(image.meta),
      has_positive_prompt: Number(typeof image.meta?.prompt === 'string' && image.meta.prompt !== ''),
      minor: Number(identity?.model.minor ?? false),
      poi: Number(identity?.model.poi ?? false),
      created_at: image.mtimeMs,
    }
    const known = idOf(image)
    const id = known ?? (await allocateId(recording, 'image', image.id))
    if (known === undefined) {
      await transaction
        .insertInto('image')
        .values({
          id,
          uuid: randomUUID(),
          folder_id: image.owned ? null : location.folderId,
          path: image.path,
          entry_id: location.entryId,
          random_key: randomInt(2 ** 31),
          cry_count: 0,
          laugh_count: 0,
          like_count: 0,
          dislike_count: 0,
          heart_count: 0,
          comment_count: 0,
          reaction_count: 0,
          collected_count: 0,
          ...described,
        })
        .execute()
    } else await transaction.updateTable('image').set(described).where('id', '=', id).execute()
    await linkImage(recording, id, image.modelHashes)
    if (!image.owned) ids.set(image.path, id)
  }
  await linkStills(recording, images, ids)
}

/** Links each video to the still image next to it. `ids` are the image ids of the entry by path. */
async function linkStills(
  { transaction }: Recording,
  images: readonly ImageFacts[],
  ids: ReadonlyMap<string, number>,
): Promise<void> {
  for (const { path, type, still } of images) {
    const video_id = ids.get(path)
    if (type !== 'video' || video_id === undefined) continue
    await transaction.deleteFrom('video_still').where('video_id', '=', video_id).execute()
    const still_id = still === undefined ? undefined : ids.get(still)
    if (still_id !== undefined) await transaction.insertInto('video_still').values({ video_id, still_id }).execute()
  }
}

/** Deletes an image row with its links. The recorder deletes the file if the hub owns it. */
export async function deleteImage(recording: Recording, { id, path, folder_id }: ExistingImage): Promise<void> {
  recording.invalidatedTags.add(imagesTag)
  await unlinkImage(recording, id)
  await recording.transaction.deleteFrom('video_still').where('video_id', '=', id).execute()
  await recording.transaction.deleteFrom('image').where('id', '=', id).execute()
  if (folder_id === null) recording.orphanedImages.push(path)
}
