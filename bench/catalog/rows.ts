import { hash } from 'node:crypto'
import type { Insertable } from 'kysely'
import type { HashKind } from '../../src/catalog/enums.ts'
import { textOfFileNames } from '../../src/catalog/file-stems.ts'
import { firstLocalId } from '../../src/catalog/local-ids.ts'
import { levelsOf } from '../../src/catalog/nsfw/browsing-level.ts'
import { type FileTraits, primaryFile } from '../../src/catalog/primary-file.ts'
import type { Schema } from '../../src/db/schema.ts'
import type { ModelText } from '../../src/db/sql-dialect.ts'
import { toNamedHashes } from '../../src/library/record/file-hashes.ts'
import { type CatalogPlan, type GeneratedModel, type GeneratedVersion, shortHashOfFile } from './generate.ts'
import { totalsOf, versionOfFile } from './layout.ts'

/** The tables that a model has rows in, its own and what is derived from them. */
export type ModelTables =
  | 'model'
  | 'model_version'
  | 'model_file'
  | 'file_hash'
  | 'model_tag'
  | 'image'
  | 'image_hash'
  | 'image_version'
export type RowOf<Table extends keyof Schema> = Insertable<Schema[Table]>
type Rows = { [Table in ModelTables]: RowOf<Table>[] }

/** All rows of a model, as the importer leaves them. `creatorId` and the ids of tags are their ranks, from 1. */
export function rowsOfModel(plan: CatalogPlan, model: GeneratedModel): Rows & { text: ModelText } {
  const traits = (version: GeneratedVersion): FileTraits[] =>
    version.files.map(({ id, type, format, size, fp }) => ({ id, type, format, size, fp, quant_type: null }))
  const primary = new Set(model.versions.map((version) => primaryFile(traits(version), { modelType: model.type })?.id))
  const newestFirst = model.versions.toSorted((one, other) => other.publishedAt - one.publishedAt || other.id - one.id)
  const levels = (version: GeneratedVersion) =>
    levelsOf(
      version.images.map(({ level }) => level),
      model.nsfw,
    )
  return {
    model: [
      modelRow(
        model,
        levelsOf(
          model.versions.flatMap(({ images }) => images.map(({ level }) => level)),
          model.nsfw,
        ),
      ),
    ],
    model_version: newestFirst.map((version, position) => versionRow(model, version, position, levels(version))),
    model_file: model.versions.flatMap((version) =>
      version.files.map((file) => fileRow(plan, version, file, primary.has(file.id))),
    ),
    file_hash: model.versions.flatMap(({ files }) => files.flatMap(hashRows)),
    model_tag: model.tagRanks.map((rank) => ({ tag_id: rank + 1, model_id: model.id })),
    image: model.versions.flatMap((version) =>
      version.images.map((image, position) => imageRow(plan, model, version, image, position)),
    ),
    ...linksOfImages(plan, model),
    text: {
      name: model.name,
      creator: model.creator,
      tags: model.tags.join(' '),
      trainedWords: newestFirst.flatMap(({ trainedWords }) => trainedWords).join(' '),
      fileNames: textOfFileNames(model.versions.flatMap(({ files }) => files.map(({ name }) => name)).sort()),
    },
  }
}

/** Whether lists show a model: one of its versions has a file. */
export const isListed = (model: GeneratedModel): boolean => model.versions.some(({ files }) => files.length > 0)

/** The first account of a hub is its default creator. */
export const creatorIdOf = (rank: number): number => rank + 2

function modelRow(model: GeneratedModel, levels: number): RowOf<'model'> {
  const times = model.versions.map(({ publishedAt }) => publishedAt)
  return {
    id: model.id,
    name: model.name,
    description: model.description,
    type: model.type,
    nsfw: Number(model.nsfw),
    nsfw_level: levels,
    poi: 0,
    minor: 0,
    sfw_only: 0,
    mode: null,
    status: 'Published',
    availability: 'Public',
    creator_id: creatorIdOf(model.creatorRank),
    creator_is_default: 0,
    checkpoint_type: null,
    allow_no_credit: 1,
    allow_commercial_use: '["Image"]',
    allow_derivatives: 1,
    allow_different_license: 1,
    login_only: null,
    downloads_disabled: 0,
    download_count: model.downloads,
    imported_download_count: model.downloads,
    thumbs_up_count: model.thumbsUp,
    thumbs_down_count: 0,
    comment_count: model.comments,
    collected_count: 0,
    image_count: model.versions.reduce((count, { images }) => count + images.length, 0),
    stated_download_count: null,
    stated_thumbs_up_count: null,
    stated_thumbs_down_count: null,
    tipped_amount_count: 0,
    provenance: '{}',
    created_at: Math.min(...times),
    published_at: Math.min(...times),
    last_version_at: Math.max(...times),
    updated_at: Math.max(...times),
    edited_at: null,
    listed: Number(isListed(model)),
  }
}

