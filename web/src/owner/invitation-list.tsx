import { ActionIcon, Badge, Card, Group, Skeleton, Stack, Text, Title } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Trash2Icon } from 'lucide-react'
import { useState } from 'react'
import { answerOf, api } from '../api/client'
import { Confirm } from '../parts/confirm'
import { Failure } from '../parts/failure'
import { PointInTime } from '../parts/point-in-time'
import { type Invitation, invitationsQuery } from './accounts-state'

/** Who was invited, and what came of it. */
export function InvitationList() {
  const invitations = useQuery(invitationsQuery)
  return (
    <section aria-labelledby="invitations">
      <Title order={2} size="h3" id="invitations" mb="sm">
        Invitations
      </Title>
      {invitations.isPending && <Skeleton height={72} />}
      {invitations.error && <Failure error={invitations.error} onRetry={() => invitations.refetch()} />}
      {invitations.data?.items.length === 0 && <Text c="dimmed">Nobody is invited at the moment.</Text>}
      <Stack component="ul" gap="sm" m={0} p={0} style={{ listStyle: 'none' }}>
        {invitations.data?.items.map((invitation) => (
          <InvitationCard key={invitation.id} invitation={invitation} />
        ))}
      </Stack>
    </section>
  )
}

function InvitationCard({ invitation }: { invitation: Invitation }) {
  const queries = useQueryClient()
  const [isAsking, setAsking] = useState(false)
  const removing = useMutation({
    mutationFn: () => answerOf(api.DELETE('/api/v1/invitations/{id}', { params: { path: { id: invitation.id } } })),
    onSuccess: () => queries.invalidateQueries(invitationsQuery),
  })
  const { email, createdAt, createdBy, expiresAt, usedAt, usedBy } = invitation
  const name = email ?? 'Anyone with the link'
  const isOver = usedAt === null && Date.parse(expiresAt) <= Date.now()
  return (
    <Card component="li" withBorder padding="sm">
      <Group justify="space-between" wrap="nowrap">
        <div style={{ minWidth: 0 }}>
          <Group gap="xs">
            <Text fw={600} dir="auto">
              {name}
            </Text>
            {usedAt !== null && (
              <Badge variant="light" color="teal">
                Used
              </Badge>
            )}
            {isOver && (
              <Badge variant="light" color="gray">
                Expired
              </Badge>
            )}
          </Group>
          <Text size="sm" c="dimmed">
            Invited <PointInTime at={createdAt} /> by {createdBy}
            {' · '}
            {usedAt === null ? (
              <>
                {isOver ? 'ended' : 'ends'} <PointInTime at={expiresAt} />
              </>
            ) : (
              <>
                used <PointInTime at={usedAt} />
                {usedBy !== null && ` by ${usedBy}`}
              </>
            )}
          </Text>
        </div>
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={`Remove the invitation: ${name}`}
          onClick={() => setAsking(true)}
        >
          <Trash2Icon size={18} />
        </ActionIcon>
      </Group>
      <Confirm
        opened={isAsking}
        onClose={() => setAsking(false)}
        title="Remove the invitation"
        action="Remove"
        doing={removing}
      >
        {usedAt === null
          ? 'Its link stops working at once.'
          : 'It was used: the account that came of it stays, only this line goes.'}
      </Confirm>
    </Card>
  )
}
