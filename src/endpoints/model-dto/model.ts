import { z } from 'zod'
import { availabilities, commercialUses, modelModes, modelTypes } from '../../catalog/enums.ts'
import { Version } from './version.ts'

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
    creator: z
      .object({ username: z.string(), image: z.string().nullable() })
      .describe('The default creator of the hub where no metadata names one.'),
    tags: z.array(z.string()),
    modelVersions: z.array(Version).describe('The newest first.'),
  })
  .meta({ id: 'Model', description: 'A model with its versions, the newest first.' })
export type Model = z.infer<typeof Model>
