import { levelsOf } from '../../catalog/nsfw/browsing-level.ts'
import { primaryFile } from '../../catalog/primary-file.ts'
import type { Recording } from './recording.ts'

/**
 * Brings up to date what a model's row, and those of its versions, hold of what lies below them: levels, counts, order,
 * primary files, the searched text, and whether lists show it.
 */
export async function refreshModel(recording: Recording, modelId: number): Promise<void> {
  const { transaction } = recording
  const model = await transaction
    .selectFrom('model')
    .leftJoin('account', 'account.id', 'model.creator_id')
    .select(['model.name', 'model.type', 'model.nsfw', 'model.status', 'account.username'])
    .where('model.id', '=', modelId)
    .executeTakeFirst()
  if (!model) return
  const images = await transaction
    .selectFrom('image')
    .select(['version_id', 'nsfw_level'])
    .where('model_id', '=', modelId)
    .execute()
  const versions = await transaction
    .selectFrom('model_version')
    .select(['id', 'status', 'published_at', 'trained_words'])
    .where('model_id', '=', modelId)
    .orderBy('published_at', 'desc')
    .orderBy('id', 'desc')
    .execute()
  const published: { levels: number; publishedAt: number; hasFile: boolean }[] = []
  for (const [position, version] of versions.entries()) {
    const own = images.filter(({ version_id }) => version_id === version.id)
    const levels = levelsOf(
      own.map(({ nsfw_level }) => nsfw_level),
      model.nsfw === 1,
    )
    const fileCount = await markPrimary(recording, version.id, model.type)
    await transaction
      .updateTable('model_version')
      .set({ position, nsfw_level: levels, file_count: fileCount })
      .where('id', '=', version.id)
      .execute()
    if (version.status === 'Published')
      published.push({ levels, publishedAt: version.published_at, hasFile: fileCount > 0 })
  }
  const times = published.map(({ publishedAt }) => publishedAt)
  await transaction
    .updateTable('model')
    .set({
      nsfw_level: levelsOf(
        published.map(({ levels }) => levels),
        model.nsfw === 1,
      ),
      image_count: images.length,
      ...(times.length > 0 && { published_at: Math.min(...times), last_version_at: Math.max(...times) }),
      listed: Number(model.status === 'Published' && published.some(({ hasFile }) => hasFile)),
    })
    .where('id', '=', modelId)
    .execute()
  await putText(recording, modelId, {
    name: model.name,
    creator: model.username ?? '',
    trainedWords: versions.flatMap(({ trained_words }) => JSON.parse(trained_words) as string[]).join(' '),
  })
}

/** Marks the file that a download gives when nothing is asked; gives how many files there are. */
async function markPrimary({ transaction }: Recording, versionId: number, modelType: string): Promise<number> {
  const files = await transaction
    .selectFrom('model_file')
    .select(['id', 'type', 'format', 'size', 'fp', 'quant_type', 'is_primary'])
    .where('version_id', '=', versionId)
    .execute()
  const primary = primaryFile(files, { modelType })
  for (const file of files) {
    const is_primary = Number(file === primary)
    if (file.is_primary !== is_primary)
      await transaction.updateTable('model_file').set({ is_primary }).where('id', '=', file.id).execute()
  }
  return files.length
}

async function putText(
  { transaction, engine }: Recording,
  modelId: number,
  text: { name: string; creator: string; trainedWords: string },
): Promise<void> {
  const tags = await transaction
    .selectFrom('model_tag')
    .innerJoin('tag', 'tag.id', 'model_tag.tag_id')
    .select('tag.name')
    .where('model_tag.model_id', '=', modelId)
    .execute()
  const searched = { ...text, tags: tags.map(({ name }) => name).join(' ') }
  for (const statement of engine.putModelText(modelId, searched)) await statement.execute(transaction)
}
