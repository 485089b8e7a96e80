import { Group } from '@mantine/core'
import { ButtonLink } from '../../parts/links'
import type { Model } from '../cards/model'

/** The versions of a model, the newest first. */
export function VersionPicker({
  modelId,
  versions,
  chosen,
}: {
  modelId: number
  versions: Model['modelVersions']
  chosen: number
}) {
  return (
    <Group component="nav" aria-label="Versions" gap="xs">
      {versions.map(({ id, name }) => (
        <ButtonLink
          key={id}
          to="/models/$modelId"
          params={{ modelId: String(modelId) }}
          search={{ modelVersionId: id }}
          replace
          resetScroll={false}
          size="compact-md"
          variant={id === chosen ? 'filled' : 'default'}
          aria-current={id === chosen ? 'true' : undefined}
          maw="100%"
        >
          <bdi>{name}</bdi>
        </ButtonLink>
      ))}
    </Group>
  )
}
