import { Modal, Skeleton, Stack, Table, Tabs, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense } from 'react'
import { answerOf, api } from '../../api/client'
import type { components } from '../../api/schema'
import { Failure } from '../../parts/failure'
import classes from './model-page.module.css'
import { TensorSummary } from './tensor-summary'

const TagChart = lazy(() => import('./tag-chart').then(({ TagChart }) => ({ default: TagChart })))

type FileMetadata = components['schemas']['FileMetadata']

/** What a model file's own header says: how it was trained, its entries, and its tensors. */
export function MetadataDialog({
  fileId,
  fileName,
  onClose,
}: {
  fileId: number
  fileName: string
  onClose: () => void
}) {
  const metadata = useQuery({
    queryKey: ['file-metadata', fileId],
    queryFn: ({ signal }) =>
      answerOf(api.GET('/api/v1/model-files/{id}/metadata', { params: { path: { id: fileId } }, signal })),
  })
  return (
    <Modal opened onClose={onClose} size="xl" title={<bdi>{fileName}</bdi>}>
      {metadata.isPending && <Skeleton height={320} />}
      {metadata.error && <Failure error={metadata.error} onRetry={() => metadata.refetch()} />}
      {metadata.data && (
        <Tabs defaultValue={metadata.data.training ? 'training' : 'tensors'} keepMounted={false}>
          <Tabs.List mb="md">
            {metadata.data.training && <Tabs.Tab value="training">Training</Tabs.Tab>}
            <Tabs.Tab value="tensors">Tensors</Tabs.Tab>
            <Tabs.Tab value="entries">All metadata</Tabs.Tab>
          </Tabs.List>
          {metadata.data.training && (
            <Tabs.Panel value="training">
              <Training training={metadata.data.training} />
            </Tabs.Panel>
          )}
          <Tabs.Panel value="tensors">
            <TensorSummary fileId={fileId} />
          </Tabs.Panel>
          <Tabs.Panel value="entries">
            <Entries metadata={metadata.data} />
          </Tabs.Panel>
        </Tabs>
      )}
    </Modal>
  )
}

const trainingNames = {
  baseModelVersion: 'Base model',
  baseModelFile: 'Trained on',
  outputName: 'Output name',
  networkModule: 'Network',
  networkDim: 'Rank',
  networkAlpha: 'Alpha',
  resolution: 'Resolution',
  imageCount: 'Pictures',
  epoch: 'Epoch',
  steps: 'Steps',
  comment: 'Comment',
} as const

function Training({ training }: { training: NonNullable<FileMetadata['training']> }) {
  const facts = Object.entries(trainingNames).flatMap(([key, name]) => {
    const value = training[key as keyof typeof trainingNames] // the keys of the object above
    return value === undefined ? [] : [[name, String(value)] as const]
  })
  return (
    <Stack gap="lg">
      <dl className={classes.facts}>
        {facts.map(([name, value]) => (
          <div key={name} style={{ display: 'contents' }}>
            <dt>{name}</dt>
            <dd dir="auto">{value}</dd>
          </div>
        ))}
      </dl>
      {training.tags.length > 0 && (
        <Suspense fallback={<Skeleton height={360} />}>
          <TagChart tags={training.tags} />
        </Suspense>
      )}
    </Stack>
  )
}

function Entries({ metadata: { entries, moreEntries } }: { metadata: FileMetadata }) {
  if (entries.length === 0) return <Text c="dimmed">The header of this file holds no metadata.</Text>
  return (
    <>
      <Table.ScrollContainer minWidth={0}>
        <Table layout="fixed" verticalSpacing="xs">
          <Table.Tbody>
            {entries.map(({ name, value, isCut }) => (
              <Table.Tr key={name}>
                <Table.Th w="35%" style={{ verticalAlign: 'top' }}>
                  {name}
                </Table.Th>
                <Table.Td style={{ maxHeight: 200, whiteSpace: 'pre-wrap' }} dir="auto">
                  {value}
                  {isCut && <Text c="dimmed">... and more in the file</Text>}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {moreEntries > 0 && <Text c="dimmed">{moreEntries.toLocaleString('en')} more entries are in the file.</Text>}
    </>
  )
}
