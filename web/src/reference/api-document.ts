import { queryOptions } from '@tanstack/react-query'
import { answerOf, api } from '../api/client'
import type { ApiDocument } from './operations'

/** The hub's description of itself. It changes only with the program that serves it. */
export const apiDocumentQuery = queryOptions({
  queryKey: ['api-document'],
  staleTime: Number.POSITIVE_INFINITY,
  // The typed client knows the little that clients look at; the hub makes the whole from one declaration of it.
  queryFn: async () => (await answerOf(api.GET('/api/openapi.json', {}))) as unknown as ApiDocument,
})
