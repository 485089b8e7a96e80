import { z } from 'zod'
import { availabilities, baseModelTypes } from '../../catalog/enums.ts'
import { ModelFile } from './file.ts'
import { VersionImage } from './image.ts'

/** A version within its model (contract §2 GET /models). */
export const Version = z
  .object({
    id: z.int(),
    index: z.int().describe('Its place among the versions of its model, from 0.'),
    name: z.string(),
    baseModel: z.string(),
    baseModelType: z.enum(baseModelTypes).nullable(),
    createdAt: z.iso.datetime(),
    publishedAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
    availability: z.enum(availabilities),
    nsfwLevel: z.int().describe('Bits of the levels of its images.'),
    description: z.string().describe('HTML, cleaned when it was imported; empty where there is none.'),
    trainedWords: z.array(z.string()).describe('What a prompt may name.'),
    supportsGeneration: z.boolean(),
    stats: z.object({ downloadCount: z.int(), thumbsUpCount: z.int(), thumbsDownCount: z.int() }),
    files: z.array(ModelFile),
    images: z.array(VersionImage),
    downloadUrl: z.string().optional().describe('Gives the primary file. Absent where there is nothing to download.'),
  })
  .meta({ id: 'ModelVersion', description: 'A version within its model.' })
export type Version = z.infer<typeof Version>
