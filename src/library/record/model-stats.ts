import type { ModelTable, ModelVersionTable } from '../../db/tables/catalog.ts'
import type { Recording } from './recording.ts'

type ModelCounts = Pick<
  ModelTable,
  | 'stated_download_count'
  | 'stated_thumbs_up_count'
  | 'stated_thumbs_down_count'
  | 'download_count'
  | 'imported_download_count'
>
/** All thumbs of a version are imported: accounts of this hub rate models, not versions. */
type VersionCounts = Pick<ModelVersionTable, 'imported_download_count' | 'thumbs_up_count' | 'thumbs_down_count'>

/**
 * Returns the count columns of a model (contract §2): the imported count that metadata states for the model, otherwise the
 * sum over its versions, plus the downloads and favorites counted by this hub.
 */
export async function modelStats(
  { transaction }: Recording,
  { id, model, versions }: { id: number; model: ModelCounts; versions: readonly VersionCounts[] },
) {
  // Served by the index `account_model_model`.
  const { favorites } = await transaction
    .selectFrom('account_model')
    .select((mark) => mark.fn.countAll<number>().as('favorites'))
    .where('model_id', '=', id)
    .where('kind', '=', 'favorite')
    .executeTakeFirstOrThrow()
  const sumOf = (column: keyof VersionCounts) => versions.reduce((sum, version) => sum + version[column], 0)
  const imported_download_count = model.stated_download_count ?? sumOf('imported_download_count')
  return {
    imported_download_count,
    download_count: model.download_count - model.imported_download_count + imported_download_count,
    thumbs_up_count: (model.stated_thumbs_up_count ?? sumOf('thumbs_up_count')) + Number(favorites),
    thumbs_down_count: model.stated_thumbs_down_count ?? sumOf('thumbs_down_count'),
  }
}
