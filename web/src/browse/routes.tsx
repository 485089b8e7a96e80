import { createRoute, lazyRouteComponent, redirect } from '@tanstack/react-router'
import { rootRoute } from '../root-route'
import { versionQuery } from './model/model-queries'
import { readModelsSearch, textOf } from './search/models-search'

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

const ofVersion = ({ modelVersionId }: Record<string, unknown>): { modelVersionId?: number | undefined } =>
  Number.isSafeInteger(Number(modelVersionId)) && Number(modelVersionId) > 0
    ? { modelVersionId: Number(modelVersionId) }
    : {}

const modelPage = lazyRouteComponent(() => import('./model/model-page'), 'ModelPage')

const model = createRoute({
  getParentRoute: () => rootRoute,
  path: '/models/$modelId',
  validateSearch: ofVersion,
  component: modelPage,
})

const modelWithName = createRoute({
  getParentRoute: () => rootRoute,
  path: '/models/$modelId/$slug',
  validateSearch: ofVersion,
  component: modelPage,
})

/** Leads to the version in its model. */
const version = createRoute({
  getParentRoute: () => rootRoute,
  path: '/model-versions/$versionId',
  async loader({ params: { versionId }, context: { queries } }) {
    const found = await queries.ensureQueryData(versionQuery(Number(versionId)))
    throw redirect({
      to: '/models/$modelId',
      params: { modelId: String(found.modelId) },
      search: { modelVersionId: found.id },
      replace: true,
    })
  },
  errorComponent: lazyRouteComponent(() => import('./model/no-version'), 'NoVersion'),
})

const image = createRoute({
  getParentRoute: () => rootRoute,
  path: '/images/$imageId',
  validateSearch: ofVersion,
  component: lazyRouteComponent(() => import('./image/image-page'), 'ImagePage'),
})

/** Of a list with page numbers. */
const numbered = ({
  query,
  page,
}: Record<string, unknown>): { query?: string | undefined; page?: number | undefined } => ({
  query: textOf(query),
  page: Number.isSafeInteger(page) && Number(page) > 1 ? Number(page) : undefined,
})

const creators = createRoute({
  getParentRoute: () => rootRoute,
  path: '/creators',
  validateSearch: numbered,
  component: lazyRouteComponent(() => import('./lists/creators-page'), 'CreatorsPage'),
})

const tags = createRoute({
  getParentRoute: () => rootRoute,
  path: '/tags',
  validateSearch: numbered,
  component: lazyRouteComponent(() => import('./lists/tags-page'), 'TagsPage'),
})

const creator = createRoute({
  getParentRoute: () => rootRoute,
  path: '/user/$username',
  component: lazyRouteComponent(() => import('./lists/creator-page'), 'CreatorPage'),
})

/** Looking around in the catalog. */
export const browseRoutes = [home, models, model, modelWithName, version, image, creators, tags, creator] as const
