import { AppShell, Burger, Drawer, Group, Stack, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { Link, Outlet, useRouter } from '@tanstack/react-router'
import { type ReactNode, useEffect, useRef } from 'react'
import { NavigationLink } from '../parts/links'
import { hasLostFocus } from '../parts/lost-focus'
import { AccountMenu } from './account-menu'
import { ColorSchemeToggle } from './color-scheme-toggle'
import { places } from './places'
import { SearchBox } from './search-box'
import classes from './shell.module.css'

/** The frame of every page: navigation, search and the account. `children` replace the page of the route. */
export function Shell({ children }: { children?: ReactNode }) {
  const [isOpen, { open, close }] = useDisclosure()
  const main = useRef<HTMLElement>(null)
  const router = useRouter()
  useEffect(
    () =>
      router.subscribe('onRendered', ({ fromLocation, pathChanged }) => {
        // The link that was followed may not be on the next page: the focus goes to its heading then.
        if (fromLocation && pathChanged && hasLostFocus()) focusContent(main.current, { preventScroll: true })
      }),
    [router],
  )
  return (
    <AppShell header={{ height: 56 }}>
      {/* biome-ignore lint/a11y/useValidAnchor: it leads to a place in the page; the handler chooses the heading there */}
      <a
        className="skip-link"
        href="#main"
        onClick={(event) => {
          event.preventDefault()
          focusContent(main.current)
        }}
      >
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
        {children ?? <Outlet />}
      </AppShell.Main>
    </AppShell>
  )
}

/**
 * Focuses the heading of the page, so that the ring is drawn around it and not around the page; the page while it has none. After a
 * navigation the scroll position stays as the router set it: at the top of a new page, where it was after going back.
 */
function focusContent(main: HTMLElement | null, options?: FocusOptions): void {
  const heading = main?.querySelector<HTMLElement>('h1')
  if (heading && !heading.hasAttribute('tabindex')) heading.tabIndex = -1
  ;(heading ?? main)?.focus(options)
}
