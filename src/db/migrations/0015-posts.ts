import type { SqlDialect } from '../sql-dialect.ts'

/** First id that the hub assigns itself (`catalog/local-ids.ts`). */
const firstLocalId = 1_000_000_000

/**
 * Assigns each image to a post: the local post of its version, of the first version that it was made with where it has none
 * of its own, otherwise a post of its own. Posts that sidecars name are read by the next scan.
 */
export const posts = ({ clusteredByKey }: SqlDialect): string[] => [
  // The local post of a version's gallery; null until an image needs it.
  `alter table model_version add column post_id integer`,
  `with version as (
    select version_id as id from image where version_id is not null
    union
    select (select min(version_id) from image_version where image_id = image.id) from image where version_id is null
  ), numbered as (
    select id, ${firstLocalId - 1} + row_number() over (order by id) as post_id from version where id is not null
  )
  update model_version set post_id = numbered.post_id from numbered where model_version.id = numbered.id`,
  `update image set post_id = (
    select post_id from model_version where model_version.id = coalesce(
      image.version_id, (select min(version_id) from image_version where image_id = image.id)
    )
  ) where post_id is null`,
  `with alone as (
    select id, (select coalesce(max(post_id), ${firstLocalId - 1}) from model_version) + row_number() over (order by id) as post_id
    from image where post_id is null
  )
  update image set post_id = alone.post_id from alone where image.id = alone.id`,
  `insert into id_sequence (name, next_id)
    select 'post', max(post_id) + 1 from image having count(*) > 0`,
  // GET /images?postId=, and GET /posts/{id} in the order of the gallery.
  `drop index image_post`,
  `create index image_post on image (post_id, position, id)`,
  // The still image next to a video. A table of its own: few images are videos, and rows of `image` are long.
  `create table video_still (video_id integer primary key, still_id integer not null) ${clusteredByKey}`,
]
