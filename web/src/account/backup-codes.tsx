import { Button, Code, Group, SimpleGrid, Stack, Text } from '@mantine/core'
import { CopyButton } from '../parts/copy-button'

/** Codes that stand in for the app when it is lost. They are shown here and never again. */
export function BackupCodes({ codes, onKept }: { codes: readonly string[]; onKept: () => void }) {
  return (
    <Stack>
      <Text>
        Keep these codes where you find them without your phone. Each signs you in once when the app is not there. They
        are not shown again.
      </Text>
      <SimpleGrid
        component="ul"
        cols={2}
        spacing="xs"
        m={0}
        p={0}
        style={{ listStyle: 'none' }}
        aria-label="Backup codes"
      >
        {codes.map((code) => (
          <li key={code}>
            <Code>{code}</Code>
          </li>
        ))}
      </SimpleGrid>
      <Group justify="space-between">
        <CopyButton value={codes.join('\n')} label="Copy the backup codes" />
        <Button onClick={onKept} data-autofocus>
          I have kept them
        </Button>
      </Group>
    </Stack>
  )
}
