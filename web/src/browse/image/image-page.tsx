import { ActionIcon, Skeleton } from '@mantine/core'
import { useHotkeys } from '@mantine/hooks'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { getRouteApi, useCanGoBack, useNavigate, useRouter } from '@tanstack/react-router'
import { ChevronLeftIcon, ChevronRightIcon, XIcon } from 'lucide-react'
import { useEffect } from 'react'
import { Failure } from '../../parts/failure'
import { NothingHere } from '../../parts/nothing-here'
import { Page } from '../../parts/page'
import { Picture } from '../cards/picture'
import { isMature } from '../mature/levels'
import { useMatureChoice } from '../mature/mature-choice'
import { galleryQuery, imageQuery, isMissing } from '../model/model-queries'
import classes from './image-page.module.css'
import { ImagePanel } from './image-panel'

const route = getRouteApi('/images/$imageId')

/** A picture large, with how it was made; the others of its version are a key press away. */
export function ImagePage() {
  const imageId = Number(route.useParams().imageId)
  const asked = route.useSearch().modelVersionId
  const image = useQuery(imageQuery(imageId))
  const versionId = asked ?? image.data?.modelVersionIds[0]
  const leave = useLeaving(versionId)
  const { previous, next } = useNeighbours(imageId, versionId)
  const navigate = useNavigate()
  const go = (id: number | undefined) =>
    id !== undefined &&
    navigate({
      to: '/images/$imageId',
      params: { imageId: String(id) },
      search: { modelVersionId: versionId },
      replace: true,
    })
  useHotkeys([
    ['ArrowLeft', () => go(previous)],
    ['ArrowRight', () => go(next)],
    ['Escape', leave],
  ])
  useEffect(() => {
    document.title = `Picture ${imageId} - modelkeep`
  }, [imageId])

  if (image.data === null || isMissing(image.error))
    return (
      <Page title="Picture">
        <NothingHere what="No such picture" />
      </Page>
    )
  if (image.error)
    return (
      <Page title="Picture">
        <Failure error={image.error} onRetry={() => image.refetch()} />
      </Page>
    )
  return (
    <div className={classes.layout}>
      <h1 className="visually-hidden">Picture {imageId}</h1>
      <div className={classes.stage}>
        <div className={classes.bar}>
          <span />
          <ActionIcon variant="filled" color="dark" size="lg" radius="xl" onClick={leave} aria-label="Close">
            <XIcon size={20} />
          </ActionIcon>
        </div>
        {previous !== undefined && (
          <StepButton label="Previous picture" side={classes.previous} onClick={() => go(previous)} />
        )}
        {next !== undefined && <StepButton label="Next picture" side={classes.next} onClick={() => go(next)} />}
        <div className={classes.picture}>
          {image.data ? (
            <Picture
              key={imageId}
              picture={{ ...image.data, level: image.data.browsingLevel }}
              alt={`Picture ${imageId}`}
              ratio={`${image.data.width} / ${image.data.height}`}
              sizes="(max-width: 62em) 100vw, calc(100vw - 24rem)"
              isContained
              isUrgent
            />
          ) : (
            <Skeleton style={{ aspectRatio: '1' }} radius={0} />
          )}
        </div>
      </div>
      {/* Not before it is known how high the picture above it is on a phone. */}
      {image.data && (
        <aside className={classes.panel} aria-label="About this picture">
          <ImagePanel image={image.data} />
        </aside>
      )}
    </div>
  )
}

function StepButton({ label, side, onClick }: { label: string; side: string | undefined; onClick: () => void }) {
  const Icon = label.startsWith('Next') ? ChevronRightIcon : ChevronLeftIcon
  return (
    <ActionIcon
      className={`${classes.step} ${side}`}
      variant="filled"
      color="dark"
      size="xl"
      radius="xl"
      onClick={onClick}
      aria-label={label}
    >
      <Icon size={24} />
    </ActionIcon>
  )
}

/** Back to where one came from; who came by an address of its own goes to the model. */
function useLeaving(versionId: number | undefined) {
  const router = useRouter()
  const canGoBack = useCanGoBack()
  const navigate = useNavigate()
  return () => {
    if (canGoBack) router.history.back()
    else if (versionId !== undefined)
      navigate({ to: '/model-versions/$versionId', params: { versionId: String(versionId) } })
    else navigate({ to: '/models' })
  }
}

/** The pictures before and after this one in its version, as far as the viewer wants to see them. */
function useNeighbours(imageId: number, versionId: number | undefined) {
  const choice = useMatureChoice()
  const gallery = useInfiniteQuery({ ...galleryQuery(versionId ?? 0), enabled: versionId !== undefined })
  const { hasNextPage, fetchNextPage, isFetchingNextPage } = gallery
  const ids = (gallery.data?.pages.flatMap(({ items }) => items) ?? [])
    .filter(({ browsingLevel, id }) => id === imageId || choice !== 'hidden' || !isMature(browsingLevel))
    .map(({ id }) => id)
  const at = ids.indexOf(imageId)
  const isNearEnd = gallery.data !== undefined && (at < 0 || at >= ids.length - 1)
  useEffect(() => {
    if (isNearEnd && hasNextPage && !isFetchingNextPage) fetchNextPage()
  }, [isNearEnd, hasNextPage, isFetchingNextPage, fetchNextPage])
  return at < 0 ? {} : { previous: ids[at - 1], next: ids[at + 1] }
}
