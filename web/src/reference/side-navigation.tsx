import { Anchor, Text } from '@mantine/core'
import { NavigationLink } from '../parts/links'
import { guides } from './guides'
import { useReference } from './reference'

/** Every page of the reference. */
export function SideNavigation({ onFollow }: { onFollow?: () => void }) {
  const { resources } = useReference()
  const pages = (list: readonly { slug: string; label: string }[]) =>
    list.map(({ slug, label }) => (
      <NavigationLink
        key={slug}
        to="/docs/$section"
        params={{ section: slug }}
        label={label}
        activeOptions={{ includeHash: false }}
        activeProps={{ 'aria-current': 'page', active: true }}
        onClick={onFollow}
        py={5}
      />
    ))
  return (
    <>
      <NavigationLink
        to="/docs"
        label="Overview"
        activeOptions={{ exact: true }}
        activeProps={{ 'aria-current': 'page', active: true }}
        onClick={onFollow}
        py={5}
      />
      <Heading>Guides</Heading>
      {pages(guides.map(({ slug, title }) => ({ slug, label: title })))}
      <Heading>Resources</Heading>
      {pages(resources.map(({ slug, name }) => ({ slug, label: name })))}
      <Text size="sm" mt="md" px="sm">
        <Anchor href="/api/openapi.json" target="_blank" inherit>
          OpenAPI document
        </Anchor>
      </Text>
    </>
  )
}

function Heading({ children }: { children: string }) {
  return (
    <Text size="xs" fw={650} c="dimmed" mt="md" mb={4} px="sm">
      {children}
    </Text>
  )
}
