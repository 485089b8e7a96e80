import { Stack, Text } from '@mantine/core'
import type { ReactNode } from 'react'
import { PointInTime } from '../parts/point-in-time'
import { browserName } from './browser-name'
import { keyPresets } from './key-form-link'
import type { Key } from './keys-state'

export const inAddresses = { never: 'never', downloads: 'for downloads only', always: 'always' } as const

/** What a key may, from where and for how long, and who used it last. */
export const KeyFacts = ({ of }: { of: Key }) => (
  <Stack gap={2} style={{ flex: '1 1 260px', minWidth: 0 }}>
    <Fact label="May">{scopesInWords(of)}</Fact>
    <Fact label="Created">
      <PointInTime at={of.createdAt} />
    </Fact>
    <Fact label={{ revoked: 'Revoked', expired: 'Expired', active: 'Expires' }[of.status]}>
      {of.status === 'revoked' && of.revokedAt ? (
        <>
          <PointInTime at={of.revokedAt} />
          {of.revokedReason && `, ${of.revokedReason}`}
        </>
      ) : of.expiresAt ? (
        <PointInTime at={of.expiresAt} />
      ) : (
        'never'
      )}
    </Fact>
    <Fact label="Last used">
      {of.lastUsedAt ? (
        <>
          <PointInTime at={of.lastUsedAt} /> from {of.lastUsedNetwork || 'an unknown address'} by{' '}
          {browserName(of.lastUsedAgent)}
        </>
      ) : (
        'never'
      )}
    </Fact>
    {of.kind !== 'canary' && (
      <>
        <Fact label="In addresses">{inAddresses[of.queryPolicy]}</Fact>
        <Fact label="Networks">{of.networks.join(', ') || 'any'}</Fact>
      </>
    )}
    {of.kind === 'publishable' && <Fact label="Origins">{of.origins.join(', ')}</Fact>}
  </Stack>
)

const Fact = ({ label, children }: { label: string; children: ReactNode }) => (
  <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
    <Text span inherit c="dimmed">
      {label}:
    </Text>{' '}
    {children}
  </Text>
)

export const scopesInWords = ({ kind, preset, scopes }: Key): string =>
  kind === 'canary'
    ? 'nothing; you are told of every use'
    : preset === null
      ? scopes.join(', ')
      : (keyPresets.find(({ id }) => id === preset)?.label ?? 'AI services')
