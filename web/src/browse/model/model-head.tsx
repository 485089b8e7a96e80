import { Badge, Group, Stack, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { DownloadIcon, MessageSquareIcon, ThumbsUpIcon } from 'lucide-react'
import type { ReactNode } from 'react'
import type { Model } from '../cards/model'
import { MarkButtons } from '../marks/mark-buttons'
import { CreatorLink } from './creator-link'
import { sourcesQuery } from './model-queries'

/** What the model is called, who made it, what people think of it, and the viewer's own marks. */
export function ModelHead({ model }: { model: Model }) {
  const { stats, creator } = model
  const { data: sources } = useQuery(sourcesQuery(model.id))
  const isTypeUnknown = sources !== undefined && sources.sources.type === undefined
  return (
    <Group justify="space-between" align="flex-start" gap="md">
      <Stack gap={8} miw={0} style={{ flex: '1 1 20rem' }}>
        <Title order={1} dir="auto" size="h2">
          {model.name}
        </Title>
        <Group gap="md" c="dimmed">
          <Badge variant="light">{isTypeUnknown ? 'Unknown type' : model.type}</Badge>
          {model.mode && (
            <Badge color="orange" variant="light">
              {model.mode === 'Archived' ? 'Archived' : 'Taken down'}
            </Badge>
          )}
          <CreatorLink username={creator.username} />
          <Count icon={<DownloadIcon size={16} aria-hidden />} count={stats.downloadCount} of="downloads" />
          <Count icon={<ThumbsUpIcon size={16} aria-hidden />} count={stats.thumbsUpCount} of="likes" />
          <Count icon={<MessageSquareIcon size={16} aria-hidden />} count={stats.commentCount} of="comments" />
        </Group>
      </Stack>
      <MarkButtons model={model} />
    </Group>
  )
}

function Count({ icon, count, of }: { icon: ReactNode; count: number; of: string }) {
  return (
    <Group gap={4} wrap="nowrap">
      {icon}
      <Text size="sm">
        {count.toLocaleString('en')} <span className="visually-hidden">{of}</span>
      </Text>
    </Group>
  )
}
