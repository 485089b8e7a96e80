import { z } from 'zod'
import { endpoint } from './define.ts'
import { EndpointError, notFound } from './errors.ts'

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
  params: z.object({ uuid: z.string().max(100), transforms: z.string(), name: z.string() }),
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
