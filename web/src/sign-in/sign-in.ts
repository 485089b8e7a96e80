import { ApiError } from '../api/client'

/** What the hub's sign-in endpoints (below `/api/auth`) answer with, and take. */
export async function askAuth(path: string, fields: object): Promise<Record<string, unknown>> {
  const answer = await fetch(`/api/auth${path}`, {
    method: 'POST',
    credentials: 'same-origin',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(fields),
  }).catch(() => {
    throw new ApiError(0, 'The hub does not answer. Is it running, and are you connected?')
  })
  const body = ((await answer.json().catch(() => null)) ?? {}) as Record<string, unknown>
  if (!answer.ok) throw new ApiError(answer.status, refusalOf(answer, body))
  return body
}

/** Signs in with a username or an e-mail address. */
export const signInWithPassword = (name: string, password: string) =>
  name.includes('@')
    ? askAuth('/sign-in/email', { email: name, password })
    : askAuth('/sign-in/username', { username: name, password })

function refusalOf({ status, headers }: Response, body: Record<string, unknown>): string {
  if (status === 429) {
    const seconds = Number(headers.get('retry-after') ?? headers.get('x-retry-after')) || 60
    return `Too many attempts. Try again in ${seconds} seconds.`
  }
  return typeof body.message === 'string' ? body.message : `The hub answered ${status}.`
}
