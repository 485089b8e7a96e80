import { answerOf, api } from '../../api/client'

/** A model as the API's client gives it. */
export type Model = Awaited<ReturnType<typeof askModel>>

/** @throws ApiError with status 404 when there is none */
export const askModel = (id: number, signal: AbortSignal) =>
  answerOf(api.GET('/api/v1/models/{id}', { params: { path: { id } }, signal }))
