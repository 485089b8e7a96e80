import { z } from 'zod'
import type { Principal } from '../auth/principal.ts'
import { creatorTag, modelsTag, modelTag } from '../catalog/cache-tags.ts'
import { BadCursor } from '../catalog/cursor.ts'
import type { ModelFilter } from '../catalog/models/list/filter.ts'
import { levelsShown } from '../catalog/nsfw/browsing-level.ts'
import { CursorMetadata } from './core/cursor-pagination.ts'
import { endpoint, type QueryUse } from './core/define.ts'
import { invalid, notFound, tooDeep } from './core/errors.ts'
import { pageUrl } from './core/next-page.ts'
import { integer } from './core/parameters.ts'
import { SerializedJson } from './core/serialized-json.ts'
import { exampleModel } from './examples/models.ts'
import { Model } from './model-dto/model.ts'
import { toModelDto } from './model-dto/model-dto.ts'
import { serializeListTask } from './model-dto/serialize-list.ts'
import { type ModelsQuery, modelsQuery } from './models-query.ts'

const ModelList = z.object({ items: z.array(Model), metadata: CursorMetadata })

/** How deep page numbers reach, in models; cursors reach everything (contract §1). */
const maxOffset = 1000

const pageWithSearch = 'Cannot use page param with query search. Use cursor-based pagination.'

export const listModels = endpoint({
  method: 'GET',
  path: '/api/v1/models',
  category: 'mixed',
  scope: 'ModelsRead',
  summary: 'Models, filtered and in an order, page by page',
  description: [
    'Every filter that is given has to hold. Models without a published version that has a file are left out, and private,',
    'archived and taken down ones; for a signed-in caller also those that this caller has hidden.',
    '',
    'With `query` the order is that of relevance, whatever `sort` says.',
  ].join('\n'),
  errors: [
    { kind: 'invalid', text: pageWithSearch },
    { kind: 'invalid', text: 'The cursor is not valid' },
    { kind: 'notFound', what: 'User not found' },
    { kind: 'tooDeep' },
  ],
  example: {
    query: { types: 'LORA', tag: 'ink', limit: '1' },
    reply: { items: [exampleModel], metadata: {} },
  },
  query: modelsQuery,
  reply: ModelList,
  namesPages: true,
  asksForAccount: (asked) => (asksFor(asked, 'favorites') || asksFor(asked, 'hidden') ? 'CollectionsRead' : undefined),
  async handle({ query, principal, models, settings, origin, target }) {
    const { limit, sort, cursor, page } = query
    if (page !== undefined && cursor === undefined && page * limit > maxOffset) throw tooDeep()
    if (page !== undefined && query.query !== undefined) throw invalid(pageWithSearch)

    const creatorId = query.username === undefined ? undefined : await models.creatorId(query.username)
    if (query.username !== undefined && creatorId === undefined) throw notFound('User not found')

    const levels = levelsShown(query.nsfw, settings.defaultBrowsingLevel)
    const filter: ModelFilter = { ...filterOf(query), ...choicesOf(query, principal), levels, creatorId }
    const numbered = cursor === undefined ? page : undefined
    const offset = numbered === undefined ? 0 : (numbered - 1) * limit
    // The hub generates nothing, so no model supports it.
    const shown = query.supportsGeneration ? 0 : limit
    const listed = models.list(
      filter,
      { sort, limit: shown, cursor, offset },
      {
        task: serializeListTask,
        options: (next) => ({
          origin,
          primaryFileOnly: query.primaryFileOnly,
          metadata: {
            ...nextOf(next, { origin, target, limit, numbered }),
            ...(numbered !== undefined && { currentPage: numbered, pageSize: limit }),
          },
        }),
      },
    )
    const { made } = await refusingBadCursors(listed)
    const { buffer, byteOffset, byteLength } = made.json
    return new SerializedJson(Buffer.from(buffer, byteOffset, byteLength), [modelsTag, ...made.keys])
  },
})

export const getModel = endpoint({
  method: 'GET',
  path: '/api/v1/models/:id',
  category: 'public',
  scope: 'ModelsRead',
  summary: 'One model with its versions',
  description: 'Models that no list shows are found by their id as well, unless they are not published.',
  errors: [{ kind: 'notFound', what: 'No model with id 0' }],
  example: { params: { id: '900004' }, reply: exampleModel },
  params: z.object({ id: integer({ min: 0, max: 2 ** 31 - 1 }) }),
  reply: Model,
  shows: keysOfModel,
  async handle({ params: { id }, models, origin }) {
    const model = await models.byId(id)
    if (!model) throw notFound(`No model with id ${id}`)
    return toModelDto(model, { origin })
  },
})

function keysOfModel({ id, creator }: z.infer<typeof Model>): string[] {
  return [modelTag(id), creatorTag(creator.username)]
}

/** `false` asks for nothing; anything else that is not empty does, even what the schema then refuses (contract §2). */
const asksFor = (asked: QueryUse, name: string): boolean =>
  asked[name]?.some((value) => value.trim().toLowerCase() !== 'false') ?? false

const filterOf = (query: ModelsQuery): Omit<ModelFilter, 'levels'> => ({
  query: query.query,
  ids: query.ids,
  versionIds: query.modelVersionIds,
  tag: query.tag ?? query.tagname,
  types: query.types,
  baseModels: query.baseModels,
  checkpointType: query.checkpointType,
  period: query.period,
  trainedOnSite: query.fromPlatform,
  earlyAccess: query.earlyAccess,
  allowNoCredit: query.allowNoCredit,
  allowDerivatives: query.allowDerivatives,
  allowDifferentLicense: query.allowDifferentLicenses ?? query.allowDifferentLicense,
  allowCommercialUse: query.allowCommercialUse,
  fileFormats: query.fileFormats,
  archived: query.archived,
})

/** What the caller's own choices narrow the list to. */
function choicesOf({ favorites, hidden }: ModelsQuery, principal: Principal): Partial<ModelFilter> {
  if (principal.kind === 'anonymous') return {}
  const { accountId } = principal
  return {
    ...(favorites && { favoritesOf: accountId }),
    ...(hidden ? { hiddenBy: accountId } : { notHiddenBy: accountId }),
  }
}

/** Page numbers go on while they are allowed to, then a cursor leads further. */
function nextOf(
  { nextCursor }: { nextCursor?: string },
  asked: { origin: string; target: string; limit: number; numbered: number | undefined },
) {
  if (nextCursor === undefined) return undefined
  const { origin, target, limit, numbered } = asked
  const byNumber = numbered !== undefined && (numbered + 1) * limit <= maxOffset
  return {
    nextCursor,
    nextPage: pageUrl(origin, target, byNumber ? { page: numbered + 1 } : { cursor: nextCursor }),
  }
}

async function refusingBadCursors<Page>(listing: Promise<Page>): Promise<Page> {
  try {
    return await listing
  } catch (error) {
    throw error instanceof BadCursor ? invalid(error.message) : error
  }
}
