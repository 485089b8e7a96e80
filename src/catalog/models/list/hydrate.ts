import type { ReadRows } from '../../../db/worker-task.ts'
import type {
  FileRecord,
  fileColumns,
  ImageRecord,
  imageColumns,
  ModelRecord,
  modelColumns,
  VersionRecord,
  versionColumns,
} from '../rows.ts'

/** The models that a page shows, in its order, and what of them. */
export interface ShownModels {
  ids: readonly number[]
  /** Bits of browsing levels; an image needs one of them. */
  levels: number
  /** JSON array text: only versions of these base models. */
  baseModels?: string | undefined
}

/** What the queries of records bind (`hydrate-queries.ts`); lists are JSON array texts. */
export type ListedValues = {
  models: { ids: string }
  tags: { ids: string }
  versions: { ids: string }
  versionsByBaseModel: { ids: string; baseModels: string }
  files: { versionIds: string }
  images: { versionId: number; levels: number }
}

/** The records of the models that a page shows; of those that are gone meanwhile, none. Runs where rows are read. */
export function hydrateModels(read: ReadRows<ListedValues>, { ids, levels, baseModels }: ShownModels): ModelRecord[] {
  const list = JSON.stringify(ids)
  const records = new Map<number, ModelRecord>()
  for (const row of read('models', { ids: list }) as ModelRow[]) records.set(row[0], modelRecord(row))
  for (const [modelId, tag] of read('tags', { ids: list }) as [number, string][]) records.get(modelId)?.tags.push(tag)

  const versions = new Map<number, VersionRecord>()
  const versionRows =
    baseModels === undefined ? read('versions', { ids: list }) : read('versionsByBaseModel', { ids: list, baseModels })
  for (const row of versionRows as VersionRow[]) {
    const version = versionRecord(row)
    versions.set(version.id, version)
    records.get(version.model_id)?.versions.push(version)
    for (const image of read('images', { versionId: version.id, levels }) as ImageRow[])
      version.images.push(imageRecord(image))
  }
  const versionIds = JSON.stringify([...versions.keys()])
  for (const row of read('files', { versionIds }) as FileRow[]) versions.get(row[15])?.files.push(fileRecord(row))
  return ids.flatMap((id) => records.get(id) ?? [])
}

/** The values of columns, in their order. */
type ValuesOf<Columns extends readonly string[], Row> = {
  -readonly [Index in keyof Columns]: Columns[Index] extends `${string}.${infer Name}`
    ? Name extends keyof Row
      ? Row[Name]
      : never
    : never
}
/** As a row holds it, before its JSON was read. */
type Unread<Record, Names extends keyof Record> = Omit<Record, Names> & { [Name in Names]: string }

type ModelRow = [
  ...ValuesOf<typeof modelColumns, Unread<ModelRecord, 'allow_commercial_use'>>,
  username: string,
  image: string | null,
]
type VersionRow = ValuesOf<typeof versionColumns, Unread<VersionRecord, 'trained_words'>>
type FileRow = [...ValuesOf<typeof fileColumns, Unread<FileRecord, 'hashes'>>, versionId: number]
type ImageRow = [...ValuesOf<typeof imageColumns, ImageRecord>, hasMeta: number]

/*
 * Written out, since objects whose names are known beforehand cost a fraction of others, and a page has thousands. The
 * places are those of the columns, which the types of the rows hold.
 */

const modelRecord = (row: ModelRow): ModelRecord => ({
  id: row[0],
  name: row[1],
  description: row[2],
  type: row[3],
  nsfw: row[4],
  nsfw_level: row[5],
  poi: row[6],
  minor: row[7],
  sfw_only: row[8],
  mode: row[9],
  availability: row[10],
  checkpoint_type: row[11],
  allow_no_credit: row[12],
  allow_commercial_use: JSON.parse(row[13]),
  allow_derivatives: row[14],
  allow_different_license: row[15],
  login_only: row[16],
  download_count: row[17],
  thumbs_up_count: row[18],
  thumbs_down_count: row[19],
  comment_count: row[20],
  tipped_amount_count: row[21],
  creator: { username: row[22], image: row[23] },
  tags: [],
  versions: [],
})

const versionRecord = (row: VersionRow): VersionRecord => ({
  id: row[0],
  model_id: row[1],
  position: row[2],
  name: row[3],
  description: row[4],
  base_model: row[5],
  base_model_type: row[6],
  availability: row[7],
  nsfw_level: row[8],
  usage_control: row[9],
  upload_type: row[10],
  early_access_ends_at: row[11],
  download_count: row[12],
  thumbs_up_count: row[13],
  thumbs_down_count: row[14],
  created_at: row[15],
  published_at: row[16],
  updated_at: row[17],
  trained_words: JSON.parse(row[18]),
  files: [],
  images: [],
})

const fileRecord = (row: FileRow): FileRecord => ({
  id: row[0],
  name: row[1],
  type: row[2],
  size_bytes: row[3],
  format: row[4],
  size: row[5],
  fp: row[6],
  quant_type: row[7],
  is_primary: row[8],
  pickle_scan_result: row[9],
  pickle_scan_message: row[10],
  virus_scan_result: row[11],
  virus_scan_message: row[12],
  scanned_at: row[13],
  hashes: JSON.parse(row[14]),
})

const imageRecord = (row: ImageRow): ImageRecord => ({
  id: row[0],
  uuid: row[1],
  extension: row[2],
  type: row[3],
  width: row[4],
  height: row[5],
  hash: row[6],
  size_bytes: row[7],
  nsfw_level: row[8],
  has_positive_prompt: row[9],
  minor: row[10],
  poi: row[11],
  has_meta: row[12],
})
