import { z } from 'zod'
import { availabilities, commercialUses, modelModes, modelTypes } from '../../catalog/enums.ts'
import type { ModelRecord } from '../../catalog/models/records.ts'
import { presentVersion, Version } from './version.ts'

/** A model as lists and `GET /models/{id}` show it (contract §2). */
export const Model = z
  .object({
    id: z.int(),
    name: z.string(),
    description: z.string().nullable().describe('HTML, cleaned when it was imported.'),
    type: z.enum(modelTypes),
    nsfw: z.boolean(),
    nsfwLevel: z.int().describe('Bits of the levels of its images: PG 1, PG-13 2, R 4, X 8, XXX 16.'),
    availability: z.enum(availabilities),
    supportsGeneration: z.boolean().describe('Always false: the hub does not generate.'),
    allowNoCredit: z.boolean(),
    allowCommercialUse: z.array(z.enum(commercialUses)),
    allowDerivatives: z.boolean(),
    allowDifferentLicense: z.boolean(),
    minor: z.boolean(),
    poi: z.boolean(),
    sfwOnly: z.boolean(),
    cosmetic: z.null(),
    mode: z.enum(modelModes).optional().describe('Absent while the model is neither.'),
    stats: z.object({
      downloadCount: z.int(),
      thumbsUpCount: z.int(),
      thumbsDownCount: z.int(),
      commentCount: z.int(),
      tippedAmountCount: z.int(),
    }),
    creator: z.object({ username: z.string(), image: z.string().nullable() }).optional(),
    tags: z.array(z.string()),
    modelVersions: z.array(Version).describe('The newest first.'),
  })
  .meta({ id: 'Model', description: 'A model with its versions, the newest first.' })
export type Model = z.infer<typeof Model>

/** How much of a model is shown. */
export interface ModelPresentation {
  origin: string
  /** Of each version's files only the primary one. */
  primaryFileOnly?: boolean | undefined
}

export function presentModel(model: ModelRecord, presentation: ModelPresentation): Model {
  return {
    id: model.id,
    name: model.name,
    description: model.description,
    type: model.type as Model['type'], // the importer writes only what the enumerations hold
    nsfw: model.nsfw === 1,
    nsfwLevel: model.nsfw_level,
    availability: model.availability as Model['availability'],
    supportsGeneration: false,
    allowNoCredit: model.allow_no_credit === 1,
    allowCommercialUse: model.allow_commercial_use as Model['allowCommercialUse'],
    allowDerivatives: model.allow_derivatives === 1,
    allowDifferentLicense: model.allow_different_license === 1,
    minor: model.minor === 1,
    poi: model.poi === 1,
    sfwOnly: model.sfw_only === 1,
    cosmetic: null,
    ...(model.mode !== null && { mode: model.mode }),
    stats: {
      downloadCount: model.download_count,
      thumbsUpCount: model.thumbs_up_count,
      thumbsDownCount: model.thumbs_down_count,
      commentCount: model.comment_count,
      tippedAmountCount: model.tipped_amount_count,
    },
    ...(model.creator && { creator: model.creator }),
    tags: model.tags,
    modelVersions: model.versions.map((version) => presentVersion(version, model, presentation)),
  }
}
