import { Alert, Skeleton, Stack, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { LockIcon } from 'lucide-react'
import type { ReactNode } from 'react'
import { viewerQuery } from '../api/viewer'
import { Failure } from '../parts/failure'
import { Page } from '../parts/page'
import { SignInFirst } from '../parts/sign-in-first'

/** The frame of an owner's page. Who is none is told so; the hub itself refuses them what the page would ask for. */
export function OwnerOnly({ title, children }: { title: string; children: ReactNode }) {
  const viewer = useQuery(viewerQuery)
  return (
    <Page title={title} size="lg">
      <Stack gap="lg">
        <Title order={1}>{title}</Title>
        {viewer.isPending ? (
          <Skeleton height={240} />
        ) : viewer.error ? (
          <Failure error={viewer.error} onRetry={() => viewer.refetch()} />
        ) : viewer.data === null ? (
          <SignInFirst why="This page is for the owners of this hub." />
        ) : viewer.data.role === 'owner' ? (
          children
        ) : (
          <Alert variant="light" color="orange" icon={<LockIcon />} title="For owners only" role="alert">
            This page is for the owners of this hub, and {viewer.data.username} is not one of them.
          </Alert>
        )}
      </Stack>
    </Page>
  )
}
