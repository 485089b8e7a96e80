import { Chip, Group, NativeSelect, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { answerOf, api } from '../../api/client'
import { useViewer } from '../../api/viewer'
import { MatureSelect } from '../mature/mature-select'
import { type ModelsSearch, partsOf, periods, sorts, toggled } from './models-search'
import { SuggestInput } from './suggest-input'

/** Everything that narrows the list of models. Each choice is in the address at once. */
export function Filters({ search, seenBaseModels }: { search: ModelsSearch; seenBaseModels: readonly string[] }) {
  const navigate = useNavigate({ from: '/models' })
  const viewer = useViewer()
  const enums = useQuery({
    queryKey: ['enums'],
    queryFn: () => answerOf(api.GET('/api/v1/enums', {})),
    staleTime: Number.POSITIVE_INFINITY,
  })
  const change = (part: ModelsSearch) => navigate({ search: { ...search, ...part }, replace: true })
  const others = (all: readonly string[], chosen: string | undefined) =>
    all.filter((one) => !partsOf(chosen).includes(one))
  const baseModels = [...new Set([...seenBaseModels, ...(enums.data?.BaseModel ?? [])])]

  return (
    <Stack gap="md">
      <NativeSelect
        label="Sort"
        value={search.sort ?? sorts[0]}
        data={[...sorts]}
        onChange={({ currentTarget: { value } }) => change({ sort: value === sorts[0] ? undefined : value })}
      />
      <NativeSelect
        label="Published"
        value={search.period ?? 'AllTime'}
        data={periods.map(([value, label]) => ({ value, label }))}
        onChange={({ currentTarget: { value } }) => change({ period: value === 'AllTime' ? undefined : value })}
      />
      <AddSelect
        label="Type"
        placeholder={search.types ? 'Add a type' : 'Any type'}
        data={others(enums.data?.ModelType ?? [], search.types)}
        onAdd={(type) => change({ types: toggled(search.types, type) })}
      />
      <AddSelect
        label="Base model"
        placeholder={search.baseModels ? 'Add a base model' : 'Any base model'}
        data={others(baseModels, search.baseModels)}
        onAdd={(baseModel) => change({ baseModels: toggled(search.baseModels, baseModel) })}
      />
      <SuggestInput
        label="Tag"
        placeholder="Any tag"
        value={search.tag}
        suggest={async (query, signal) =>
          (await answerOf(api.GET('/api/v1/tags', { params: { query: { query, limit: 20 } }, signal }))).items.map(
            ({ name }) => name,
          )
        }
        onChoose={(tag) => change({ tag })}
      />
      <SuggestInput
        label="Creator"
        placeholder="Any creator"
        value={search.username}
        suggest={async (query, signal) =>
          (await answerOf(api.GET('/api/v1/creators', { params: { query: { query, limit: 20 } }, signal }))).items.map(
            ({ username }) => username,
          )
        }
        onChoose={(username) => change({ username })}
      />
      {viewer && (
        <Stack gap={6}>
          <Text size="sm" fw={500} id="own-filters">
            Yours
          </Text>
          <Group gap="xs" role="group" aria-labelledby="own-filters">
            <Chip
              checked={search.favorites === true}
              onChange={(on) => change({ favorites: on || undefined, hidden: undefined })}
            >
              Favourites
            </Chip>
            <Chip
              checked={search.hidden === true}
              onChange={(on) => change({ hidden: on || undefined, favorites: undefined })}
            >
              Hidden
            </Chip>
          </Group>
        </Stack>
      )}
      <MatureSelect />
    </Stack>
  )
}

/** A list to take one thing after the other from. */
function AddSelect({
  label,
  placeholder,
  data,
  onAdd,
}: {
  label: string
  placeholder: string
  data: string[]
  onAdd: (value: string) => void
}) {
  return (
    <NativeSelect
      label={label}
      value=""
      data={[{ value: '', label: placeholder }, ...data]}
      onChange={({ currentTarget: { value } }) => value !== '' && onAdd(value)}
    />
  )
}
