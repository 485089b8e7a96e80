import { type ComponentType, type LazyExoticComponent, lazy } from 'react'

/** One subject of the account's settings; its code is loaded when it is opened. */
interface AccountTab {
  /** As in the address: `/user/account?tab=sessions`. */
  id: string
  label: string
  component: LazyExoticComponent<ComponentType>
}

/** The account's settings, in their order; the first is what opens by itself. */
export const accountTabs: readonly [AccountTab, ...AccountTab[]] = [
  { id: 'profile', label: 'Profile', component: lazy(() => import('./profile-tab')) },
  { id: 'api-keys', label: 'API keys', component: lazy(() => import('./keys-tab')) },
  { id: 'security', label: 'Security', component: lazy(() => import('./security-tab')) },
  { id: 'sessions', label: 'Sessions', component: lazy(() => import('./sessions-tab')) },
  { id: 'activity', label: 'Activity', component: lazy(() => import('./activity-tab')) },
]
