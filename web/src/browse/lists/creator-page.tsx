import { Avatar, Group, Stack, Text, Title } from '@mantine/core'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { answerOf, api } from '../../api/client'
import { useHub } from '../../api/hub'
import { NothingHere } from '../../parts/nothing-here'
import { Page } from '../../parts/page'
import { counted } from '../../parts/quantities'
import { ModelList } from '../cards/model-list'
import { modelsQuery } from '../cards/models-query'
import { useMatureChoice } from '../mature/mature-choice'
import { isMissing } from '../model/model-queries'
import { AccountStanding } from './account-standing'

const route = getRouteApi('/user/$username')

/** A creator and what they published. */
export function CreatorPage() {
  const { username } = route.useParams()
  const hub = useHub()
  const search = { username, sort: 'Newest' }
  const models = useInfiniteQuery(modelsQuery(search, useMatureChoice()))
  const creator = useQuery({
    queryKey: ['creator', username],
    async queryFn({ signal }) {
      const query = { query: username, limit: 200 }
      const { items } = await answerOf(api.GET('/api/v1/creators', { params: { query }, signal }))
      return items.find((item) => item.username.toLowerCase() === username.toLowerCase()) ?? null
    },
  })
  if (isMissing(models.error))
    return (
      <Page title={username}>
        <NothingHere what="No such creator" />
      </Page>
    )
  const name = creator.data?.username ?? username
  return (
    <Page title={name} size={1800}>
      <Stack gap="lg">
        <Group wrap="nowrap">
          <Avatar size={64} radius="xl" name={name} color="initials" aria-hidden />
          <Stack gap={2} miw={0}>
            <Group gap="xs">
              <Title order={1} size="h2" dir="auto">
                {name}
              </Title>
              <AccountStanding username={username} />
            </Group>
            <Text c="dimmed" size="sm">
              {creator.data ? counted(creator.data.modelCount, 'model', 'models') : '\u00a0'}
            </Text>
            {hub?.defaultCreator === name && (
              <Text c="dimmed" size="sm">
                Default creator of this hub: models whose metadata names no creator are listed here.
              </Text>
            )}
          </Stack>
        </Group>
        <ModelList search={search} empty={<Text c="dimmed">No models to show.</Text>} />
      </Stack>
    </Page>
  )
}
