import { z } from 'zod'
import type { ModelMark } from '../catalog/preferences.ts'
import { type EndpointRequest, endpoint } from './core/define.ts'
import { notFound } from './core/errors.ts'
import { integer } from './core/parameters.ts'

/*
 * What an account likes, and what it does not want to see. The lists of models are `/models?favorites=true` and
 * `/models?hidden=true`; their bare ids, for whoever shows marks beside models, are lists here.
 *
 * Each change answers 200 and the state that now holds, whether it held before or not: a client that lost an answer may send
 * its request again, and those that read the body of every answer as JSON find some.
 */

/** 0 is an id that nothing has. */
const params = z.object({ modelId: integer({ min: 0, max: 2 ** 31 - 1 }) })
const FavoriteState = z.object({ modelId: z.int(), favorite: z.boolean() })
const HiddenState = z.object({ modelId: z.int(), hidden: z.boolean() })

const sameTwice = 'Answers with what now holds, whether it held before or not: asking twice does no harm.'

const Marked = z
  .object({ /** The latest mark first, at most 10,000. */ modelIds: z.array(z.int()) })
  .meta({ id: 'MarkedModels', description: 'Ids of models that the caller marked.' })

const marks = { method: 'GET', category: 'authenticated', scope: 'CollectionsRead', reply: Marked } as const

export const listFavorites = endpoint({
  ...marks,
  path: '/api/v1/me/favorites',
  summary: "The ids of the caller's favourites",
  example: { reply: { modelIds: [900004, 900014] } },
  handle: async ({ preferences, principal: { accountId } }) => ({
    modelIds: await preferences.marked({ accountId, kind: 'favorite' }),
  }),
})

export const listHidden = endpoint({
  ...marks,
  path: '/api/v1/me/hidden',
  summary: 'The ids of the models that the caller has hidden',
  example: { reply: { modelIds: [900007] } },
  handle: async ({ preferences, principal: { accountId } }) => ({
    modelIds: await preferences.marked({ accountId, kind: 'hidden' }),
  }),
})

const favorite = {
  path: '/api/v1/me/favorites/:modelId',
  category: 'authenticated',
  scope: 'CollectionsWrite',
  params,
  reply: FavoriteState,
  errors: [{ kind: 'notFound', what: 'No model with id 0' }],
} as const

const hidden = { ...favorite, path: '/api/v1/me/hidden/:modelId', reply: HiddenState } as const

export const addFavorite = endpoint({
  ...favorite,
  method: 'PUT',
  summary: 'Adds a model to the favourites; it counts as a thumb up',
  description: sameTwice,
  example: { params: { modelId: '900004' }, reply: { modelId: 900004, favorite: true } },
  async handle(request) {
    const modelId = await change('mark', 'favorite', request)
    return { modelId, favorite: true }
  },
})

export const removeFavorite = endpoint({
  ...favorite,
  method: 'DELETE',
  summary: 'Takes a model from the favourites',
  description: sameTwice,
  example: { params: { modelId: '900004' }, reply: { modelId: 900004, favorite: false } },
  async handle(request) {
    const modelId = await change('unmark', 'favorite', request)
    return { modelId, favorite: false }
  },
})

export const hideModel = endpoint({
  ...hidden,
  method: 'PUT',
  summary: 'Hides a model from the lists that the caller gets',
  description: sameTwice,
  example: { params: { modelId: '900004' }, reply: { modelId: 900004, hidden: true } },
  async handle(request) {
    const modelId = await change('mark', 'hidden', request)
    return { modelId, hidden: true }
  },
})

export const showModel = endpoint({
  ...hidden,
  method: 'DELETE',
  summary: 'Shows a hidden model in lists again',
  description: sameTwice,
  example: { params: { modelId: '900004' }, reply: { modelId: 900004, hidden: false } },
  async handle(request) {
    const modelId = await change('unmark', 'hidden', request)
    return { modelId, hidden: false }
  },
})

async function change(
  verb: 'mark' | 'unmark',
  kind: ModelMark['kind'],
  {
    preferences,
    principal: { accountId },
    params: { modelId },
  }: EndpointRequest<'authenticated', z.infer<typeof params>, unknown, unknown>,
): Promise<number> {
  if (!(await preferences[verb]({ accountId, kind, modelId }))) throw notFound(`No model with id ${modelId}`)
  return modelId
}
