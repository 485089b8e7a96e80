import { Alert, Badge, Button, Card, Group, Stack, Text, Title } from '@mantine/core'
import { ClockAlertIcon } from 'lucide-react'
import { useRef, useState } from 'react'
import { answerOf, api } from '../api/client'
import { Confirm } from '../parts/confirm'
import { PointInTime } from '../parts/point-in-time'
import { KeyFacts } from './key-facts'
import { keyKinds } from './key-kinds'
import { endsSoon } from './key-notices'
import { KeySecrets } from './key-secrets'
import { KeyWarnings } from './key-warnings'
import { type Key, useKeyChange } from './keys-state'
import { LimitsDialog } from './limits-dialog'
import { RefusalsDialog } from './refusals-dialog'
import { RequestChart } from './request-chart'
import { RotateKeyDialog } from './rotate-key-dialog'

const colors = { active: 'teal', expired: 'gray', revoked: 'red' } as const

/** One key: what it may, who uses it, and what can be done with it. */
export function KeyCard({ of }: { of: Key }) {
  const [open, setOpen] = useState<'rotate' | 'limits' | 'revoke' | 'refusals' | null>(null)
  const close = () => setOpen(null)
  const name = useRef<HTMLHeadingElement>(null)
  const rotate = useRef<HTMLButtonElement>(null)
  const revoking = useKeyChange(() =>
    answerOf(api.DELETE('/api/v1/me/tokens/{id}', { params: { path: { id: of.id } } })),
  )
  return (
    <Card component="li" withBorder padding="md" aria-label={of.name}>
      <Stack gap="sm">
        <Group gap="xs" align="center">
          <Title
            order={3}
            ref={name}
            tabIndex={-1}
            fz="md"
            fw={600}
            dir="auto"
            style={{ overflowWrap: 'anywhere', minWidth: 0 }}
          >
            {of.name}
          </Title>
          <Text c="dimmed" size="sm" ff="monospace">
            …{of.lastFour}
          </Text>
          <Badge variant="light" color={colors[of.status]}>
            {of.status}
          </Badge>
          <Badge variant="outline" color="gray">
            {keyKinds.find(({ id }) => id === of.kind)?.label}
          </Badge>
        </Group>
        {of.expiresAt && endsSoon(of, new Date()) && (
          <Alert color="yellow" variant="light" icon={<ClockAlertIcon />}>
            This key ends <PointInTime at={of.expiresAt} />: its programs are refused from then on. Give it a later end
            under "Change limits", or its programs another key.
          </Alert>
        )}
        <KeyWarnings of={of} next={name} />
        <Group align="flex-start" gap="xl">
          <KeyFacts of={of} />
          <div style={{ flex: '1 1 180px', maxWidth: 240 }}>
            <RequestChart requests={of.requests} />
          </div>
        </Group>
        <KeySecrets of={of} next={rotate} />
        <Group gap="xs">
          <Button
            size="xs"
            variant="default"
            onClick={() => setOpen('refusals')}
            aria-label={`Why was I refused: ${of.name}`}
          >
            Why was I refused{of.refusalCount > 0 && ` (${of.refusalCount.toLocaleString('en')})`}
          </Button>
          {of.status === 'active' && (
            <>
              <Button
                ref={rotate}
                size="xs"
                variant="default"
                onClick={() => setOpen('rotate')}
                aria-label={`Rotate ${of.name}`}
              >
                Rotate
              </Button>
              <Button
                size="xs"
                variant="default"
                onClick={() => setOpen('limits')}
                aria-label={`Change limits of ${of.name}`}
              >
                Change limits
              </Button>
              <Button
                size="xs"
                variant="light"
                color="red"
                onClick={() => setOpen('revoke')}
                aria-label={`Revoke ${of.name}`}
              >
                Revoke
              </Button>
            </>
          )}
        </Group>
      </Stack>
      <RefusalsDialog opened={open === 'refusals'} onClose={close} of={of} />
      <LimitsDialog opened={open === 'limits'} onClose={close} of={of} />
      <RotateKeyDialog opened={open === 'rotate'} onClose={close} of={of} />
      <Confirm opened={open === 'revoke'} onClose={close} title="Revoke API key" action="Revoke" doing={revoking}>
        <Text dir="auto" style={{ overflowWrap: 'anywhere' }}>
          {of.name} stops working at once, everywhere, and cannot be brought back.
        </Text>
      </Confirm>
    </Card>
  )
}
