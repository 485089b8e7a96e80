import { Avatar, Indicator, Menu, UnstyledButton, VisuallyHidden } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useLocation, useNavigate } from '@tanstack/react-router'
import {
  DatabaseIcon,
  KeyRoundIcon,
  LogOutIcon,
  PlugIcon,
  ScrollTextIcon,
  SettingsIcon,
  ShieldCheckIcon,
  UsersIcon,
} from 'lucide-react'
import { KeyNoticeBadge } from '../account/key-notice-badge'
import { noticedInWords } from '../account/key-notices'
import { useKeyNotices } from '../account/keys-state'
import { useViewer } from '../api/viewer'
import { ButtonLink, MenuLink } from '../parts/links'
import { signOut } from '../sign-in/sign-out'

/** Who is signed in and what is theirs, or the way to sign in. */
export function AccountMenu() {
  const viewer = useViewer()
  const noticed = useKeyNotices()
  const queries = useQueryClient()
  const navigate = useNavigate()
  const { pathname, searchStr } = useLocation()
  if (viewer === undefined) return <Avatar size={34} radius="xl" />
  if (viewer === null) {
    const returnUrl = pathname === '/login' ? undefined : `${pathname}${searchStr}`
    return (
      <ButtonLink
        to="/login"
        search={{ returnUrl, reason: undefined }}
        variant="default"
        size="sm"
        style={{ flexShrink: 0 }}
      >
        Sign in
      </ButtonLink>
    )
  }
  const leave = async () => {
    // What is under way would be refused afterwards, as if the session had ended by itself.
    await queries.cancelQueries()
    await signOut()
    queries.clear()
    await navigate({ to: '/login' })
  }
  return (
    <Menu position="bottom-end" width={220} shadow="md">
      <Menu.Target>
        <UnstyledButton>
          <VisuallyHidden>
            Account of {viewer.username}
            {noticed > 0 && `, ${noticedInWords(noticed)}`}
          </VisuallyHidden>
          <Indicator label={noticed} disabled={noticed === 0} size={16} offset={4} color="orange.9" aria-hidden>
            <Avatar size={34} radius="xl" name={viewer.username} color="initials" />
          </Indicator>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{viewer.username}</Menu.Label>
        <MenuLink to="/user/account" leftSection={<SettingsIcon size={16} />}>
          Account settings
        </MenuLink>
        <MenuLink
          to="/user/account"
          search={{ tab: 'api-keys' }}
          leftSection={<KeyRoundIcon size={16} />}
          rightSection={<KeyNoticeBadge />}
        >
          API keys
        </MenuLink>
        <MenuLink to="/test-token" leftSection={<PlugIcon size={16} />}>
          Test an API key
        </MenuLink>
        {viewer.role === 'owner' && (
          <>
            <Menu.Divider />
            <Menu.Label>This hub</Menu.Label>
            <MenuLink to="/owner/accounts" leftSection={<UsersIcon size={16} />}>
              Accounts
            </MenuLink>
            <MenuLink to="/owner/library" leftSection={<DatabaseIcon size={16} />}>
              Library
            </MenuLink>
            <MenuLink to="/owner/access" leftSection={<ShieldCheckIcon size={16} />}>
              Access
            </MenuLink>
            <MenuLink to="/owner/audit" leftSection={<ScrollTextIcon size={16} />}>
              Audit log
            </MenuLink>
          </>
        )}
        <Menu.Divider />
        <Menu.Item onClick={leave} leftSection={<LogOutIcon size={16} />}>
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
