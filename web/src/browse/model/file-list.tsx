import { Alert, Anchor, Badge, Button, Group, Paper, Stack, Text, Title } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { DownloadIcon } from 'lucide-react'
import { lazy, Suspense } from 'react'
import { readableBytes } from '../../parts/quantities'
import type { Model } from '../cards/model'
import { Copyable } from './copyable'
import classes from './model-page.module.css'
import { ownAddress } from './own-address'
import { scanState } from './scan-state'

const MetadataDialog = lazy(() =>
  import('./metadata-dialog').then(({ MetadataDialog }) => ({ default: MetadataDialog })),
)

type Version = Model['modelVersions'][number]
type ModelFile = Version['files'][number]

/** The files of a version, the one that downloads give first. */
export function FileList({ version }: { version: Version }) {
  const files = version.files.toSorted((a, b) => Number(b.primary ?? false) - Number(a.primary ?? false))
  if (files.length === 0) return null
  return (
    <Paper withBorder p="md">
      <Title order={2} size="h4" mb="sm">
        {files.length === 1 ? 'File' : `Files (${files.length})`}
      </Title>
      <Stack gap="lg">
        {files.map((file) => (
          <FileItem key={file.id} file={file} />
        ))}
      </Stack>
    </Paper>
  )
}

function FileItem({ file }: { file: ModelFile }) {
  const [isOpen, { open, close }] = useDisclosure()
  const { format, size, fp, quantType } = file.metadata
  const scan = scanState({ ...file, format })
  const traits = [file.type, format, fp, size, quantType].filter((trait) => trait !== undefined)
  const hasHeader = format === 'SafeTensor' || format === 'GGUF'
  return (
    <Stack component="section" aria-label={file.name} gap={8}>
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <Text size="sm" fw={600} dir="auto" miw={0}>
          {file.name}
        </Text>
        {file.downloadUrl && (
          <Anchor href={ownAddress(file.downloadUrl)} download aria-label={`Download ${file.name}`}>
            <DownloadIcon size={18} />
          </Anchor>
        )}
      </Group>
      <Group gap={6}>
        <Badge variant="default" tt="none">
          {readableBytes(file.sizeKB * 1024)}
        </Badge>
        {traits.map((trait) => (
          <Badge key={trait} variant="default" tt="none">
            {trait}
          </Badge>
        ))}
      </Group>
      {scan.tone === 'quiet' ? (
        <Text size="xs" c="dimmed">
          {scan.text}
        </Text>
      ) : (
        <Alert color={scan.tone === 'danger' ? 'red' : 'orange'} variant="light" p="xs">
          <Text size="xs">{scan.text}</Text>
        </Alert>
      )}
      <dl className={classes.facts}>
        {Object.entries(file.hashes).map(([kind, hash]) => (
          <HashRow key={kind} kind={kind} hash={hash} />
        ))}
      </dl>
      {hasHeader && (
        <Button variant="light" size="compact-sm" onClick={open} style={{ alignSelf: 'flex-start' }}>
          Metadata and tensors
        </Button>
      )}
      {isOpen && (
        <Suspense>
          <MetadataDialog fileId={file.id} fileName={file.name} onClose={close} />
        </Suspense>
      )}
    </Stack>
  )
}

function HashRow({ kind, hash }: { kind: string; hash: string }) {
  return (
    <>
      <dt>{kind}</dt>
      <dd>
        <Copyable text={hash} name={kind} />
      </dd>
    </>
  )
}
