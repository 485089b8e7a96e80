import { Alert, Button, Code, Group, Stack, Tabs, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { useHub } from '../api/hub'
import { CopyButton } from '../parts/copy-button'
import { keySnippets } from './key-snippets'
import type { Key } from './keys-state'
import { someVersionQuery } from './some-version'

const wrapped = { whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' } as const

/**
 * A secret, this once, and what to do with it. It is text and no field, so that no browser fills it in again, and goes
 * when the page is left: a page that the browser keeps for "back" has none in it.
 */
export function NewSecret({ secret, kind, onDone }: { secret: string; kind: Key['kind']; onDone: () => void }) {
  const hub = useHub()?.publicUrl ?? location.origin
  const someVersion = useQuery(someVersionQuery)
  useEffect(() => {
    addEventListener('pagehide', onDone)
    return () => removeEventListener('pagehide', onDone)
  }, [onDone])
  // The button that asked for the secret is gone, and would take the focus with it.
  const copying = useRef<HTMLButtonElement>(null)
  useEffect(() => copying.current?.focus(), [])
  const snippets = keySnippets(secret, { hub, versionId: someVersion.data ?? undefined, kind })
  return (
    <Stack>
      <Alert color="orange" variant="light" title="Copy it now" role="status">
        This is the only time that the key is shown. The hub keeps no copy of it.
      </Alert>
      <Group wrap="nowrap" align="center">
        <Code block fz="sm" style={{ ...wrapped, flex: 1 }} data-testid="secret">
          {secret}
        </Code>
        <CopyButton ref={copying} value={secret} label="Copy the key" />
      </Group>
      <Text fw={600} size="sm">
        Ready to paste
      </Text>
      <Tabs defaultValue={snippets[0]?.id ?? null} keepMounted={false} variant="pills">
        <Tabs.List aria-label="Programs">
          {snippets.map(({ id, label }) => (
            <Tabs.Tab key={id} value={id} px="xs" py={6}>
              {label}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {snippets.map(({ id, label, about, text }) => (
          <Tabs.Panel key={id} value={id} pt="sm">
            <Text size="sm" c="dimmed" mb="xs">
              {about}
            </Text>
            <Code block style={wrapped}>
              {text}
            </Code>
            <CopyButton value={text} label={`Copy the lines for ${label}`} size="xs" mt="xs" />
          </Tabs.Panel>
        ))}
      </Tabs>
      <Group justify="flex-end">
        <Button onClick={onDone}>Done</Button>
      </Group>
    </Stack>
  )
}
