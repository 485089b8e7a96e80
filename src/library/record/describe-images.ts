import { sql } from 'kysely'
import type { RecordedModel, RecordedVersion } from './record-outcome.ts'
import { isOneOf, type Recording } from './recording.ts'
import type { StoredFacts } from './stored-facts.ts'

/** Gives the images of these models the base model of their version and the warnings of their model. */
export async function updateImageFlags(
  { transaction }: Recording,
  models: readonly RecordedModel[],
  facts: ReadonlyMap<number, StoredFacts>,
): Promise<void> {
  const said = models.flatMap(({ versions, group }) => {
    const { minor = false, poi = false } = facts.get(group.leader.entryId)?.model ?? {}
    return versions.map(({ id, group: { leader } }) => [id, leader.baseModel, Number(minor), Number(poi)])
  })
  await sql`
    update image set base_model = said.value ->> 1, minor = said.value ->> 2, poi = said.value ->> 3
    from json_each(${JSON.stringify(said)}) as said
    where image.version_id = said.value ->> 0
      and (image.base_model is not said.value ->> 1 or minor <> said.value ->> 2 or poi <> said.value ->> 3)
  `.execute(transaction)
}

/** Puts the images of these versions in order: those of the most informative entry first. */
export async function updateImageOrder(recording: Recording, versions: readonly RecordedVersion[]): Promise<void> {
  const ranks = versions.flatMap(({ group }) => group.entries.map(({ entryId }, rank) => [entryId, rank]))
  const versionIds = versions.map(({ id }) => id)
  await sql`
    update image set position = placed.position
    from (
      select image.id, row_number() over (
        partition by image.version_id order by ranked.value ->> 1, image.position, image.path
      ) - 1 as position
      from json_each(${JSON.stringify(ranks)}) as ranked join image on image.entry_id = ranked.value ->> 0
      where ${isOneOf(recording, sql.ref('image.version_id'), versionIds)}
    ) as placed
    where image.id = placed.id and image.position <> placed.position
  `.execute(recording.transaction)
}
