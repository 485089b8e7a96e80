import { z } from 'zod'
import type { Database } from '../../../db/database.ts'
import type { BindPlaceholder } from '../../../db/prepared-statement.ts'
import { currentId } from '../../id-alias.ts'

/** Where facts were read: name of the fact → source. A fact that no source states is absent. */
export type FactSources = Record<string, string>

export interface SourcesOfModel {
  modelId: number
  /** Name of the license in the header of a file; null where it names none. */
  licenseName: string | null
  model: FactSources
  /** By id. */
  versions: { id: number; sources: FactSources }[]
}

/** Returns the sources of a published model and its versions in one query; undefined when there is no such model. */
export function openSourcesOfModel(database: Database): (modelId: number) => Promise<SourcesOfModel | undefined> {
  const byId = database.lookup((query, values: BindPlaceholder<{ id: number }>) =>
    query
      .selectFrom('model')
      .select(['model.id', 'model.provenance'])
      .select((model) =>
        // Served by the index `model_version_model`.
        database.engine
          .jsonRowsOf(
            model
              .selectFrom('model_version')
              .select(['model_version.id', 'model_version.provenance'])
              .whereRef('model_version.model_id', '=', 'model.id')
              .where('model_version.status', '=', 'Published'),
          )
          .as('versions'),
      )
      .where('model.id', '=', currentId('model', values('id')))
      .where('model.status', '=', 'Published'),
  )
  return async (modelId) => {
    const row = await byId.first({ id: modelId })
    if (!row) return undefined
    const versions = JSON.parse(row.versions) as [number, string][]
    const { licenseName } = licenseOf.parse(JSON.parse(row.provenance))
    return {
      modelId: row.id,
      licenseName,
      model: readSources(row.provenance),
      versions: versions.map(([id, provenance]) => ({ id, sources: readSources(provenance) })),
    }
  }
}

const licenseOf = z.object({ licenseName: z.string().nullable().catch(null) })

/** Leaves out defaults, which no source states, and stored values that are not the name of a source. */
function readSources(provenance: string): FactSources {
  const stored = z.record(z.string(), z.unknown()).parse(JSON.parse(provenance))
  return Object.fromEntries(
    Object.entries(stored).filter(
      (fact): fact is [string, string] =>
        typeof fact[1] === 'string' && fact[1] !== 'default' && fact[0] !== 'licenseName',
    ),
  )
}
