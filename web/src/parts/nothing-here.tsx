import { Stack, Text, Title } from '@mantine/core'
import { TextLink } from './links'

/** For an address that names nothing, or nothing any more. */
export function NothingHere({ what = 'Nothing is here' }: { what?: string }) {
  return (
    <Stack py="xl" align="flex-start">
      <Title order={1}>{what}</Title>
      <Text>It may have been removed from the library, or the address may be mistyped.</Text>
      <TextLink to="/models">To all models</TextLink>
    </Stack>
  )
}
