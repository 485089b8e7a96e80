import { z } from 'zod'
import { endpoint } from './core/define.ts'
import { invalid } from './core/errors.ts'
import { id, idList, oneOf } from './core/parameters.ts'

const unreadableIds = 'Could not parse provided model versions array.'

/** As many as one request may ask of. */
const maxChecked = 1000

export const checkPermissions = endpoint({
  method: 'GET',
  path: '/api/v1/permissions/check',
  category: 'public',
  scope: 'ModelsRead',
  summary: 'Which of some versions may be used for generation on the hub: none, since it does not generate',
  errors: [{ kind: 'invalid', text: unreadableIds }],
  example: { query: { entityIds: '900401,900102' }, reply: { '900401': false, '900102': false } },
  query: z
    .object({
      entityIds: idList({ max: maxChecked }).default([]).describe('Ids of versions, at most 1,000.'),
      entityType: oneOf(['ModelVersion']).optional(),
      permission: oneOf(['Generate']).optional(),
      userId: id().optional().describe('Makes no difference here.'),
    })
    // Null: they could not be read, which has a text of its own.
    .nullable()
    .catch(null),
  /** By id; an empty list when nothing was asked, as at the site. */
  reply: z.union([z.record(z.string(), z.boolean()), z.array(z.never())]),
  handle({ query }) {
    if (query === null) throw invalid(unreadableIds)
    if (query.entityIds.length === 0) return []
    return Object.fromEntries(query.entityIds.map((versionId) => [String(versionId), false]))
  },
})
