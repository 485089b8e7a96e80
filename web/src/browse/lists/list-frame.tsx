import { Group, Pagination, Skeleton, Stack, Text, TextInput, Title } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import type { UseQueryResult } from '@tanstack/react-query'
import { SearchIcon } from 'lucide-react'
import { type ReactNode, useEffect, useState } from 'react'
import { Failure } from '../../parts/failure'
import { Page } from '../../parts/page'
import { counted } from '../../parts/quantities'

interface Listed<Item> {
  items: Item[]
  metadata: { totalItems: number; totalPages: number }
}

/** A list that is searched and has page numbers; both are in the address. */
export function ListFrame<Item>({
  title,
  noun,
  list,
  search,
  onSearch,
  children,
}: {
  title: string
  noun: [singular: string, plural: string]
  list: UseQueryResult<Listed<Item>>
  search: { query?: string | undefined; page?: number | undefined }
  onSearch: (search: { query?: string | undefined; page?: number | undefined }) => void
  children: (items: Item[]) => ReactNode
}) {
  const [text, setText] = useState(search.query ?? '')
  useEffect(() => setText(search.query ?? ''), [search.query])
  const searchSoon = useDebouncedCallback((words: string) => onSearch({ query: words.trim() || undefined }), 250)
  const { data } = list
  return (
    <Page title={title}>
      <Stack gap="md">
        <Group justify="space-between">
          <Title order={1} size="h2">
            {title}
          </Title>
          <TextInput
            type="search"
            aria-label={`Search ${noun[1]}`}
            placeholder={`Search ${noun[1]}`}
            leftSection={<SearchIcon size={16} />}
            value={text}
            dir="auto"
            onChange={({ currentTarget: { value } }) => {
              setText(value)
              searchSoon(value)
            }}
          />
        </Group>
        {list.isPending && <Skeleton height={420} />}
        {list.error && <Failure error={list.error} onRetry={() => list.refetch()} />}
        {data && (
          <>
            <Text c="dimmed" size="sm" aria-live="polite">
              {data.metadata.totalItems === 0
                ? search.query
                  ? 'Nothing found.'
                  : `There are no ${noun[1]} yet.`
                : counted(data.metadata.totalItems, ...noun)}
            </Text>
            {children(data.items)}
            {data.metadata.totalPages > 1 && (
              <Pagination
                total={data.metadata.totalPages}
                value={search.page ?? 1}
                onChange={(page) => onSearch({ ...search, page: page === 1 ? undefined : page })}
                getItemProps={(page) => ({ 'aria-label': `Page ${page}` })}
                getControlProps={(control) => ({ 'aria-label': `${control} page` })}
              />
            )}
          </>
        )}
      </Stack>
    </Page>
  )
}
