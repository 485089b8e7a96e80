import { Skeleton, Tabs, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { Suspense, useState } from 'react'
import { viewerQuery } from '../api/viewer'
import { Failure } from '../parts/failure'
import { Page } from '../parts/page'
import { SignInFirst } from '../parts/sign-in-first'
import { accountTabs } from './tabs'

const route = getRouteApi('/user/account')

/** The settings of one's own account, a tab for each subject. The tab is in the address. */
export function AccountPage() {
  const viewer = useQuery(viewerQuery)
  // Who was signed in a moment ago keeps what they had open: a session that ends costs nothing that was typed.
  const [wasSignedIn, setWasSignedIn] = useState(false)
  if (viewer.data && !wasSignedIn) setWasSignedIn(true)
  return (
    <Page title="Account settings" size="lg">
      <Title order={1} mb="md">
        Account settings
      </Title>
      {viewer.isPending && <Skeleton height={400} />}
      {viewer.error && <Failure error={viewer.error} onRetry={() => viewer.refetch()} />}
      {viewer.data === null && <SignInFirst why="These are the settings of one's own account." />}
      {(viewer.data || (viewer.data === null && wasSignedIn)) && <SettingsTabs />}
    </Page>
  )
}

/** Over the corner of a tab: beside its label there is no room for it on a phone. */
const atCorner = { position: 'absolute', top: -6, insetInlineEnd: -6 } as const

function SettingsTabs() {
  const { tab: named, addApiKey } = route.useSearch()
  const asked = addApiKey ? 'api-keys' : named
  const navigate = useNavigate({ from: '/user/account' })
  const [first] = accountTabs
  const tab = accountTabs.find(({ id }) => id === asked) ?? first
  return (
    <Tabs value={tab.id} onChange={(id) => navigate({ search: id === null ? {} : { tab: id } })} keepMounted={false}>
      <Tabs.List mb="lg" aria-label="Account settings">
        {accountTabs.map(({ id, label, Badge }) => (
          <Tabs.Tab key={id} value={id} px={{ base: 6, xs: 'md' }}>
            {label}
            {Badge && <Badge style={atCorner} />}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {accountTabs.map(({ id, component: Content }) => (
        <Tabs.Panel key={id} value={id}>
          <Suspense fallback={<Skeleton height={400} />}>
            <Content />
          </Suspense>
        </Tabs.Panel>
      ))}
    </Tabs>
  )
}
