import { basename } from 'node:path/posix'
import { sql } from 'kysely'
import { redactTokens } from '../../auth/tokens/token-format.ts'
import { textOfFileNames } from '../../catalog/file-stems.ts'
import { levelsOf } from '../../catalog/nsfw/browsing-level.ts'
import { type FileTraits, primaryFile } from '../../catalog/primary-file.ts'
import type { ModelText } from '../../db/sql-dialect.ts'
import { modelStats } from './model-stats.ts'
import { newestFirst } from './newest-first.ts'
import { isOneOf, type Recording } from './recording.ts'

/**
 * Updates the columns of a model and its versions that are derived from versions, files and images: browsing levels,
 * counts, positions, primary files, the search text, and whether lists contain the model.
 */
export async function updateDerivedFields(recording: Recording, modelId: number): Promise<void> {
  const { transaction } = recording
  const model = await transaction
    .selectFrom('model')
    .leftJoin('account', 'account.id', 'model.creator_id')
    .select(['model.name', 'model.type', 'model.nsfw', 'model.status', 'model.creator_is_default', 'account.username'])
    .select(['download_count', 'imported_download_count', 'stated_download_count'])
    .select(['stated_thumbs_up_count', 'stated_thumbs_down_count'])
    .where('model.id', '=', modelId)
    .executeTakeFirst()
  if (!model) return
  const levels = await readImageLevels(recording, modelId)
  const files = Map.groupBy(await readFiles(recording, modelId), ({ version_id }) => version_id)
  const found = await transaction
    .selectFrom('model_version')
    .select(['id', 'name', 'position', 'status', 'published_at', 'trained_words', 'nsfw_level', 'file_count'])
    .select(['imported_download_count', 'thumbs_up_count', 'thumbs_down_count'])
    .where('model_id', '=', modelId)
    .execute()
  const versions = sortNewestFirst(found, files, await findSiteIds(recording, idsWithEqualDates(found)))
  const published: { imageLevels: number; publishedAt: number; hasFile: boolean }[] = []
  for (const version of versions) {
    const own = files.get(version.id) ?? []
    await updatePrimaryFile(recording, own, model.type)
    const imageLevels = (levels.get(version.id) ?? []).reduce((all, level) => all | level, 0)
    const nsfw_level = levelsOf([imageLevels], model.nsfw === 1)
    const file_count = own.length
    // Usually few of a model's versions change, so unchanged rows are not written.
    if (version.nsfw_level !== nsfw_level || version.file_count !== file_count)
      await transaction
        .updateTable('model_version')
        .set({ nsfw_level, file_count })
        .where('id', '=', version.id)
        .execute()
    if (version.status === 'Published')
      published.push({ imageLevels, publishedAt: version.published_at, hasFile: file_count > 0 })
  }
  await updatePositions(recording, versions)
  const times = published.map(({ publishedAt }) => publishedAt)
  await transaction
    .updateTable('model')
    .set({
      nsfw_level: levelsOf(
        published.map(({ imageLevels }) => imageLevels),
        model.nsfw === 1,
      ),
      ...(await modelStats(recording, {
        id: modelId,
        model,
        versions: versions.filter(({ status }) => status === 'Published'),
      })),
      image_count: (row) =>
        row
          .selectFrom('image')
          .select((image) => image.fn.countAll<number>().as('count'))
          .where('model_id', '=', modelId),
      ...(times.length > 0 && { published_at: Math.min(...times), last_version_at: Math.max(...times) }),
      listed: Number(model.status === 'Published' && published.some(({ hasFile }) => hasFile)),
    })
    .where('id', '=', modelId)
    .execute()
  await updateSearchText(recording, modelId, {
    name: model.name,
    // Indexing the default creator's name would match every model without metadata, and renaming it would re-index them.
    creator: model.creator_is_default ? '' : (model.username ?? ''),
    trainedWords: versions.flatMap(({ trained_words }) => JSON.parse(trained_words) as string[]).join(' '),
    fileNames: textOfFileNames(await readFileNames(recording, modelId)),
  })
}

