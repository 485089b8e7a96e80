import type { QueryClient } from '@tanstack/react-query'
import { createRoute, redirect } from '@tanstack/react-router'
import { hubQuery } from '../api/hub'
import { lazyPage } from '../parts/lazy-page'
import { textOf } from '../parts/search-text'
import { rootRoute } from '../root-route'
import { modelsQuery } from './cards/models-query'
import { matureChoice } from './mature/mature-choice'
import { galleryQuery, modelQuery, shownVersion, sourcesQuery, versionQuery } from './model/model-queries'
import { NoVersion } from './model/no-version'
import { ModelsPage } from './models-page'
import { isPersonal, readModelsSearch } from './search/models-search'

const home = createRoute({
  getParentRoute: () => rootRoute,
  path: '/',
  async beforeLoad({ context: { queries } }) {
    // A hub that does not answer says so on the page of the models.
    const hub = await queries.fetchQuery(hubQuery).catch(() => undefined)
    throw redirect({ to: hub?.setupNeeded ? '/setup' : '/models', replace: true })
  },
})

const models = createRoute({
  getParentRoute: () => rootRoute,
  path: '/models',
  validateSearch: readModelsSearch,
  loaderDeps: ({ search }) => search,
  // Asked for before the first drawing.
  loader({ deps, context: { queries } }) {
    if (!isPersonal(deps)) queries.prefetchInfiniteQuery(modelsQuery(deps, matureChoice()))
  },
  component: ModelsPage,
})

const ofVersion = ({ modelVersionId }: Record<string, unknown>): { modelVersionId?: number | undefined } =>
  Number.isSafeInteger(Number(modelVersionId)) && Number(modelVersionId) > 0
    ? { modelVersionId: Number(modelVersionId) }
    : {}

/** Asks for a model and its first pictures while the page's own code is on its way, which is not waited for. */
const askModelFirst = ({
  params: { modelId },
  deps: { modelVersionId },
  context: { queries },
}: {
  params: { modelId: string }
  deps: { modelVersionId?: number | undefined }
  context: { queries: QueryClient }
}) => {
  queries.prefetchQuery(sourcesQuery(Number(modelId)))
  queries.fetchQuery(modelQuery(Number(modelId))).then(
    (model) => {
      const shown = shownVersion(model, modelVersionId)
      if (shown) queries.prefetchInfiniteQuery(galleryQuery(shown.id))
    },
    () => {
      // The page asks once more, and tells its reader.
    },
  )
}

const modelPage = lazyPage(() => import('./model/model-page'), 'ModelPage')

const model = createRoute({
  getParentRoute: () => rootRoute,
  path: '/models/$modelId',
  validateSearch: ofVersion,
  loaderDeps: ({ search }) => search,
  loader: askModelFirst,
  component: modelPage,
})

const modelWithName = createRoute({
  getParentRoute: () => rootRoute,
  path: '/models/$modelId/$slug',
  validateSearch: ofVersion,
  loaderDeps: ({ search }) => search,
  loader: askModelFirst,
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
  errorComponent: NoVersion,
})

const image = createRoute({
  getParentRoute: () => rootRoute,
  path: '/images/$imageId',
  validateSearch: ofVersion,
  component: lazyPage(() => import('./image/image-page'), 'ImagePage'),
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
  component: lazyPage(() => import('./lists/creators-page'), 'CreatorsPage'),
})

const tags = createRoute({
  getParentRoute: () => rootRoute,
  path: '/tags',
  validateSearch: numbered,
  component: lazyPage(() => import('./lists/tags-page'), 'TagsPage'),
})

const creator = createRoute({
  getParentRoute: () => rootRoute,
  path: '/user/$username',
  component: lazyPage(() => import('./lists/creator-page'), 'CreatorPage'),
})

/** Looking around in the catalog. */
export const browseRoutes = [home, models, model, modelWithName, version, image, creators, tags, creator] as const
