import { Card, Group, Progress, SimpleGrid, Stack, Text } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { RefreshCwIcon } from 'lucide-react'
import { answerOf, api } from '../api/client'
import { BusyButton } from '../parts/busy-button'
import { PointInTime } from '../parts/point-in-time'
import { counted, readableBytes, readableSeconds } from '../parts/quantities'
import { RefusalAlert } from '../parts/refusal-alert'
import type { LibraryState, ScanState } from './library-state'
import { doneShare } from './scan-share'

/** How far the hub is with reading its folders, or when it did so last. */
export function ScanPanel({
  scan,
  folders,
  isLost,
}: {
  scan: ScanState | null
  folders: LibraryState['folders']
  isLost: boolean
}) {
  const scanning = useMutation({ mutationFn: () => answerOf(api.POST('/api/v1/library/scan', {})) })
  return (
    <Card withBorder padding="lg">
      <Stack>
        <Group justify="space-between" align="flex-start">
          <div aria-live="polite">
            <Text fw={600}>{scan === null ? 'Up to date' : phases[scan.phase]}</Text>
            {isLost && (
              <Text size="sm" c="dimmed">
                The hub is out of reach. This goes on when it is back.
              </Text>
            )}
          </div>
          <BusyButton
            variant="default"
            size="xs"
            leftSection={<RefreshCwIcon size={16} />}
            disabled={scan !== null || folders.length === 0}
            isBusy={scanning.isPending}
            onClick={() => scanning.mutate()}
          >
            Scan again
          </BusyButton>
        </Group>
        <RefusalAlert error={scanning.error} />
        {scan ? <UnderWay scan={scan} /> : <AtRest folders={folders} />}
      </Stack>
    </Card>
  )
}

const phases = { walking: 'Looking for model files', reading: 'Reading model files' }

function UnderWay({ scan }: { scan: ScanState }) {
  const share = doneShare(scan)
  return (
    <>
      <Progress.Root size="lg">
        <Progress.Section
          value={share === undefined ? 100 : share * 100}
          striped={share === undefined}
          animated={share === undefined}
          aria-label={phases[scan.phase as keyof typeof phases]}
        />
      </Progress.Root>
      <SimpleGrid cols={{ base: 2, sm: 4 }} component="dl" m={0}>
        {scan.phase === 'walking' ? (
          <>
            <Figure name="Files found" value={scan.files.toLocaleString('en')} />
            <Figure name="Directories" value={scan.directories.toLocaleString('en')} />
          </>
        ) : (
          <>
            <Figure
              name="Files"
              value={`${scan.doneFiles.toLocaleString('en')} of ${scan.files.toLocaleString('en')}`}
            />
            <Figure name="Read" value={`${readableBytes(scan.doneBytes)} of ${readableBytes(scan.bytes)}`} />
            <Figure
              name="Rate"
              value={scan.bytesPerSecond === null ? '-' : `${readableBytes(scan.bytesPerSecond)}/s`}
            />
            <Figure name="Time left" value={scan.secondsLeft === null ? '-' : readableSeconds(scan.secondsLeft)} />
          </>
        )}
      </SimpleGrid>
      {/* A line of its own height whether or not there is a path: nothing below it moves. */}
      <Text size="sm" c="dimmed" truncate dir="auto" mih="1.55em" title={scan.path ?? undefined}>
        {scan.path}
      </Text>
    </>
  )
}

function AtRest({ folders }: { folders: LibraryState['folders'] }) {
  const files = folders.reduce((sum, { modelFiles }) => sum + modelFiles, 0)
  const bytes = folders.reduce((sum, folder) => sum + folder.bytes, 0)
  const scannedAt = folders
    .flatMap(({ scannedAt }) => scannedAt ?? [])
    .sort()
    .at(-1)
  return (
    <Text>
      {counted(files, 'model file', 'model files')}, {readableBytes(bytes)}
      {scannedAt && (
        <Text span c="dimmed">
          {' '}
          · read <PointInTime at={scannedAt} />
        </Text>
      )}
    </Text>
  )
}

function Figure({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <Text component="dt" size="sm" c="dimmed">
        {name}
      </Text>
      <Text component="dd" m={0} fw={600} style={{ fontVariantNumeric: 'tabular-nums' }}>
        {value}
      </Text>
    </div>
  )
}
