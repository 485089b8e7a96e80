import { z } from 'zod'

/** An image in the gallery of a version that was asked for by itself: it has no `id` there. */
export const DetailedVersionImage = z
  .object({
    url: z.string(),
    nsfwLevel: z.int().describe('One bit: PG 1, PG-13 2, R 4, X 8, XXX 16.'),
    width: z.int(),
    height: z.int(),
    hash: z.string().describe('BlurHash.'),
    type: z.enum(['image', 'video']),
    minor: z.boolean(),
    poi: z.boolean(),
    hasMeta: z.boolean(),
    hasPositivePrompt: z.boolean(),
    onSite: z.boolean(),
    remixOfId: z.null(),
    metadata: z.object({ hash: z.string(), size: z.int(), width: z.int(), height: z.int() }),
    meta: z
      .record(z.string(), z.unknown())
      .nullable()
      .describe('How the image was made; null when its file does not say.'),
  })
  .meta({
    id: 'DetailedVersionImage',
    description: 'An image in the gallery of a version that was asked for by itself.',
  })
export type DetailedVersionImage = z.infer<typeof DetailedVersionImage>

/** An image in the gallery of a model's version (contract §2 GET /models). */
export const VersionImage = z
  .object({ id: z.int(), ...DetailedVersionImage.omit({ meta: true }).shape })
  .meta({ id: 'VersionImage', description: "An image in the gallery of a model's version." })
export type VersionImage = z.infer<typeof VersionImage>