/** Returns the names of a model's files at all places. Served by the indexes `model_file_version` and `file_place_file`. */
async function readFileNames({ transaction }: Recording, modelId: number): Promise<string[]> {
  const rows = await transaction
    .selectFrom('model_version')
    .innerJoin('model_file', 'model_file.version_id', 'model_version.id')
    .leftJoin('file_place', 'file_place.file_id', 'model_file.id')
    .select(['model_file.name', 'file_place.path'])
    .where('model_version.model_id', '=', modelId)
    .execute()
  return rows.map(({ name, path }) => (path === null ? name : redactTokens(basename(path)))).sort()
}

/** Returns the browsing levels of a model's images, by version id. */
async function readImageLevels({ transaction }: Recording, modelId: number): Promise<Map<number | null, number[]>> {
  const rows = await transaction
    .selectFrom('image')
    .select(['version_id', 'nsfw_level'])
    .where('model_id', '=', modelId)
    .groupBy(['version_id', 'nsfw_level'])
    .execute()
  const levels = new Map<number | null, number[]>()
  for (const { version_id, nsfw_level } of rows) levels.set(version_id, [...(levels.get(version_id) ?? []), nsfw_level])
  return levels
}

const readFiles = ({ transaction }: Recording, modelId: number) =>
  transaction
    .selectFrom('model_version')
    .innerJoin('model_file', 'model_file.version_id', 'model_version.id')
    .select([
      'model_file.id',
      'model_file.name',
      'version_id',
      'type',
      'format',
      'size',
      'fp',
      'quant_type',
      'is_primary',
      'sha256',
    ])
    .where('model_version.model_id', '=', modelId)
    .execute()

/** Marks the file of a version that a download without parameters returns. */
async function updatePrimaryFile(
  { transaction }: Recording,
  files: readonly (FileTraits & { is_primary: number })[],
  modelType: string,
): Promise<void> {
  const primary = primaryFile(files, { modelType })
  for (const file of files) {
    const is_primary = Number(file === primary)
    if (file.is_primary !== is_primary)
      await transaction.updateTable('model_file').set({ is_primary }).where('id', '=', file.id).execute()
  }
}

function sortNewestFirst<Version extends Dated & { name: string }>(
  versions: readonly Version[],
  files: ReadonlyMap<number, readonly { sha256: string }[]>,
  named: ReadonlySet<number>,
): Version[] {
  const placed = versions.map((version) => {
    const [content = ''] = (files.get(version.id) ?? []).map(({ sha256 }) => sha256).sort()
    const { id, name, published_at } = version
    return { version, id, name, content, publishedAt: published_at, hasSiteId: named.has(id) }
  })
  return placed.sort(newestFirst).map(({ version }) => version)
}

type Dated = { id: number; published_at: number }

/** Returns the ids of versions that share their publication time with another. */
const idsWithEqualDates = (versions: readonly Dated[]): number[] =>
  [...Map.groupBy(versions, ({ published_at }) => published_at).values()]
    .filter((together) => together.length > 1)
    .flatMap((together) => together.map(({ id }) => id))

/** Returns the versions whose ids sidecars name. Served by the index `library_entry_version`. */
async function findSiteIds(recording: Recording, versionIds: readonly number[]): Promise<Set<number>> {
  if (versionIds.length === 0) return new Set()
  const rows = await recording.transaction
    .selectFrom('library_entry')
    .select('version_id')
    .distinct()
    .where((row) => isOneOf(recording, row.ref('version_id'), versionIds))
    .where(sql<boolean>`claim ->> '$.site.versionId' = version_id`)
    .execute()
  return new Set(rows.map(({ version_id }) => version_id))
}

/** Writes the positions of versions that differ from their order in `versions`. */
async function updatePositions(
  { transaction }: Recording,
  versions: readonly { id: number; position: number }[],
): Promise<void> {
  const moved = versions.flatMap(({ id, position }, index) => (position === index ? [] : [[id, index]]))
  if (moved.length === 0) return
  await sql`
    update model_version set position = moved.value ->> 1
    from json_each(${JSON.stringify(moved)}) as moved where model_version.id = moved.value ->> 0
  `.execute(transaction)
}

async function updateSearchText(
  { transaction, engine }: Recording,
  modelId: number,
  text: Omit<ModelText, 'tags'>,
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
