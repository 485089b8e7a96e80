import { z } from 'zod'
import { endpoint } from './core/define.ts'
import { exampleOrigin } from './examples/models.ts'

/** As far as clients look before they hand it to a library. */
const ApiDocument = z.looseObject({
  openapi: z.string(),
  info: z.looseObject({ title: z.string(), version: z.string() }),
  servers: z.array(z.looseObject({ url: z.string() })),
  paths: z.record(z.string(), z.unknown()),
})

export const getApiDocument = endpoint({
  method: 'GET',
  path: '/api/openapi.json',
  category: 'public',
  scope: 'ModelsRead',
  alwaysOpen: true,
  summary: 'This API, as an OpenAPI 3.1 document',
  description:
    'Made from the declarations that the hub itself runs on. `servers` names the address that the document was asked from.',
  reply: ApiDocument,
  shows: () => [],
  example: {
    reply: {
      openapi: '3.1.1',
      info: { title: 'modelkeep', version: '0.1.0' },
      servers: [{ url: exampleOrigin }],
      paths: {},
    },
  },
  handle: ({ apiDocument, origin }) => apiDocument(origin) as z.infer<typeof ApiDocument>,
})
