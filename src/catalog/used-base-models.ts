import { sql } from 'kysely'
import type { Database } from '../db/database.ts'
import { baseModels } from './base-models.ts'

/** The names of base models that filters know: those of the site, and others that a version or an image of the catalog has. */
export interface UsedBaseModels {
  /** Undefined when all are known, otherwise every name that is, those of the site first. */
  unlessKnown(names: readonly string[]): Promise<string[] | undefined>
}

const ofSite = new Set(baseModels.map(({ name }) => name))

export function openUsedBaseModels(database: Database): UsedBaseModels {
  // Steps from each name to the next one in the indexes `model_version_base` and `image_base`: its cost grows with the
  // number of names, not of rows.
  const used = database.search<object, { name: string }>(
    (query) =>
      query
        .selectFrom(
          sql<{ name: string }>`(
            with recursive of_version (name) as (
              select min(base_model) from model_version
              union all
              select (select min(base_model) from model_version where base_model > of_version.name)
              from of_version where of_version.name is not null
            ), of_image (name) as (
              select min(base_model) from image
              union all
              select (select min(base_model) from image where base_model > of_image.name)
              from of_image where of_image.name is not null
            )
            select name from of_version where name is not null
            union
            select name from of_image where name is not null
          )`.as('used_name'),
        )
        .select('used_name.name') as never,
  )
  return {
    async unlessKnown(names) {
      if (names.every((name) => ofSite.has(name))) return undefined
      const others = (await used.all({})).map(({ name }) => name).filter((name) => !ofSite.has(name))
      const known = new Set([...ofSite, ...others])
      return names.every((name) => known.has(name)) ? undefined : [...known]
    },
  }
}
