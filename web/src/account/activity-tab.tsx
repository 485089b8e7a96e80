import { Stack } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { ownAuditQuery } from '../audit/audit-query'
import { EventList } from '../audit/event-list'
import type { AuditKind } from '../audit/event-words'
import { accountKinds } from '../audit/kind-groups'
import { KindSelect } from '../audit/kind-select'
import { SettingsSection } from './settings-section'

/** What happened to one's own account. */
export default function ActivityTab() {
  const [kind, setKind] = useState<AuditKind>()
  const events = useInfiniteQuery(ownAuditQuery(kind))
  return (
    <SettingsSection
      title="Activity"
      about="Who signed in to your account, and what became of it. If something here was not you, end your sessions, change your password and revoke API keys that you do not know."
    >
      <Stack>
        <KindSelect kinds={accountKinds} kind={kind} onKind={setKind} />
        <EventList events={events} />
      </Stack>
    </SettingsSection>
  )
}
