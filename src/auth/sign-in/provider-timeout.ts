import { oidcProviderId } from './oidc-provider.ts'

/** So long a browser waits for the provider; the library alone would have it wait for minutes. */
const patienceMilliseconds = 8000

/** Where a browser comes back to from the provider; the hub then asks it who came. */
const callbackPath = `/callback/${oidcProviderId}`

/** The sessions library's endpoints whose answers wait for the provider. */
export const providerPaths: readonly string[] = ['/sign-in/social', '/link-social', callbackPath]

/** Gives the answer at `path` below `/api/auth`, or one that says that the provider keeps the hub waiting. */
export async function withProviderTimeout(path: string, answering: Promise<Response>): Promise<Response> {
  if (!providerPaths.includes(path)) return answering
  const { promise: patienceIsOver, resolve } = Promise.withResolvers<Response>()
  const timer = setTimeout(() => resolve(noAnswer(path)), patienceMilliseconds)
  // What comes later, a failure too, has nobody left to be told.
  return Promise.race([answering, patienceIsOver]).finally(() => clearTimeout(timer))
}

const noAnswer = (path: string): Response =>
  path === callbackPath
    ? new Response(null, { status: 302, headers: { location: '/login?error=provider_does_not_answer' } })
    : Response.json(
        { code: 'PROVIDER_DOES_NOT_ANSWER', message: 'The other site does not answer. Try again later.' },
        { status: 504 },
      )
