import { Avatar, Group, Text } from '@mantine/core'
import { useHub } from '../../api/hub'
import { TextLink } from '../../parts/links'

/** Who published a model. The page says so where that is the default creator, since the name alone would look like a person's. */
export function CreatorLink({ username }: { username: string }) {
  const isDefault = useHub()?.defaultCreator === username
  return (
    <Group gap={6} wrap="nowrap" miw={0}>
      <Avatar size={22} radius="xl" name={username} color="initials" aria-hidden />
      <TextLink to="/user/$username" params={{ username }} size="sm" dir="auto">
        {username}
      </TextLink>
      {isDefault && (
        <Text component="span" size="sm">
          (default creator)
        </Text>
      )}
    </Group>
  )
}
