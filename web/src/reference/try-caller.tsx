import { Group, PasswordInput, Radio, Stack, Text } from '@mantine/core'
import { useReference } from './reference'
import type { Caller } from './try-request'

/** Who the request is sent as. A token is asked for only where one is meant to be sent. */
export function TryCaller({
  caller,
  onChange,
  viewer,
}: {
  caller: Caller
  onChange: (caller: Caller) => void
  viewer: string | undefined
}) {
  const { token, setToken } = useReference()
  return (
    <Stack gap="sm">
      <Radio.Group label="Send as" value={caller} onChange={(value) => onChange(value as Caller)}>
        <Group mt={6} gap="md">
          <Radio
            value="session"
            label={viewer === undefined ? 'Your session (not signed in)' : <bdi>{`Your session (${viewer})`}</bdi>}
            disabled={viewer === undefined}
          />
          <Radio value="anonymous" label="Nobody" />
          <Radio value="header" label="Token in a header" />
          <Radio value="query" label="Token in the address" />
        </Group>
      </Radio.Group>
      {(caller === 'header' || caller === 'query') && (
        <PasswordInput
          label="Token"
          description="Kept by this page alone, until you leave it."
          placeholder="mk_…"
          autoComplete="off"
          data-1p-ignore
          spellCheck={false}
          maxLength={200}
          // Given to the field itself: React would write a value of its own into the document as an attribute.
          ref={(field) => {
            if (field && field.value !== token) field.value = token
          }}
          onChange={(event) => setToken(event.currentTarget.value)}
        />
      )}
      {caller === 'query' && (
        <Text size="sm" c="dimmed">
          The address holds the token then, and the network panel of your browser shows it. Logs of proxies may keep it.
        </Text>
      )}
    </Stack>
  )
}
