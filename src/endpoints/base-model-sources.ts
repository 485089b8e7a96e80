import { z } from 'zod'
import { modelTag } from '../catalog/cache-tags.ts'
import { endpoint } from './core/define.ts'
import { notFound } from './core/errors.ts'
import { id } from './core/parameters.ts'

const SetAside = z.object({
  baseModel: z.string().describe('The name that the source gives.'),
  source: z
    .string()
    .describe(
      'A kind of sidecar (`civitai-info`, with `+sha256` when it names the file), `header`, `folder` or `name`.',
    ),
  key: z.string().nullable().describe('The key of the header that names it.'),
  tensors: z.string().describe('The base model that the tensors prove; `unknown` when they only exclude the name.'),
  isTaken: z.boolean().describe('Whether it is shown nevertheless: its source names the SHA-256 of the file.'),
})

const BaseModelSources = z
  .object({
    modelId: z.int(),
    baseModel: z.string(),
    source: z.string().describe('Where it was read; `default` when no source names a base model.'),
    setAside: z.array(SetAside).describe('Names that the tensors of the file exclude.'),
  })
  .meta({ id: 'BaseModelSources', description: 'Where the base model of a version was read.' })

/** The hub's own. */
export const getBaseModelSources = endpoint({
  method: 'GET',
  path: '/api/v1/model-versions/:id/base-model',
  category: 'public',
  scope: 'ModelsRead',
  summary: 'Where the base model of a version was read, and the names that its tensors exclude',
  description:
    'Trainers and tools often name a wrong base model. The names and shapes of the tensors decide what is possible.',
  errors: [{ kind: 'notFound', what: 'Model not found' }],
  example: {
    params: { id: '900401' },
    reply: {
      modelId: 900004,
      baseModel: 'Flux.1 D',
      source: 'header',
      setAside: [
        {
          baseModel: 'SD 1.5',
          source: 'header',
          key: 'ss_base_model_version',
          tensors: 'Flux.1 D',
          isTaken: false,
        },
      ],
    },
  },
  params: z.object({ id: id() }),
  reply: BaseModelSources,
  shows: ({ modelId }) => [modelTag(modelId)],
  async handle({ params, models }) {
    const found = await models.versions.baseModelSources(params.id)
    if (!found) throw notFound('Model not found')
    const { setAside, ...shown } = found
    return { ...shown, setAside: setAside.map(({ where, ...name }) => ({ ...name, key: where ?? null })) }
  },
})
