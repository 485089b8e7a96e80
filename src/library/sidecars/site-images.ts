import { z } from 'zod'
import { type MediaType, mediaTypes } from '../../catalog/enums.ts'
import { type ClaimedImage, withoutUndefined } from './claim.ts'
import { type Fields, id, name, object } from './fields.ts'

/** Reads the `images` of a version. An image without a URL is left out. */
export function readSiteImages(version: Fields): ClaimedImage[] | undefined {
  return version.objects('images')?.flatMap((image) => {
    const url = image.get('url', name)
    return url === undefined ? [] : [readImage(image, url)]
  })
}

/** A browsing level as a bit, as a word of the images list, or as the boolean of older responses. */
export const browsingLevel = z.union([z.number(), z.string(), z.boolean()]).transform((value, context) => {
  const bit = typeof value === 'number' ? value : words[String(value).toLowerCase()]
  if (bit === 0) return undefined
  if (bit !== undefined && bits.includes(bit)) return bit
  context.addIssue('Is no browsing level')
  return z.NEVER
})

const bits = [1, 2, 4, 8, 16, 32]

/** `true` does not state a level, so it counts as X. */
const words: Record<string, number> = { none: 1, soft: 2, mature: 4, x: 8, xxx: 16, blocked: 32, false: 1, true: 8 }

const pixels = z.int().positive().max(1_000_000)

function readImage(image: Fields, url: string): ClaimedImage {
  return {
    ...withoutUndefined({
      id: image.get('id', id) ?? idInUrl(url),
      postId: image.get('postId', id),
      nsfwLevel: image.get('nsfwLevel', browsingLevel) ?? image.get('nsfw', browsingLevel),
      width: image.get('width', pixels),
      height: image.get('height', pixels),
      hash: image.get('hash', name),
      meta: image.get('meta', object),
    }),
    url,
    type: image.get('type', z.enum(mediaTypes)) ?? mediaTypeOf(url),
  }
}

/** Returns the id in an image URL: its file name. */
function idInUrl(url: string): number | undefined {
  const found = Number(/\/(\d{1,10})\.\w{1,5}$/.exec(url)?.[1] ?? 0)
  return found > 0 && found < 2 ** 31 ? found : undefined
}

function mediaTypeOf(url: string): MediaType {
  if (/\.(mp4|webm)$/i.test(url)) return 'video'
  return /\.(mp3|wav|flac)$/i.test(url) ? 'audio' : 'image'
}
