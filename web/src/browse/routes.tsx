import { createRoute, lazyRouteComponent, redirect } from '@tanstack/react-router'
import { rootRoute } from '../root-route'
import { readModelsSearch } from './models-search'

const home = createRoute({
  getParentRoute: () => rootRoute,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/models', replace: true })
  },
})

const models = createRoute({
  getParentRoute: () => rootRoute,
  path: '/models',
  validateSearch: readModelsSearch,
  component: lazyRouteComponent(() => import('./models-page'), 'ModelsPage'),
})

/** Looking around in the catalog. */
export const browseRoutes = [home, models] as const
