import { Card, SimpleGrid, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { answerOf, api } from '../api/client'
import { Failure } from '../parts/failure'
import { Page } from '../parts/page'

const route = getRouteApi('/models')

/** All models. */
export function ModelsPage() {
  const { query } = route.useSearch()
  const models = useQuery({
    queryKey: ['models', query],
    queryFn: ({ signal }) => answerOf(api.GET('/api/v1/models', { params: { query: { query } }, signal })),
  })
  return (
    <Page title="Models">
      <Title order={1} mb="md">
        Models
      </Title>
      {models.error && <Failure error={models.error} onRetry={() => models.refetch()} />}
      <SimpleGrid cols={{ base: 2, sm: 3, lg: 5 }}>
        {models.data?.items.map((model) => (
          <Card key={model.id} withBorder>
            <Text>{model.name}</Text>
          </Card>
        ))}
      </SimpleGrid>
    </Page>
  )
}
