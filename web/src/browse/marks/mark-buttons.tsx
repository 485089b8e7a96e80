import { Button, Group } from '@mantine/core'
import { useLocation } from '@tanstack/react-router'
import { EyeIcon, EyeOffIcon } from 'lucide-react'
import { useViewer } from '../../api/viewer'
import { ButtonLink } from '../../parts/links'
import { Heart } from './heart'
import { useMark, useMarks } from './marks'

/**
 * Marks a model as a favourite, and hides it. Both are there from the start, so that nothing gives way to them once it is
 * known who looks; nobody who is signed in is led to signing in.
 */
export function MarkButtons({ model }: { model: { id: number; name: string } }) {
  const viewer = useViewer()
  const favorites = useMarks('favorites')
  const hidden = useMarks('hidden')
  const favorite = useMark('favorites', model)
  const hide = useMark('hidden', model)
  if (viewer === null) return <SignInToMark />
  const [isFavorite, isHidden] = [favorites?.has(model.id) ?? false, hidden?.has(model.id) ?? false]
  return (
    <Group gap="xs">
      <Button
        variant="default"
        aria-pressed={isFavorite}
        disabled={!favorites}
        leftSection={<Heart isFavorite={isFavorite} />}
        onClick={() => favorite.mutate({ on: !isFavorite })}
      >
        Favourite
      </Button>
      <Button
        variant="default"
        disabled={!hidden}
        leftSection={isHidden ? <EyeIcon size={18} /> : <EyeOffIcon size={18} />}
        onClick={() => hide.mutate({ on: !isHidden })}
      >
        {isHidden ? 'Show in lists' : 'Hide'}
      </Button>
    </Group>
  )
}

function SignInToMark() {
  const { pathname, searchStr } = useLocation()
  const toLogin = { to: '/login', search: { returnUrl: `${pathname}${searchStr}` }, variant: 'default' } as const
  return (
    <Group gap="xs">
      <ButtonLink {...toLogin} title="Sign in to keep favourites" leftSection={<Heart isFavorite={false} />}>
        Favourite
      </ButtonLink>
      <ButtonLink {...toLogin} title="Sign in to hide models" leftSection={<EyeOffIcon size={18} />}>
        Hide
      </ButtonLink>
    </Group>
  )
}
