import { Button, Group, Skeleton, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { useCallback, useEffect, useRef, useState } from 'react'
import { Failure } from '../parts/failure'
import { TextLink } from '../parts/links'
import { hasLostFocus } from '../parts/lost-focus'
import { AddKeyDialog } from './add-key-dialog'
import { KeyCard } from './key-card'
import { linkedForm } from './key-form-link'
import { alarmsOf } from './key-notices'
import { type Key, keysQuery } from './keys-state'
import { SettingsSection } from './settings-section'

const route = getRouteApi('/user/account')

/** The API keys of the account. A program's link opens the form with what it asks for filled in. */
export default function KeysTab() {
  const search = route.useSearch()
  const navigate = useNavigate({ from: '/user/account' })
  const [isAdding, setAdding] = useState(search.addApiKey === true)
  const [filled] = useState(() => linkedForm(search))
  const keys = useQuery(keysQuery)
  const close = useCallback(() => {
    setAdding(false)
    void navigate({ search: { tab: 'api-keys' }, replace: true })
  }, [navigate])
  return (
    <SettingsSection
      title="API keys"
      about="With a key a program speaks for you: one for each program, so that you can end one and keep the others."
    >
      <Stack>
        <Group>
          <Button onClick={() => setAdding(true)}>Add API key</Button>
          <TextLink to="/test-token" size="sm">
            Test a key
          </TextLink>
        </Group>
        {keys.isPending && <Skeleton height={200} />}
        {keys.error && !keys.data && <Failure error={keys.error} onRetry={() => keys.refetch()} />}
        {keys.data && <KeyList keys={keys.data.items} />}
      </Stack>
      <AddKeyDialog opened={isAdding} onClose={close} filled={filled} />
    </SettingsSection>
  )
}

function KeyList({ keys }: { keys: Key[] }) {
  const active = keys.filter(({ status }) => status === 'active')
  const ended = keys.filter(({ status }) => status !== 'active')
  const isWarned = ended.some((key) => alarmsOf(key).length > 0)
  // The button that ended a key goes with its card, the one that dismissed the last warning out of sight; either would
  // take the focus with it.
  const endedSummary = useRef<HTMLElement>(null)
  const before = useRef({ ended: ended.length, isWarned })
  useEffect(() => {
    const isGone = ended.length > before.current.ended || (before.current.isWarned && !isWarned)
    if (isGone && hasLostFocus()) endedSummary.current?.focus()
    before.current = { ended: ended.length, isWarned }
  }, [ended.length, isWarned])
  return (
    <>
      {active.length === 0 && <Text c="dimmed">No key is active. Add one to let a program use this hub as you.</Text>}
      <Cards keys={active} />
      {ended.length > 0 && (
        <details open={isWarned}>
          <summary ref={endedSummary} style={{ cursor: 'pointer' }}>
            Ended keys ({ended.length})
          </summary>
          <Stack mt="sm">
            <Cards keys={ended} />
          </Stack>
        </details>
      )}
    </>
  )
}

const Cards = ({ keys }: { keys: Key[] }) => (
  <Stack component="ul" gap="sm" m={0} p={0} style={{ listStyle: 'none' }}>
    {keys.map((key) => (
      <KeyCard key={key.id} of={key} />
    ))}
  </Stack>
)
