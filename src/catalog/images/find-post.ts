import { sql } from 'kysely'
import type { Database } from '../../db/database.ts'
import { jsonRows } from '../../db/json-rows.ts'
import type { BindPlaceholder } from '../../db/prepared-statement.ts'
import { creatorOfJoined } from './creator.ts'
import { filterConditions } from './filter.ts'
import type { ListedImage } from './rows.ts'
import { listedImage, type PageRow, recordsOf } from './statement.ts'

/** A post: images that belong together, mostly the gallery of a version. Times are Unix milliseconds. */
export interface PostRecord {
  /** The version of its first image. */
  versionId: number | null
  publishedAt: number
  user: { id: number; username: string }
  /** Of the model of its first image. */
  tags: { id: number; name: string }[]
  /** In the order of the gallery, without `meta` and `tags`. */
  images: ListedImage[]
}

/** Finds the images of a post that lists show, of these levels (bits); undefined when there are none. */
export type FindPost = (asked: { id: number; levels: number; limit: number }) => Promise<PostRecord | undefined>

type PostValues = { postId: number; levels: number; count: number }

export function openFindPost(database: Database): FindPost {
  const { engine } = database
  // The ids in the order of the index `image_post`, then their records.
  const gallery = database.search((query, values: BindPlaceholder<PostValues>) =>
    recordsOf(
      query.with('page', () =>
        query
          .selectFrom('image')
          .select(['image.id', 'image.position as key'])
          .where('image.post_id', '=', values('postId'))
          .where((image) =>
            image.and(filterConditions(['levels'], { engine, image, values: values as never, isByTime: false })),
          )
          .orderBy('image.position')
          .orderBy('image.id')
          .limit(values('count')),
      ),
      { engine, parts: { meta: false, tags: false } },
    ),
  )
  // By keys, and the index `model_tag_model`.
  const about = database.lookup((query, values: BindPlaceholder<{ imageId: number }>) =>
    query
      .selectFrom('image')
      .leftJoin('model_version', 'model_version.id', 'image.version_id')
      .leftJoin('model', 'model.id', 'image.model_id')
      .innerJoin('account', (join) => join.on('account.id', '=', creatorOfJoined))
      .select(['image.version_id', 'account.id as user_id', 'account.username'])
      .select((image) => [
        sql<number>`coalesce(model_version.published_at, image.created_at)`.as('published_at'),
        engine
          .jsonRowsOf(
            image
              .selectFrom('model_tag')
              .innerJoin('tag', 'tag.id', 'model_tag.tag_id')
              .select(['tag.id', 'tag.name'])
              .whereRef('model_tag.model_id', '=', 'image.model_id')
              .orderBy('model_tag.tag_id'),
          )
          .as('tags'),
      ])
      .where('image.id', '=', values('imageId')),
  )
  return async ({ id, levels, limit }) => {
    const rows = (await gallery.all({ postId: id, levels, count: limit })) as PageRow[]
    const ordered = rows.toSorted((one, other) => one.key - other.key || one.id - other.id)
    const [first] = ordered
    const found = first && (await about.first({ imageId: first.id }))
    // An image of the page can be dropped between the two queries.
    if (!found) return undefined
    return {
      versionId: found.version_id,
      publishedAt: found.published_at,
      user: { id: found.user_id, username: found.username },
      tags: jsonRows<PostRecord['tags'][number]>(found.tags, ['id', 'name']),
      images: ordered.map(listedImage),
    }
  }
}
