import { z } from 'zod'
import { endpoint } from './core/define.ts'
import { EndpointError, notFound } from './core/errors.ts'

/** An image never changes: another one has another uuid. */
const mediaCacheControl = 'public, max-age=31536000, immutable'

/**
 * Contract §5, site API: an image by its uuid. The last part of the path is for people and for tools that read the id
 * out of it; it decides nothing.
 */
export const media = endpoint({
  method: 'GET',
  path: '/media/:uuid/:transforms/:name',
  category: 'public',
  scope: 'MediaRead',
  summary: 'An image or a video, in the size that the address asks for',
  description: [
    '`transforms` is `original=true`, or several of these joined by commas: `width=450`, `height=320`, `fit=cover`,',
    '`quality=85`, `blur=32`, `anim=false` (the first frame). Sizes are rounded up to the next of a few, and never beyond the',
    'source; what is not known is passed over.',
  ].join('\n'),
  errors: [
    { kind: 'notFound', what: 'Image not found' },
    { kind: 'unavailable', what: 'The image has changed and is being read again' },
    { kind: 'unavailable', what: 'Too many images are being made at once' },
  ],
  example: {
    params: { uuid: 'b6ed8abe-0eb7-45e0-847e-fb746eaea496', transforms: 'width=450', name: '90040100.png' },
  },
  params: z.object({
    uuid: z.string().max(100),
    transforms: z.string(),
    name: z.string().describe('For people and tools; it decides nothing.'),
  }),
  success: {
    bytes: ['image/jpeg', 'image/png', 'image/webp', 'image/gif', 'image/avif', 'video/mp4', 'video/webm'],
    cacheControl: mediaCacheControl,
  },
  caching: 'no-store',
  async handle({ params, imageDelivery }) {
    const image = await imageDelivery.deliver(params.uuid, params.transforms)
    switch (image.kind) {
      case 'missing':
        throw notFound('Image not found')
      case 'changed':
        throw new EndpointError({ kind: 'unavailable', what: 'The image has changed and is being read again' })
      case 'busy':
        throw new EndpointError({ kind: 'unavailable', what: 'Too many images are being made at once' })
      case 'image':
        return { ...image, kind: 'file' as const, cacheControl: mediaCacheControl }
    }
  },
})
