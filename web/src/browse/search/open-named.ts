import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { ApiError, answerOf, api } from '../../api/client'
import type { Named } from './recognize'

/**
 * Opens what a pasted text names. False when that is a hash that no file here has.
 * @throws ApiError when the hub could not be asked
 */
export function useOpenNamed(): (named: Named) => Promise<boolean> {
  const navigate = useNavigate()
  const queries = useQueryClient()
  return async (named) => {
    switch (named.kind) {
      case 'model':
        await navigate({
          to: '/models/$modelId',
          params: { modelId: String(named.modelId) },
          search: { modelVersionId: named.versionId },
        })
        return true
      case 'version':
        await navigate({ to: '/model-versions/$versionId', params: { versionId: String(named.versionId) } })
        return true
      case 'image':
        await navigate({ to: '/images/$imageId', params: { imageId: String(named.imageId) } })
        return true
      case 'creator':
        await navigate({ to: '/user/$username', params: { username: named.username } })
        return true
      case 'tag':
        await navigate({ to: '/models', search: { tag: named.tag } })
        return true
      case 'hash': {
        const version = await versionByHash(named.hash)
        if (!version) return false
        queries.setQueryData(['version', version.id], version)
        await navigate({
          to: '/models/$modelId',
          params: { modelId: String(version.modelId) },
          search: { modelVersionId: version.id },
        })
        return true
      }
    }
  }
}

async function versionByHash(hash: string) {
  try {
    return await answerOf(api.GET('/api/v1/model-versions/by-hash/{hash}', { params: { path: { hash } } }))
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return undefined
    throw error
  }
}
