import { Container, type MantineSize } from '@mantine/core'
import { type ReactNode, useEffect } from 'react'

/** The frame of every page: its title in the window, and its width. */
export function Page({
  title,
  size = 'xl',
  children,
}: {
  title: string
  size?: MantineSize | number
  children: ReactNode
}) {
  useEffect(() => {
    document.title = title === 'modelkeep' ? title : `${title} - modelkeep`
  }, [title])
  return (
    <Container size={size} px={{ base: 'sm', sm: 'md' }} py="md">
      {children}
    </Container>
  )
}
