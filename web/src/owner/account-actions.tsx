import { ActionIcon, Menu } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { BanIcon, CrownIcon, EllipsisIcon, KeyRoundIcon, Volume2Icon, VolumeXIcon } from 'lucide-react'
import { useState } from 'react'
import { answerOf, api } from '../api/client'
import { Confirm } from '../parts/confirm'
import { type AccountChange, accountChanges } from './account-changes'
import type { Account } from './accounts-state'
import { ResetLinkDialog } from './reset-link-dialog'

const icons = {
  mute: VolumeXIcon,
  unmute: Volume2Icon,
  ban: BanIcon,
  unban: BanIcon,
  'make owner': CrownIcon,
  'make user': CrownIcon,
}

/** What an owner can do about an account; nothing happens before it was asked about. */
export function AccountActions({ account, isViewer }: { account: Account; isViewer: boolean }) {
  const queries = useQueryClient()
  const [change, setChange] = useState<AccountChange>()
  const [isAsking, setAsking] = useState(false)
  const [isResetting, setResetting] = useState(false)
  const changing = useMutation({
    mutationFn: async () => {
      if (!change) return
      await answerOf(api.PATCH('/api/v1/accounts/{id}', { params: { path: { id: account.id } }, body: change.sets }))
      notifications.show({ message: change.done(account.username), color: 'teal' })
    },
    onSuccess: () => queries.invalidateQueries({ queryKey: ['accounts'] }),
  })
  return (
    <>
      <Menu position="bottom-end" shadow="md" width={230}>
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" aria-label={`Actions on ${account.username}`}>
            <EllipsisIcon size={18} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<KeyRoundIcon size={16} />} onClick={() => setResetting(true)}>
            Password reset link
          </Menu.Item>
          {accountChanges(account, isViewer).map((possible) => {
            const Icon = icons[possible.kind]
            return (
              <Menu.Item
                key={possible.kind}
                {...(possible.isSevere && { color: 'red' })}
                leftSection={<Icon size={16} />}
                onClick={() => {
                  setChange(possible)
                  setAsking(true)
                }}
              >
                {possible.label}
              </Menu.Item>
            )
          })}
        </Menu.Dropdown>
      </Menu>
      {change && (
        <Confirm
          opened={isAsking}
          onClose={() => setAsking(false)}
          title={`${change.label}: ${account.username}`}
          action={change.label}
          {...(!change.isSevere && { color: 'indigo' })}
          doing={changing}
        >
          {change.consequence}
        </Confirm>
      )}
      <ResetLinkDialog account={account} opened={isResetting} onClose={() => setResetting(false)} />
    </>
  )
}
