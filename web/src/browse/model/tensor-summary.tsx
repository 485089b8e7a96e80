import { Skeleton, Stack, Table, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { answerOf, api } from '../../api/client'
import { Failure } from '../../parts/failure'
import { readableBytes } from '../../parts/quantities'
import classes from './model-page.module.css'

/** So many rows a page draws without a pause. */
const mostRows = 500

/** The tensors of a file: their precision, size, and the memory that a checkpoint needs. */
export function TensorSummary({ fileId }: { fileId: number }) {
  const tensors = useQuery({
    queryKey: ['tensors', fileId],
    queryFn: ({ signal }) =>
      answerOf(
        api.GET('/api/v1/model-files/{id}/tensor-metadata', {
          params: { path: { id: fileId }, query: {} },
          signal,
        }),
      ),
  })
  if (tensors.isPending) return <Skeleton height={320} />
  if (tensors.error) return <Failure error={tensors.error} onRetry={() => tensors.refetch()} />
  const { data } = tensors
  const list = data.tensors ?? []
  return (
    <Stack gap="md">
      <dl className={classes.facts}>
        <dt>Tensors</dt>
        <dd>
          {data.tensorCount.toLocaleString('en')}, {readableBytes(data.totalTensorBytes)}
        </dd>
        <dt>Precision</dt>
        <dd>
          {data.dtypeCounts
            .map(({ dtype, count, bytes }) => `${dtype}: ${count.toLocaleString('en')} (${readableBytes(bytes)})`)
            .join(', ')}
        </dd>
        {data.vramEstimate && (
          <>
            <dt>Memory</dt>
            <dd>
              about {readableBytes(data.vramEstimate.recommendedVramBytes)} recommended,{' '}
              {readableBytes(data.vramEstimate.estimatedMinimumVramBytes)} at least: an estimate from the weights alone
            </dd>
          </>
        )}
      </dl>
      <Table.ScrollContainer minWidth={0} mah={420}>
        <Table layout="fixed" stickyHeader fz="xs" aria-label="Tensors">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Name</Table.Th>
              <Table.Th w={110}>Shape</Table.Th>
              <Table.Th w={70}>Type</Table.Th>
              <Table.Th w={80}>Size</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {list.slice(0, mostRows).map(({ name, shape, dtype, sizeBytes }) => (
              <Table.Tr key={name}>
                <Table.Td>{name}</Table.Td>
                <Table.Td>{shape.join(' × ')}</Table.Td>
                <Table.Td>{dtype}</Table.Td>
                <Table.Td>{readableBytes(sizeBytes)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {list.length > mostRows && (
        <Text size="sm" c="dimmed">
          The first {mostRows} of {list.length.toLocaleString('en')}.
        </Text>
      )}
    </Stack>
  )
}