/** A local post for each version (`src/catalog/local-ids.ts`). */
const postOf = ({ id }: GeneratedVersion): number => firstLocalId + id

const versionRow = (
  model: GeneratedModel,
  version: GeneratedVersion,
  position: number,
  levels: number,
): RowOf<'model_version'> => ({
  id: version.id,
  model_id: model.id,
  position,
  name: version.name,
  description: null,
  base_model: version.baseModel,
  base_model_type: 'Standard',
  trained_words: JSON.stringify(version.trainedWords),
  status: 'Published',
  availability: 'Public',
  nsfw_level: levels,
  usage_control: 'Download',
  upload_type: 'Created',
  early_access_ends_at: null,
  early_access_config: null,
  download_count: version.downloads,
  imported_download_count: version.downloads,
  thumbs_up_count: version.thumbsUp,
  thumbs_down_count: 0,
  provenance: '{}',
  edited_at: null,
  created_at: version.publishedAt,
  published_at: version.publishedAt,
  updated_at: version.publishedAt,
  file_count: version.files.length,
  post_id: postOf(version),
})

function hashRows({ id, hashes }: GeneratedVersion['files'][number]): RowOf<'file_hash'>[] {
  const named = toNamedHashes(hashes)
  return Object.keys(named).map((kind) => ({ hash: named[kind as HashKind] as string, kind, file_id: id }))
}

const fileRow = (
  plan: CatalogPlan,
  version: GeneratedVersion,
  file: GeneratedVersion['files'][number],
  isPrimary: boolean,
): RowOf<'model_file'> => ({
  id: file.id,
  version_id: version.id,
  name: file.name,
  type: file.type,
  size_bytes: file.sizeBytes,
  format: file.format,
  size: file.size,
  fp: file.fp,
  quant_type: null,
  sha256: file.hashes.sha256,
  hashes: JSON.stringify(toNamedHashes(file.hashes)),
  is_primary: Number(isPrimary),
  pickle_scan_result: file.format === 'PickleTensor' ? 'Pending' : 'Success',
  pickle_scan_message: null,
  virus_scan_message: null,
  virus_scan_result: 'Pending',
  scanned_at: plan.until,
  created_at: plan.until,
})

function imageRow(
  { seed }: CatalogPlan,
  model: GeneratedModel,
  version: GeneratedVersion,
  image: GeneratedVersion['images'][number],
  position: number,
): RowOf<'image'> {
  const hex = hash('md5', `image ${seed} ${image.id}`)
  const isVideo = image.type === 'video'
  return {
    id: image.id,
    uuid: `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`,
    folder_id: 1,
    path: `${model.id}/${version.id}/${image.id}.${isVideo ? 'mp4' : 'jpeg'}`,
    entry_id: version.id,
    version_id: version.id,
    model_id: model.id,
    post_id: postOf(version),
    creator_id: null,
    position,
    type: image.type,
    mime: isVideo ? 'video/mp4' : 'image/jpeg',
    extension: isVideo ? 'mp4' : 'jpeg',
    width: image.width,
    height: image.height,
    hash: 'LEHV6nWB2yk8pyo0adR*.7kCMdnj',
    size_bytes: 200_000 + image.id,
    mtime_ms: version.publishedAt + position,
    nsfw_level: image.level,
    base_model: version.baseModel,
    has_positive_prompt: Number(image.meta !== undefined),
    holds_token: 0,
    minor: 0,
    poi: 0,
    cry_count: 0,
    laugh_count: 0,
    like_count: image.reactions,
    dislike_count: 0,
    heart_count: 0,
    comment_count: image.reactions >> 4,
    reaction_count: image.reactions,
    collected_count: 0,
    random_key: Number.parseInt(hex.slice(0, 7), 16),
    created_at: version.publishedAt + position,
    meta: image.meta === undefined ? null : JSON.stringify(image.meta),
  }
}

/** What images name, and the versions that have such files. */
function linksOfImages(plan: CatalogPlan, { versions }: GeneratedModel): Pick<Rows, 'image_hash' | 'image_version'> {
  const named = versions
    .flatMap(({ images }) => images)
    .flatMap(({ id, madeWith }) => madeWith.map((file) => ({ image_id: id, file })))
  const held = named.filter(({ file }) => file < totalsOf(plan.models).files)
  const links = held.map(({ image_id, file }) => ({ image_id, version_id: versionOfFile(file) + 1 }))
  const keys = new Set<string>()
  return {
    image_hash: named.map(({ image_id, file }) => ({ hash: shortHashOfFile(plan, file), image_id })),
    image_version: links.filter(({ image_id, version_id }) => {
      const key = `${image_id} ${version_id}`
      return !keys.has(key) && keys.add(key)
    }),
  }
}
