import type { ImageTable, ModelFileTable, ModelTable, ModelVersionTable } from '../../db/tables/catalog.ts'
import type { HashKind } from '../enums.ts'

/*
 * What the catalog tells of models: rows of the tables with what belongs to them. Times are Unix milliseconds, flags 0
 * or 1, sizes bytes.
 */

/** The columns that a record takes from `model`. */
export const modelColumns = [
  'model.id',
  'model.name',
  'model.description',
  'model.type',
  'model.nsfw',
  'model.nsfw_level',
  'model.poi',
  'model.minor',
  'model.sfw_only',
  'model.mode',
  'model.availability',
  'model.checkpoint_type',
  'model.allow_no_credit',
  'model.allow_commercial_use',
  'model.allow_derivatives',
  'model.allow_different_license',
  'model.login_only',
  'model.download_count',
  'model.thumbs_up_count',
  'model.thumbs_down_count',
  'model.comment_count',
  'model.tipped_amount_count',
] as const

export const versionColumns = [
  'model_version.id',
  'model_version.model_id',
  'model_version.position',
  'model_version.name',
  'model_version.description',
  'model_version.base_model',
  'model_version.base_model_type',
  'model_version.availability',
  'model_version.nsfw_level',
  'model_version.usage_control',
  'model_version.upload_type',
  'model_version.early_access_ends_at',
  'model_version.download_count',
  'model_version.thumbs_up_count',
  'model_version.thumbs_down_count',
  'model_version.created_at',
  'model_version.published_at',
  'model_version.updated_at',
  // JSON, which a query has last.
  'model_version.trained_words',
] as const

export const fileColumns = [
  'model_file.id',
  'model_file.name',
  'model_file.type',
  'model_file.size_bytes',
  'model_file.format',
  'model_file.size',
  'model_file.fp',
  'model_file.quant_type',
  'model_file.is_primary',
  'model_file.pickle_scan_result',
  'model_file.pickle_scan_message',
  'model_file.virus_scan_result',
  'model_file.virus_scan_message',
  'model_file.scanned_at',
  // JSON, which a query has last.
  'model_file.hashes',
] as const

export const imageColumns = [
  'image.id',
  'image.uuid',
  'image.extension',
  'image.type',
  'image.width',
  'image.height',
  'image.hash',
  'image.size_bytes',
  'image.nsfw_level',
  'image.has_positive_prompt',
  'image.minor',
  'image.poi',
] as const

type ColumnOf<Name extends string> = Name extends `${string}.${infer Column}` ? Column : never
type Named<Table, Names extends readonly string[]> = Pick<Table, ColumnOf<Names[number]> & keyof Table>

export type FileRecord = Omit<Named<ModelFileTable, typeof fileColumns>, 'hashes'> & {
  hashes: { [Kind in HashKind]?: string }
}

export type ImageRecord = Named<ImageTable, typeof imageColumns> & {
  has_meta: number
}

/** An image of a version that was asked for by itself: with what its generation left in it. */
export type DetailedImageRecord = ImageRecord & { meta: Record<string, unknown> | null }

export type VersionRecord<Image = ImageRecord> = Omit<
  Named<ModelVersionTable, typeof versionColumns>,
  'trained_words'
> & {
  trained_words: string[]
  /** By id; every file, whichever the version's primary one is. */
  files: FileRecord[]
  /** In the order of the gallery. */
  images: Image[]
}

export type ModelRecord = Omit<Named<ModelTable, typeof modelColumns>, 'allow_commercial_use'> & {
  allow_commercial_use: string[]
  creator: { username: string; image: string | null }
  tags: string[]
  /** Newest first. */
  versions: VersionRecord[]
}

/** What a version that was asked for by itself tells of its model. */
export type ModelOfVersion = Pick<
  ModelTable,
  'id' | 'name' | 'type' | 'nsfw' | 'poi' | 'minor' | 'sfw_only' | 'mode' | 'login_only'
>

export type DetailedVersion = VersionRecord<DetailedImageRecord> & {
  model: ModelOfVersion
  early_access_config: Record<string, unknown>
}
