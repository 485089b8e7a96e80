import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { rootRoute } from '../root-route'
import { returnPath } from './return-path'

const login = createRoute({
  getParentRoute: () => rootRoute,
  path: '/login',
  validateSearch: ({
    returnUrl,
    reason,
    error,
  }: Record<string, unknown>): {
    returnUrl?: string | undefined
    reason?: string | undefined
    error?: string | undefined
  } => ({
    returnUrl: typeof returnUrl === 'string' ? returnPath(returnUrl) : undefined,
    reason: reason === 'download-auth' ? reason : undefined,
    error: typeof error === 'string' && error !== '' ? error.slice(0, 64) : undefined,
  }),
  component: lazyRouteComponent(() => import('./login-page'), 'LoginPage'),
})

/** How people come in. */
export const signInRoutes = [login] as const
