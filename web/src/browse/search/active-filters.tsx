import { Button, Group, Pill } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { isNarrowed, type ModelsSearch, partsOf, periods, toggled } from './models-search'

/** What narrows the list now, each with a way out of it. */
export function ActiveFilters({ search }: { search: ModelsSearch }) {
  const navigate = useNavigate({ from: '/models' })
  const change = (part: ModelsSearch) => navigate({ search: { ...search, ...part }, replace: true })
  if (!isNarrowed(search)) return null
  const period = periods.find(([value]) => value === search.period)?.[1]
  const active: [label: string, without: ModelsSearch][] = [
    ...(search.query ? [[`Search: ${search.query}`, { query: undefined }] as [string, ModelsSearch]] : []),
    ...partsOf(search.types).map((type): [string, ModelsSearch] => [type, { types: toggled(search.types, type) }]),
    ...partsOf(search.baseModels).map((name): [string, ModelsSearch] => [
      name,
      { baseModels: toggled(search.baseModels, name) },
    ]),
    ...(search.tag ? [[`Tag: ${search.tag}`, { tag: undefined }] as [string, ModelsSearch]] : []),
    ...(search.username ? [[`Creator: ${search.username}`, { username: undefined }] as [string, ModelsSearch]] : []),
    ...(period ? [[period, { period: undefined }] as [string, ModelsSearch]] : []),
    ...(search.favorites ? [['Favourites', { favorites: undefined }] as [string, ModelsSearch]] : []),
    ...(search.hidden ? [['Hidden', { hidden: undefined }] as [string, ModelsSearch]] : []),
  ]
  return (
    <Group gap="xs" role="group" aria-label="Active filters">
      {active.map(([label, without]) => (
        <Pill
          key={label}
          size="md"
          maw="100%"
          withRemoveButton
          removeButtonProps={{ 'aria-label': `Remove ${label}`, 'aria-hidden': false, tabIndex: 0 }}
          onRemove={() => change(without)}
        >
          <bdi>{label}</bdi>
        </Pill>
      ))}
      <Button
        variant="subtle"
        size="compact-sm"
        onClick={() => navigate({ search: search.sort ? { sort: search.sort } : {}, replace: true })}
      >
        Clear filters
      </Button>
    </Group>
  )
}
