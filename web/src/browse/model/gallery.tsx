import { Group, Skeleton, Text, Title } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { BusyButton } from '../../parts/busy-button'
import { Failure } from '../../parts/failure'
import { Picture } from '../cards/picture'
import { isMature } from '../mature/levels'
import { useMatureChoice } from '../mature/mature-choice'
import { MatureSelect } from '../mature/mature-select'
import classes from './model-page.module.css'
import { galleryQuery } from './model-queries'

/** The pictures of a version; each opens by itself, with how it was made. */
export function Gallery({ modelName, versionId }: { modelName: string; versionId: number }) {
  const gallery = useInfiniteQuery(galleryQuery(versionId))
  const choice = useMatureChoice()
  const all = gallery.data?.pages.flatMap(({ items }) => items) ?? []
  const images = choice === 'hidden' ? all.filter(({ browsingLevel }) => !isMature(browsingLevel)) : all
  const hasMature = all.some(({ browsingLevel }) => isMature(browsingLevel))
  return (
    <section aria-label="Gallery">
      <Group justify="space-between" align="flex-end" mb="sm">
        <Title order={2} size="h3">
          Gallery
        </Title>
        {hasMature && <MatureSelect />}
      </Group>
      {gallery.isPending && <Skeleton height={280} />}
      {gallery.error && <Failure error={gallery.error} onRetry={() => gallery.refetch()} />}
      {gallery.data && images.length === 0 && (
        <Text c="dimmed">
          {all.length === 0 ? 'No pictures of this version.' : 'All pictures are above PG, and hidden.'}
        </Text>
      )}
      <ul className={classes.gallery}>
        {images.map((image, index) => (
          <li key={image.id} className={classes.tile}>
            <Link
              to="/images/$imageId"
              params={{ imageId: String(image.id) }}
              search={{ modelVersionId: versionId }}
              className={classes.open ?? ''}
              aria-label={`Picture ${index + 1} of ${modelName}`}
            />
            <Picture
              picture={{ ...image, level: image.browsingLevel }}
              alt=""
              ratio="1"
              sizes="(max-width: 30em) 46vw, (max-width: 62em) 30vw, 240px"
              isUrgent={index < 6}
            />
          </li>
        ))}
      </ul>
      {gallery.hasNextPage && (
        <BusyButton
          variant="default"
          mt="md"
          isBusy={gallery.isFetchingNextPage}
          onClick={() => gallery.fetchNextPage()}
        >
          More pictures
        </BusyButton>
      )}
    </section>
  )
}
