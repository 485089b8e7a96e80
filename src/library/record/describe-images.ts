import { sql } from 'kysely'
import type { RecordedModel, RecordedVersion } from './record-outcome.ts'
import { isOneOf, type Recording } from './recording.ts'
import type { StoredFacts } from './stored-facts.ts'

/** Sets the base model of each image from its version, and the flags `minor` and `poi` from its model. */
export async function updateImageFlags(
  { transaction }: Recording,
  models: readonly RecordedModel[],
  facts: ReadonlyMap<number, StoredFacts>,
): Promise<void> {
  const described = models.flatMap(({ versions, group }) => {
    const { minor = false, poi = false } = facts.get(group.leader.entryId)?.model ?? {}
    return versions.map(({ id, group: { leader } }) => [id, leader.baseModel, Number(minor), Number(poi)])
  })
  await sql`
    update image set base_model = described.value ->> 1, minor = described.value ->> 2, poi = described.value ->> 3
    from json_each(${JSON.stringify(described)}) as described
    where image.version_id = described.value ->> 0
      and (image.base_model is not described.value ->> 1 or minor <> described.value ->> 2 or poi <> described.value ->> 3)
  `.execute(transaction)
}

/** Numbers the images of each version, those of its most informative entry first. */
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
