import type { BindPlaceholder } from '../../db/prepared-statement.ts'
import { openModelById } from './find-models.ts'
import { openVersionFinder, type VersionFinder } from './find-versions.ts'
import { openSourcesOfModel, type SourcesOfModel } from './list/fact-sources.ts'
import { type ListModels, type ModelListContext, openModelLists } from './list/list-models.ts'
import type { ModelRecord } from './rows.ts'

/** The models of the catalog, as far as the public may see them. */
export interface Models {
  list: ListModels
  byId(id: number): Promise<ModelRecord | undefined>
  versions: VersionFinder
  /** Where the facts of a published model were read. */
  sources(modelId: number): Promise<SourcesOfModel | undefined>
  /** The id of an account by its name in any letter case, whether it published anything or not. */
  creatorId(username: string): Promise<number | undefined>
}

/** Prepares the queries. */
export function openModels(context: ModelListContext): Models {
  const { database, now } = context
  const accountByName = database.lookup((query, values: BindPlaceholder<{ key: string }>) =>
    query.selectFrom('account').select('account.id').where('account.username_key', '=', values('key')),
  )
  return {
    list: openModelLists(context),
    byId: openModelById(database),
    sources: openSourcesOfModel(database),
    versions: openVersionFinder({ database, now }),
    creatorId: async (username) => (await accountByName.first({ key: username.trim().toLowerCase() }))?.id,
  }
}
