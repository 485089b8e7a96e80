import { Stack, Text, Title } from '@mantine/core'
import { TextLink } from './links'
import { Page } from './page'

/** Shown for a URL that no page has. */
export const NotFoundPage = () => (
  <Page title="Page not found">
    <NothingHere what="Page not found" />
  </Page>
)

/** Shown when the thing that a URL names does not exist, or no longer. */
export function NothingHere({ what }: { what: string }) {
  return (
    <Stack py="xl" align="flex-start">
      <Title order={1}>{what}</Title>
      <Text>It may have been removed from the library, or the URL may be mistyped.</Text>
      <TextLink to="/models">Show all models</TextLink>
    </Stack>
  )
}
