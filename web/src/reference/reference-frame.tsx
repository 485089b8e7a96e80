import { Button, Drawer, Skeleton, Stack } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { Outlet } from '@tanstack/react-router'
import { ListIcon } from 'lucide-react'
import { useMemo, useState } from 'react'
import { Failure } from '../parts/failure'
import { Page } from '../parts/page'
import { apiDocumentQuery } from './api-document'
import { resourcesOf } from './operations'
import { ReferenceContext } from './reference'
import classes from './reference.module.css'
import { SideNavigation } from './side-navigation'

/** Around every page of the reference: the hub's document, and the way to each of its parts. */
export function ReferenceFrame() {
  const { data: document, error, refetch } = useQuery(apiDocumentQuery)
  const [token, setToken] = useState('')
  const [isOpen, { open, close }] = useDisclosure()
  const reference = useMemo(
    () => document && { document, resources: resourcesOf(document), token, setToken },
    [document, token],
  )
  if (!reference)
    return (
      <Page title="API reference" size={1320}>
        {error ? <Failure error={error} onRetry={() => void refetch()} /> : <Waiting />}
      </Page>
    )
  return (
    <ReferenceContext value={reference}>
      <Page title="API reference" size={1320}>
        <div className={classes.frame}>
          <Button
            className={classes.contents ?? ''}
            variant="default"
            size="xs"
            leftSection={<ListIcon size={16} />}
            onClick={open}
          >
            Contents
          </Button>
          <nav className={classes.aside} aria-label="Reference">
            <SideNavigation />
          </nav>
          <Outlet />
        </div>
        <Drawer opened={isOpen} onClose={close} size="xs" title="API reference">
          <nav aria-label="Reference">
            <SideNavigation onFollow={close} />
          </nav>
        </Drawer>
      </Page>
    </ReferenceContext>
  )
}

function Waiting() {
  return (
    <div className={classes.frame} aria-busy>
      <Skeleton className={classes.aside ?? ''} height={520} />
      <Stack>
        <Skeleton height={40} width={260} />
        <Skeleton height={180} />
        <Skeleton height={420} />
      </Stack>
    </div>
  )
}
