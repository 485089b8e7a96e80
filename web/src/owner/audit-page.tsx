import { Group, Stack, TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { useInfiniteQuery } from '@tanstack/react-query'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { auditQuery } from '../audit/audit-query'
import { EventList } from '../audit/event-list'
import { hubKinds } from '../audit/kind-groups'
import { KindSelect } from '../audit/kind-select'
import { OwnerOnly } from './owner-only'

const route = getRouteApi('/owner/audit')

/** Who did what on the hub. */
export const AuditPage = () => (
  <OwnerOnly title="Audit log">
    <AuditLog />
  </OwnerOnly>
)

function AuditLog() {
  const search = route.useSearch()
  const navigate = useNavigate({ from: '/owner/audit' })
  const events = useInfiniteQuery(auditQuery(search))
  const [typed, setTyped] = useState(search.account ?? '')
  const find = useDebouncedCallback(
    (text: string) => navigate({ search: (now) => ({ ...now, account: text.trim() || undefined }), replace: true }),
    250,
  )
  return (
    <Stack>
      <Group align="flex-end">
        <KindSelect
          kinds={hubKinds}
          kind={search.kind}
          onKind={(kind) => navigate({ search: (now) => ({ ...now, kind }) })}
        />
        <TextInput
          type="search"
          label="Account"
          placeholder="The whole username"
          w={{ base: '100%', xs: 300 }}
          value={typed}
          onChange={(event) => {
            setTyped(event.currentTarget.value)
            find(event.currentTarget.value)
          }}
        />
      </Group>
      <EventList events={events} ofHub />
    </Stack>
  )
}
