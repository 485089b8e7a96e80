import { createRoute } from '@tanstack/react-router'
import { lazyPage } from '../parts/lazy-page'
import { textOf } from '../parts/search-text'
import { rootRoute } from '../root-route'

const docs = createRoute({
  getParentRoute: () => rootRoute,
  path: '/docs',
  component: lazyPage(() => import('./reference-frame'), 'ReferenceFrame'),
})

const overview = createRoute({
  getParentRoute: () => docs,
  path: '/',
  validateSearch: ({ filter }: Record<string, unknown>): { filter?: string | undefined } => ({
    filter: textOf(filter),
  }),
  component: lazyPage(() => import('./overview-page'), 'OverviewPage'),
})

const section = createRoute({
  getParentRoute: () => docs,
  path: '$section',
  component: lazyPage(() => import('./section-page'), 'SectionPage'),
})

/** How the hub is called. */
export const referenceRoutes = [docs.addChildren([overview, section])] as const
