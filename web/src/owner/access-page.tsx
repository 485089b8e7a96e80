import { Alert, Card, Code, Group, Select, Skeleton, Stack, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { browserName } from '../account/browser-name'
import { Failure } from '../parts/failure'
import { PointInTime } from '../parts/point-in-time'
import { readAccessSearch } from './access-search'
import { type AccessPreview, accessQuery, type HubProgram } from './access-state'
import { accessObstacleWords, flagsOf, refusedWords, whoseWords } from './access-words'
import { OwnerOnly } from './owner-only'

const route = getRouteApi('/owner/access')

/** Whom another policy of the hub would refuse, before it is set. */
export const AccessPage = () => (
  <OwnerOnly title="Access">
    <Access />
  </OwnerOnly>
)

function Access() {
  const search = route.useSearch()
  const preview = useQuery(accessQuery(search))
  if (!preview.data)
    return preview.error ? (
      <Failure error={preview.error} onRetry={() => preview.refetch()} />
    ) : (
      <Skeleton height={400} />
    )
  const { policy } = preview.data
  const wanted = {
    anonymousAccess: search.anonymous ?? policy.anonymousAccess,
    queryTokens: search.query ?? policy.queryTokens,
  }
  return (
    <Stack>
      <Text>
        What would happen if the hub asked more of the programs that use it? Choose, and see whom it would have refused.
        Nothing changes here: the hub is set when it starts.
      </Text>
      <Choices wanted={wanted} set={policy} />
      {preview.error && <Failure error={preview.error} onRetry={() => preview.refetch()} />}
      <Outcome preview={preview.data} flags={flagsOf(wanted, policy)} />
      <Programs programs={preview.data.programs} />
    </Stack>
  )
}

type Policy = AccessPreview['policy']

function Choices({ wanted, set }: { wanted: Policy; set: Policy }) {
  const navigate = useNavigate({ from: '/owner/access' })
  const asIs = (isSet: boolean) => (isSet ? ' (as it is)' : '')
  return (
    <Group align="flex-end">
      <Select
        label="Callers without a key or a sign-in"
        data={[
          { value: 'open', label: `Look around freely${asIs(set.anonymousAccess === 'open')}` },
          { value: 'closed', label: `Are told nothing${asIs(set.anonymousAccess === 'closed')}` },
        ]}
        value={wanted.anonymousAccess}
        onChange={(anonymous) =>
          navigate({ search: (now) => ({ ...now, ...readAccessSearch({ ...now, anonymous }) }), replace: true })
        }
        allowDeselect={false}
        w={{ base: '100%', xs: 320 }}
      />
      <Select
        label="Keys in addresses (?token=)"
        data={[
          { value: 'always', label: `Everywhere a key allows it${asIs(set.queryTokens === 'always')}` },
          { value: 'downloads', label: `For downloads alone${asIs(set.queryTokens === 'downloads')}` },
          { value: 'never', label: `Never${asIs(set.queryTokens === 'never')}` },
        ]}
        value={wanted.queryTokens}
        onChange={(query) =>
          navigate({ search: (now) => ({ ...now, ...readAccessSearch({ ...now, query }) }), replace: true })
        }
        allowDeselect={false}
        w={{ base: '100%', xs: 320 }}
      />
    </Group>
  )
}

function Outcome({ preview: { programs, isComplete }, flags }: { preview: AccessPreview; flags: string }) {
  const isRefusing = programs.some(({ obstacles }) => obstacles.length > 0)
  return (
    <Alert color={isRefusing ? 'orange' : 'teal'} variant="light" title={refusedWords(programs)}>
      <Stack gap={4} aria-live="polite">
        {!isComplete && <Text size="sm">More programs came than the record holds; those are not reckoned with.</Text>}
        {flags === '' ? (
          <Text size="sm">This is how the hub is set.</Text>
        ) : (
          <Text size="sm">
            To set it, start the hub with <Code>{flags}</Code>.
          </Text>
        )}
        <Text size="sm">People who are signed in with a browser are let in all the same.</Text>
      </Stack>
    </Alert>
  )
}

/** Those that would be refused come first. */
function Programs({ programs }: { programs: readonly HubProgram[] }) {
  const [refused, served] = [true, false].map((isRefused) =>
    programs.filter(({ obstacles }) => obstacles.length > 0 === isRefused),
  )
  return (
    <>
      <ProgramList title="Would be refused" programs={refused ?? []} />
      <ProgramList title="Would be served" programs={served ?? []} />
    </>
  )
}

function ProgramList({ title, programs }: { title: string; programs: readonly HubProgram[] }) {
  if (programs.length === 0) return null
  return (
    <Stack gap="xs">
      <Title order={2} size="h4">
        {title}
      </Title>
      <Stack component="ul" gap="xs" m={0} p={0} style={{ listStyle: 'none' }} aria-label={title}>
        {programs.map((program) => (
          <Card
            key={`${program.token?.id} ${program.token?.form} ${program.network} ${program.agent}`}
            component="li"
            withBorder
            padding="sm"
            style={{ overflowWrap: 'anywhere' }}
          >
            <Text size="sm" fw={600}>
              {browserName(program.agent)} at {program.network || 'an unknown address'}
            </Text>
            <Text size="sm">{whoseWords(program)}</Text>
            <Text size="sm" c="dimmed">
              {program.requests.toLocaleString('en')} {program.requests === 1 ? 'request' : 'requests'} so far, the last{' '}
              <PointInTime at={program.lastSeenAt} />
            </Text>
            {program.obstacles.length > 0 && <Text size="sm">It {accessObstacleWords(program)}.</Text>}
          </Card>
        ))}
      </Stack>
    </Stack>
  )
}
