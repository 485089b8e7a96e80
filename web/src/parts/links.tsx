import {
  Anchor,
  type AnchorProps,
  Button,
  type ButtonProps,
  Menu,
  type MenuItemProps,
  NavLink,
  type NavLinkProps,
} from '@mantine/core'
import { createLink } from '@tanstack/react-router'
import type { ComponentPropsWithoutRef, Ref } from 'react'

/*
 * The component library's looks on the router's links: addresses and their search are checked against the map of pages.
 */

type LinkProps<Looks> = Looks & Omit<ComponentPropsWithoutRef<'a'>, keyof Looks> & { ref?: Ref<HTMLAnchorElement> }

export const ButtonLink = createLink((props: LinkProps<ButtonProps>) => <Button component="a" {...props} />)
export const TextLink = createLink((props: LinkProps<AnchorProps>) => <Anchor component="a" {...props} />)
export const NavigationLink = createLink((props: LinkProps<NavLinkProps>) => <NavLink component="a" {...props} />)
export const MenuLink = createLink((props: LinkProps<MenuItemProps>) => <Menu.Item component="a" {...props} />)
