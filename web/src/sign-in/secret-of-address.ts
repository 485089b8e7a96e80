import type { QueryClient } from '@tanstack/react-query'
import { type ParsedLocation, redirect } from '@tanstack/react-router'

/*
 * Links of one use (setup, invitation, password reset) carry their secret in the fragment, which no server and no log
 * ever sees. It leaves the address and the browser's history before the page is drawn, and stays in memory alone.
 */

const keyOf = (pathname: string) => ['secret of the address', pathname]

/** For `beforeLoad` of such a page. @throws the redirect to the same page without its secret */
export function takeSecret({ location, context }: { location: ParsedLocation; context: { queries: QueryClient } }) {
  if (location.hash === '') return
  context.queries.setQueryData(keyOf(location.pathname), location.hash)
  throw redirect({ to: location.pathname, replace: true })
}

/** The secret that the page was opened with; undefined when it came without, or was loaded again. */
export const secretOf = (queries: QueryClient, pathname: string): string | undefined =>
  queries.getQueryData<string>(keyOf(pathname))

/** Forgets it once it was used. */
export const forgetSecret = (queries: QueryClient, pathname: string) =>
  queries.removeQueries({ queryKey: keyOf(pathname) })
