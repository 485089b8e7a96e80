import { Stack, Text, Title } from '@mantine/core'
import { getRouteApi, useLocation } from '@tanstack/react-router'
import { useEffect } from 'react'
import { NothingHere } from '../parts/nothing-here'
import { guides } from './guides'
import { Markdown } from './markdown'
import { OperationPart } from './operation-part'
import { useReference } from './reference'

const route = getRouteApi('/docs/$section')

/** A guide, or all operations on one resource. */
export function SectionPage() {
  const { section } = route.useParams()
  const { resources } = useReference()
  const { hash } = useLocation()
  const guide = guides.find(({ slug }) => slug === section)
  const resource = resources.find(({ slug }) => slug === section)
  const title = guide?.title ?? resource?.name
  useEffect(() => {
    if (title !== undefined) document.title = `${title} - API reference - modelkeep`
  }, [title])
  // biome-ignore lint/correctness/useExhaustiveDependencies: the same anchor lies elsewhere in another section
  useEffect(() => {
    const target = hash === '' ? undefined : document.getElementById(hash)
    target?.scrollIntoView()
    target?.focus({ preventScroll: true })
  }, [hash, section])
  if (guide) return <Markdown key={section} text={guide.text} />
  if (!resource) return <NothingHere what="The reference has no such part" />
  return (
    <Stack gap="xl">
      <Stack gap={6}>
        <Title order={1}>{resource.name}</Title>
        <Text c="dimmed">{resource.description}</Text>
      </Stack>
      {resource.operations.map((operation) => (
        <OperationPart key={operation.operationId} operation={operation} />
      ))}
    </Stack>
  )
}
