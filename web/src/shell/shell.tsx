import { AppShell, Burger, Drawer, Group, Stack, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { Link, Outlet, useRouter } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import { NavigationLink } from '../parts/links'
import { hasLostFocus } from '../parts/lost-focus'
import { AccountMenu } from './account-menu'
import { ColorSchemeToggle } from './color-scheme-toggle'
import { places } from './places'
import { SearchBox } from './search-box'
import classes from './shell.module.css'

/** What surrounds every page: where one is, what there is, and who one is. */
export function Shell() {
  const [isOpen, { open, close }] = useDisclosure()
  const main = useRef<HTMLElement>(null)
  const router = useRouter()
  useEffect(
    () =>
      // Who came by something that is not on the next page begins there at its content.
      router.subscribe('onRendered', ({ fromLocation, pathChanged }) => {
        if (fromLocation && pathChanged && hasLostFocus()) main.current?.focus({ preventScroll: true })
      }),
    [router],
  )
  return (
    <AppShell header={{ height: 56 }}>
      <a className="skip-link" href="#main">
        Skip to content
      </a>
      <AppShell.Header className={classes.header}>
        <Group h="100%" px="md" gap="sm" wrap="nowrap">
          <Burger hiddenFrom="md" size="sm" opened={isOpen} onClick={open} aria-label="Menu" />
          <Text component={Link} to="/models" className={classes.home} visibleFrom="sm">
            modelkeep
          </Text>
          <Group component="nav" aria-label="Main" visibleFrom="md" gap={4} wrap="nowrap">
            {places.map(({ to, label }) => (
              <Link key={to} to={to} className={classes.place ?? ''}>
                {label}
              </Link>
            ))}
          </Group>
          <SearchBox />
          <ColorSchemeToggle />
          <AccountMenu />
        </Group>
      </AppShell.Header>
      <Drawer opened={isOpen} onClose={close} size="xs" title="modelkeep">
        <Stack component="nav" aria-label="Main" gap={0}>
          {places.map(({ to, label }) => (
            <NavigationLink key={to} to={to} label={label} onClick={close} />
          ))}
        </Stack>
      </Drawer>
      <AppShell.Main ref={main} id="main" tabIndex={-1}>
        <Outlet />
      </AppShell.Main>
    </AppShell>
  )
}
