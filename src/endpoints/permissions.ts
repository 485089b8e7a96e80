import { z } from 'zod'
import { endpoint } from './define.ts'
import { invalid } from './errors.ts'
import { id, idList, oneOf } from './parameters.ts'

/** As many as one request may ask of. */
const mostChecked = 1000

export const checkPermissions = endpoint({
  method: 'GET',
  path: '/api/v1/permissions/check',
  category: 'public',
  scope: 'ModelsRead',
  summary: 'Which of some versions may be used for generation on the hub: none, since it does not generate',
  query: z
    .object({
      entityIds: idList(mostChecked).default([]),
      entityType: oneOf(['ModelVersion']).optional(),
      permission: oneOf(['Generate']).optional(),
      userId: id().optional(),
    })
    // Null: they could not be read, which has a text of its own.
    .nullable()
    .catch(null),
  /** By id; an empty list when nothing was asked, as at the site. */
  reply: z.union([z.record(z.string(), z.boolean()), z.array(z.never())]),
  handle({ query }) {
    if (query === null) throw invalid('Could not parse provided model versions array.')
    if (query.entityIds.length === 0) return []
    return Object.fromEntries(query.entityIds.map((versionId) => [String(versionId), false]))
  },
})
