import { Badge, Group, Stack, Text } from '@mantine/core'
import { CodeBlock } from './code-block'
import classes from './reference.module.css'
import type { Received } from './send'

/** What the hub answered: how it went, the headers that callers go by, the body. */
export function TryAnswer({ received, isSending }: { received: Received; isSending: boolean }) {
  const { status, headers, milliseconds, followedTo, text, isCut, sizeBytes } = received
  return (
    <Stack gap="sm" data-testid="answer">
      <Group gap="sm">
        <Badge size="lg" radius="sm" variant="light" color={status < 400 ? 'teal' : 'orange'}>
          {status}
        </Badge>
        <Text size="sm" c="dimmed">
          {isSending ? 'still coming' : `${Math.round(milliseconds)} ms`}
          {sizeBytes !== undefined && `, ${sizeBytes.toLocaleString('en')} bytes`}
        </Text>
      </Group>
      {followedTo !== undefined && <Text size="sm">Followed a redirect to {followedTo}</Text>}
      <dl className={classes.facts}>
        {headers.map(([name, value]) => (
          <div key={name} style={{ display: 'contents' }}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {text === undefined && (
        <Text size="sm" c="dimmed">
          Bytes, which this page does not read.
        </Text>
      )}
      {text !== undefined && text !== '' && <CodeBlock code={isCut ? text : laidOut(text)} label="Copy the answer" />}
      {isCut && (
        <Text size="sm" c="dimmed">
          Cut here: there is more.
        </Text>
      )}
    </Stack>
  )
}

/** JSON with a line for each member; anything else as it came. */
function laidOut(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2)
  } catch {
    return text
  }
}
