import { queryOptions } from '@tanstack/react-query'
import { answerOf, api } from '../api/client'

/** Id of a model version of this hub that can be downloaded, for examples; null while there is none. */
export const someVersionQuery = queryOptions({
  queryKey: ['some-version'],
  async queryFn({ signal }) {
    const { items } = await answerOf(api.GET('/api/v1/models', { params: { query: { limit: 1, nsfw: true } }, signal }))
    const versions = items.flatMap(({ modelVersions }) => modelVersions)
    return versions.find(({ downloadUrl }) => downloadUrl !== undefined)?.id ?? null
  },
})
