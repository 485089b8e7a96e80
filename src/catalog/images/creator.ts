import { type Expression, type RawBuilder, sql } from 'kysely'

/**
 * Account id of an image's creator: its own, otherwise that of its model (`ofModel`), otherwise the default creator, so every image
 * has one.
 */
export const creatorId = (ofModel: Expression<unknown>): RawBuilder<number> =>
  sql<number>`coalesce(image.creator_id, ${ofModel}, (select account_id from default_creator where id = 1))`

/** The same where `model` is joined. */
export const creatorOfJoined: RawBuilder<number> = creatorId(sql.ref<number | null>('model.creator_id'))
