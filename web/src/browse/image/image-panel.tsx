import { Anchor, Badge, Group, Stack, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { components } from '../../api/schema'
import { CopyButton } from '../../parts/copy-button'
import { TextLink } from '../../parts/links'
import { PointInTime } from '../../parts/point-in-time'
import { levelName } from '../mature/levels'
import pageClasses from '../model/model-page.module.css'
import { versionQuery } from '../model/model-queries'
import { ownAddress } from '../model/own-address'
import { readGeneration } from './generation'
import classes from './image-page.module.css'

type Image = components['schemas']['Image']

/** How a picture was made, and with which models. */
export function ImagePanel({ image }: { image: Image }) {
  const { prompt, negativePrompt, settings, resources } = readGeneration(image.meta ?? {})
  const isSilent = prompt === undefined && settings.length === 0
  return (
    <Stack gap="lg">
      <Group gap="xs">
        <Badge variant="light" color="gray">
          {levelName(image.browsingLevel)}
        </Badge>
        <Text size="sm" c="dimmed">
          {image.width} × {image.height}, <PointInTime at={image.createdAt} />
        </Text>
        <Anchor href={ownAddress(image.url)} target="_blank" size="sm">
          Original
        </Anchor>
      </Group>
      {image.modelVersionIds.length > 0 && (
        <section aria-label="Models">
          <Title order={2} size="h5" mb={6}>
            Models
          </Title>
          <Stack gap={6}>
            {image.modelVersionIds.map((id) => (
              <LinkedVersion key={id} id={id} />
            ))}
          </Stack>
        </section>
      )}
      {prompt && <Prompt title="Prompt" text={prompt} />}
      {negativePrompt && <Prompt title="Negative prompt" text={negativePrompt} />}
      {settings.length > 0 && (
        <section aria-label="Parameters">
          <Title order={2} size="h5" mb={6}>
            Parameters
          </Title>
          <dl className={pageClasses.facts}>
            {settings.map(([name, value]) => (
              <div key={`${name}=${value}`} style={{ display: 'contents' }}>
                <dt dir="auto">{name}</dt>
                <dd dir="auto">{value}</dd>
              </div>
            ))}
          </dl>
        </section>
      )}
      {resources.length > 0 && (
        <section aria-label="Named in the picture">
          <Title order={2} size="h5" mb={6}>
            Named in the picture
          </Title>
          {resources.map(({ name, type, weight }) => (
            <Text key={`${type} ${name}`} size="sm" dir="auto">
              {[type, name, weight].filter((part) => part !== undefined).join(' · ')}
            </Text>
          ))}
        </section>
      )}
      {isSilent && <Text c="dimmed">The picture does not tell how it was made.</Text>}
    </Stack>
  )
}

function Prompt({ title, text }: { title: string; text: string }) {
  return (
    <section aria-label={title}>
      <Group justify="space-between" mb={6}>
        <Title order={2} size="h5">
          {title}
        </Title>
        <CopyButton value={text} label={`Copy ${title.toLowerCase()}`} size="compact-xs" />
      </Group>
      <div className={classes.prompt} dir="auto">
        {text}
      </div>
    </section>
  )
}

/** A model that made the picture; by its number where it is not in the library. */
function LinkedVersion({ id }: { id: number }) {
  const version = useQuery({ ...versionQuery(id), staleTime: 300_000 })
  if (!version.data)
    return (
      <Text size="sm" c="dimmed">
        {version.isPending ? '…' : `Version ${id}`}
      </Text>
    )
  const { model, modelId, name } = version.data
  return (
    <TextLink to="/models/$modelId" params={{ modelId: String(modelId) }} search={{ modelVersionId: id }} size="sm">
      <bdi>{model.name}</bdi> · <bdi>{name}</bdi>
    </TextLink>
  )
}
