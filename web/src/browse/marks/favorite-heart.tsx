import { ActionIcon } from '@mantine/core'
import { Heart } from './heart'
import { useMark, useMarks } from './marks'

/** Marks a model as a favourite; not there for nobody who is signed in. */
export function FavoriteHeart({
  model,
  className,
}: {
  model: { id: number; name: string }
  className?: string | undefined
}) {
  const favorites = useMarks('favorites')
  const mark = useMark('favorites', model)
  if (!favorites) return null
  const isFavorite = favorites.has(model.id)
  return (
    <ActionIcon
      className={className ?? ''}
      variant="filled"
      color="dark"
      radius="xl"
      size={34}
      aria-pressed={isFavorite}
      aria-label={`Favourite: ${model.name}`}
      onClick={() => mark.mutate({ on: !isFavorite })}
    >
      <Heart isFavorite={isFavorite} />
    </ActionIcon>
  )
}
