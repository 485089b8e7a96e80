import { z } from 'zod'
import { baseModelNamed } from '../../catalog/base-model-names.ts'
import {
  availabilities,
  baseModelTypes,
  type CommercialUse,
  checkpointTypes,
  commercialUses,
  modelTypes,
} from '../../catalog/enums.ts'
import type { SidecarClaim, Stats } from './claim.ts'
import { withoutUndefined } from './claim.ts'
import { count, type Fields, flag, id, name, text, texts, time } from './fields.ts'
import { readSiteFiles } from './site-files.ts'
import { readSiteImages } from './site-images.ts'

/** Reads a version of `GET /model-versions/by-hash/{hash}` (contract §2), with the `model` and `creator` that tools add. */
export function readSiteVersion(version: Fields): Partial<SidecarClaim> {
  const model = version.object('model')
  const files = readSiteFiles(version)
  return withoutUndefined({
    sha256: files?.flatMap(({ hashes }) => hashes.SHA256 ?? []) ?? [],
    versionId: version.get('id', id),
    modelId: version.get('modelId', id) ?? model.get('id', id),
    versionName: version.get('name', name),
    modelName: model.get('name', name),
    modelType: model.get('type', modelType),
    baseModel: version.get('baseModel', baseModel),
    baseModelType: version.get('baseModelType', z.enum(baseModelTypes)),
    checkpointType: model.get('checkpointType', z.enum(checkpointTypes)),
    description: model.get('description', text),
    versionDescription: version.get('description', text),
    trainedWords: version.get('trainedWords', texts),
    tags: model.get('tags', tags),
    creator: readCreator(version.has('creator') ? version.object('creator') : model.object('creator')),
    nsfw: model.get('nsfw', flag),
    nsfwLevel: version.get('nsfwLevel', levels) ?? model.get('nsfwLevel', levels),
    poi: model.get('poi', flag),
    minor: model.get('minor', flag),
    publishedAt: version.get('publishedAt', time),
    createdAt: version.get('createdAt', time),
    updatedAt: version.get('updatedAt', time),
    allowNoCredit: model.get('allowNoCredit', flag),
    allowCommercialUse: model.get('allowCommercialUse', commercialUse),
    allowDerivatives: model.get('allowDerivatives', flag),
    allowDifferentLicense: model.get('allowDifferentLicense', flag),
    availability: version.get('availability', z.enum(availabilities)),
    earlyAccessEndsAt: version.get('earlyAccessEndsAt', time) ?? version.get('earlyAccessDeadline', time),
    earlyAccessConfig: version.get('earlyAccessConfig', earlyAccessConfig),
    stats: readStats(model.object('stats')),
    versionStats: readStats(version.object('stats')),
    files,
    images: readSiteImages(version),
  })
}

/** A model type, ignoring case and separators. */
export const modelType = z.string().transform((value, context) => {
  const letters = value.toLowerCase().replace(/[^a-z]/g, '')
  const known =
    modelTypes.find((type) => type.toLowerCase() === letters) ?? (letters === 'lycoris' ? 'LoCon' : undefined)
  if (known !== undefined || letters === '' || letters === 'unknown') return known
  context.addIssue('Is no model type')
  return z.NEVER
})

/** A base model by any of its names. "unknown" is no base model and no problem. */
export const baseModel = z.string().transform((value, context) => {
  const known = baseModelNamed(value)
  if (known !== undefined || /^(unknown|none|)$/i.test(value.trim())) return known
  context.addIssue('Is no base model that is known')
  return z.NEVER
})

/** Tags as texts, or as objects with a name. */
export const tags = z.preprocess(
  (value) =>
    Array.isArray(value)
      ? value.map((tag: unknown) => (typeof tag === 'object' && tag !== null && 'name' in tag ? tag.name : tag))
      : value,
  texts,
)

export function readStats(stats: Fields): Stats | undefined {
  const known = withoutUndefined({
    downloadCount: stats.get('downloadCount', count),
    thumbsUpCount: stats.get('thumbsUpCount', count),
    thumbsDownCount: stats.get('thumbsDownCount', count),
    commentCount: stats.get('commentCount', count),
    tippedAmountCount: stats.get('tippedAmountCount', count),
  })
  return Object.keys(known).length === 0 ? undefined : known
}

const levels = z
  .int()
  .nonnegative()
  .max(63)
  .transform((level) => (level === 0 ? undefined : level))

/** A list, one word, or a PostgreSQL array literal (`{Image,Rent}`): the site has sent all three. */
const commercialUse = z.preprocess(
  (value) => (typeof value === 'string' ? value.replace(/[{}"]/g, '').split(',') : value),
  z.array(z.unknown()).transform((values, context) => {
    const isKnown = (value: unknown): value is CommercialUse => commercialUses.some((use) => use === value)
    const known = values.filter(isKnown)
    // An empty list allows nothing; a list of unknown words states nothing.
    if (known.length > 0 || values.every((value) => value === '')) return known
    context.addIssue('Names no use that is known')
    return z.NEVER
  }),
)

/** Stored unchanged. The length limit is far above real configurations, which have a few fields. */
const earlyAccessConfig = z
  .record(z.string(), z.unknown())
  .refine((config) => JSON.stringify(config).length <= 10_000, 'Is too long')

function readCreator(creator: Fields): SidecarClaim['creator'] {
  const username = creator.get('username', name)
  const image = creator.get('image', name)
  return username === undefined ? undefined : { username, ...(image === undefined ? {} : { image }) }
}
