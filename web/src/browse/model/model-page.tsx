import { Skeleton, Stack } from '@mantine/core'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useParams, useSearch } from '@tanstack/react-router'
import { useDeferredValue, useState } from 'react'
import { Failure } from '../../parts/failure'
import { NothingHere } from '../../parts/nothing-here'
import { Page } from '../../parts/page'
import type { Model } from '../cards/model'
import { Description } from './description'
import { DownloadCard } from './download-card'
import { FactsCard } from './facts-card'
import { FileList } from './file-list'
import { Gallery } from './gallery'
import { ModelHead } from './model-head'
import classes from './model-page.module.css'
import { galleryQuery, isMissing, modelQuery, shownVersion } from './model-queries'
import { VersionPicker } from './version-picker'

/** A model: one of its versions, chosen in the address, with everything that the hub knows of it. */
export function ModelPage() {
  const modelId = Number(useParams({ strict: false }).modelId)
  const model = useQuery(modelQuery(modelId))
  // Drawn in pieces, between which the page answers whoever types or scrolls.
  const shown = useDeferredValue(model.data)
  if (shown?.id === modelId) return <ModelView key={modelId} model={shown} />
  return (
    <Page title="Model">
      {(model.isPending || model.data) && <ModelSkeleton />}
      {model.error &&
        (isMissing(model.error) ? (
          <NothingHere what="No such model" />
        ) : (
          <Failure error={model.error} onRetry={() => model.refetch()} />
        ))}
    </Page>
  )
}

function ModelView({ model }: { model: Model }) {
  const asked = useSearch({ strict: false }).modelVersionId
  const version = shownVersion(model, asked)
  const isGalleryKnown = useGalleryKnown(version?.id)
  return (
    <Page title={model.name}>
      <Stack gap="lg">
        <ModelHead model={model} />
        {model.modelVersions.length > 1 && version && (
          <VersionPicker modelId={model.id} versions={model.modelVersions} chosen={version.id} />
        )}
        <div className={classes.layout}>
          <div className={classes.main}>
            {version && <Gallery key={version.id} modelName={model.name} versionId={version.id} />}
            {isGalleryKnown && (
              <>
                <Description title="Description" html={model.description} />
                <Description title="About this version" html={version?.description ?? null} />
              </>
            )}
          </div>
          <div className={classes.side}>
            {version && (
              <>
                <DownloadCard key={`download-${version.id}`} model={model} version={version} />
                <FactsCard model={model} version={version} />
                <FileList key={`files-${version.id}`} version={version} />
              </>
            )}
          </div>
        </div>
      </Stack>
    </Page>
  )
}

/**
 * Whether the hub has answered for the first gallery. How high that is nobody knows before; what is read below it comes
 * when it is there, so as not to be pushed away under the reader's eyes.
 */
function useGalleryKnown(versionId: number | undefined): boolean {
  const { isPending } = useInfiniteQuery({ ...galleryQuery(versionId ?? 0), enabled: versionId !== undefined })
  const [isKnown, setKnown] = useState(versionId === undefined)
  if (!isPending && !isKnown) setKnown(true)
  return isKnown
}

function ModelSkeleton() {
  return (
    <Stack gap="lg" aria-busy="true" aria-label="Loading">
      <Skeleton height={40} maw={480} />
      <div className={classes.layout}>
        <Skeleton height={480} />
        <div className={classes.side}>
          <Skeleton height={150} />
          <Skeleton height={300} />
        </div>
      </div>
    </Stack>
  )
}
