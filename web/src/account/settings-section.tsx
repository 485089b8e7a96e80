import { Box, Text, Title } from '@mantine/core'
import { type ReactNode, useId } from 'react'

/** One subject of the account's settings, with what it is for. */
export function SettingsSection({ title, about, children }: { title: string; about: ReactNode; children: ReactNode }) {
  const id = useId()
  return (
    <Box component="section" aria-labelledby={id} maw={640}>
      <Title order={2} size="h3" id={id}>
        {title}
      </Title>
      <Text c="dimmed" size="sm" mt={4} mb="md">
        {about}
      </Text>
      {children}
    </Box>
  )
}
