import { Button, Group, Pagination, Skeleton, Stack, Text, TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { SearchIcon, UserPlusIcon } from 'lucide-react'
import { useState } from 'react'
import { Failure } from '../parts/failure'
import { counted } from '../parts/quantities'
import { AccountCard } from './account-card'
import { accountsQuery } from './accounts-state'
import { InvitationList } from './invitation-list'
import { InviteDialog } from './invite-dialog'
import { OwnerOnly } from './owner-only'

const route = getRouteApi('/owner/accounts')

/** Everybody who has an account, and who was invited to make one. */
export const AccountsPage = () => (
  <OwnerOnly title="Accounts">
    <Accounts />
  </OwnerOnly>
)

function Accounts() {
  const search = route.useSearch()
  const navigate = useNavigate({ from: '/owner/accounts' })
  const accounts = useQuery(accountsQuery(search))
  const [typed, setTyped] = useState(search.query ?? '')
  const [isInviting, setInviting] = useState(false)
  const find = useDebouncedCallback(
    (text: string) => navigate({ search: { query: text.trim() || undefined }, replace: true }),
    250,
  )
  return (
    <Stack gap="xl">
      <Group justify="space-between">
        <TextInput
          type="search"
          aria-label="Search accounts"
          placeholder="Search by name or address"
          leftSection={<SearchIcon size={16} />}
          w={{ base: '100%', xs: 300 }}
          value={typed}
          onChange={(event) => {
            setTyped(event.currentTarget.value)
            find(event.currentTarget.value)
          }}
        />
        <Button leftSection={<UserPlusIcon size={18} />} onClick={() => setInviting(true)}>
          Invite
        </Button>
      </Group>
      {accounts.error && <Failure error={accounts.error} onRetry={() => accounts.refetch()} />}
      {accounts.isPending && <Skeleton height={400} />}
      {accounts.data && (
        <section aria-label="Accounts">
          <Text size="sm" c="dimmed" mb="sm" aria-live="polite">
            {accounts.data.totalItems === 0
              ? `No account matches "${search.query ?? ''}".`
              : counted(accounts.data.totalItems, 'account', 'accounts')}
          </Text>
          <Stack component="ul" gap="sm" m={0} p={0} style={{ listStyle: 'none' }}>
            {accounts.data.items.map((account) => (
              <AccountCard key={account.id} account={account} />
            ))}
          </Stack>
          {accounts.data.totalPages > 1 && (
            <Pagination
              mt="md"
              total={accounts.data.totalPages}
              value={accounts.data.currentPage}
              onChange={(page) => navigate({ search: { ...search, page } })}
              getControlProps={(control) => ({ 'aria-label': `${control} page` })}
              getItemProps={(page) => ({ 'aria-label': `Page ${page}` })}
            />
          )}
        </section>
      )}
      <InvitationList />
      <InviteDialog opened={isInviting} onClose={() => setInviting(false)} />
    </Stack>
  )
}
