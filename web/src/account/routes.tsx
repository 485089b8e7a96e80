import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { rootRoute } from '../root-route'

const account = createRoute({
  getParentRoute: () => rootRoute,
  path: '/user/account',
  validateSearch: ({ tab }: Record<string, unknown>): { tab?: string | undefined } =>
    typeof tab === 'string' ? { tab } : {},
  component: lazyRouteComponent(() => import('./account-page'), 'AccountPage'),
})

/** What people set for themselves. */
export const accountRoutes = [account] as const
