import { Code, Group, Paper, SimpleGrid, Stack, Text, TextInput, Title } from '@mantine/core'
import { getRouteApi } from '@tanstack/react-router'
import { SearchIcon } from 'lucide-react'
import { useState } from 'react'
import { TextLink } from '../parts/links'
import { CategoryBadge, categoryMeanings } from './category-badge'
import { CodeBlock } from './code-block'
import { OperationRow } from './operation-row'
import { type Category, filterResources } from './operations'
import { useReference } from './reference'

const route = getRouteApi('/docs/')
const categories: readonly Category[] = ['public', 'mixed', 'authenticated']

/** Where to begin: the address, how to say who asks, and every endpoint there is. */
export function OverviewPage() {
  const { document, resources } = useReference()
  const navigate = route.useNavigate()
  const [text, setText] = useState(route.useSearch().filter ?? '')
  const filter = (words: string) => {
    setText(words)
    navigate({ search: { filter: words || undefined }, replace: true })
  }
  const shown = filterResources(resources, text)
  const count = shown.reduce((sum, { operations }) => sum + operations.length, 0)
  const origin = document.servers[0]?.url ?? location.origin
  return (
    <Stack gap="xl">
      <Stack gap="xs">
        <Title order={1}>API reference</Title>
        <Text c="dimmed">
          This hub speaks the Civitai site API. Version {document.info.version}, described by the hub itself.
        </Text>
      </Stack>
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg">
        <Stack gap="xs">
          <Title order={2} size="h4">
            Base address
          </Title>
          <CodeBlock code={`${origin}/api/v1`} label="Copy the base address" />
        </Stack>
        <Stack gap="xs">
          <Title order={2} size="h4">
            Authentication
          </Title>
          <Text size="sm">
            Make an API key in the{' '}
            <TextLink to="/user/account" underline="always">
              account settings
            </TextLink>
            .
            <br />
            Send it as <Code>Authorization: Bearer mk_…</Code>, or as <Code>?token=mk_…</Code>.
            <br />
            Reading the catalog needs none: see{' '}
            <TextLink to="/docs/$section" params={{ section: 'authentication' }} underline="always">
              authentication
            </TextLink>
            .
          </Text>
        </Stack>
      </SimpleGrid>
      <Stack gap="xs">
        <Title order={2} size="h4">
          Categories
        </Title>
        <SimpleGrid cols={{ base: 1, sm: 3 }} spacing="sm">
          {categories.map((category) => (
            <Paper key={category} withBorder p="md">
              <CategoryBadge category={category} />
              <Text size="sm" mt="xs">
                {categoryMeanings[category]}
              </Text>
            </Paper>
          ))}
        </SimpleGrid>
      </Stack>
      <Stack gap="sm">
        <Group justify="space-between" align="end">
          <Title order={2} size="h4">
            Endpoints
          </Title>
          <Text size="sm" c="dimmed" aria-live="polite">
            {count === 1 ? '1 operation' : `${count} operations`}
          </Text>
        </Group>
        <TextInput
          type="search"
          aria-label="Filter endpoints"
          placeholder="Filter by path, method, category or word"
          leftSection={<SearchIcon size={16} />}
          value={text}
          onChange={(event) => filter(event.currentTarget.value)}
        />
        {shown.length === 0 && <Text>No endpoint holds all of these words.</Text>}
        {shown.map(({ slug, name, operations }) => (
          <section key={slug} aria-label={name}>
            <Title order={3} size="h5" mt="sm" mb={6}>
              <TextLink to="/docs/$section" params={{ section: slug }} inherit c="inherit">
                {name}
              </TextLink>
            </Title>
            {operations.map((operation) => (
              <OperationRow key={operation.operationId} operation={operation} section={slug} />
            ))}
          </section>
        ))}
      </Stack>
    </Stack>
  )
}
