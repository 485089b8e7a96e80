import { z } from 'zod'
import { modelTag } from '../catalog/cache-tags.ts'
import { endpoint } from './core/define.ts'
import { notFound } from './core/errors.ts'
import { id } from './core/parameters.ts'

const Sources = z
  .record(z.string(), z.string())
  .describe(
    'Name of a fact → its source: a kind of sidecar (`civitai-info`, with `+sha256` when it names the file), `header`, `folder` or `name`. A fact that no source states is absent.',
  )

const ModelSources = z
  .object({
    modelId: z.int(),
    licenseName: z.string().nullable().describe('As the header of a file names it; null where it names none.'),
    sources: Sources,
    versions: z.array(z.object({ id: z.int(), sources: Sources })),
  })
  .meta({ id: 'ModelSources', description: 'Where the facts of a model and its versions were read.' })

/** The hub's own. */
export const getModelSources = endpoint({
  method: 'GET',
  path: '/api/v1/models/:id/sources',
  category: 'public',
  scope: 'ModelsRead',
  summary: 'Where the facts of a model were read',
  description:
    'The models of the site API have no word for "not stated": permissions, for example, then have a default. This tells which facts a source states.',
  errors: [{ kind: 'notFound', what: 'No model with id 1' }],
  example: {
    params: { id: '900004' },
    reply: {
      modelId: 900004,
      licenseName: null,
      sources: { name: 'civitai-info+sha256', allowCommercialUse: 'civitai-info+sha256' },
      versions: [{ id: 900401, sources: { baseModel: 'header' } }],
    },
  },
  params: z.object({ id: id() }),
  reply: ModelSources,
  shows: ({ modelId }) => [modelTag(modelId)],
  async handle({ params: { id }, models }) {
    const found = await models.sources(id)
    if (!found) throw notFound(`No model with id ${id}`)
    const { modelId, licenseName, model, versions } = found
    return { modelId, licenseName, sources: model, versions }
  },
})
