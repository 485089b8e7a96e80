import { type ComponentType, type CSSProperties, type LazyExoticComponent, lazy } from 'react'
import { KeyNoticeBadge } from './key-notice-badge'

/** One subject of the account's settings; its code is loaded when it is opened. */
interface AccountTab {
  /** As in the address: `/user/account?tab=sessions`. */
  id: string
  label: string
  component: LazyExoticComponent<ComponentType>
  /** Tells, beside the label, that something in it should be looked at. */
  Badge?: ComponentType<{ style?: CSSProperties }>
}

/** The account's settings, in their order; the first is what opens by itself. */
export const accountTabs: readonly [AccountTab, ...AccountTab[]] = [
  { id: 'profile', label: 'Profile', component: lazy(() => import('./profile-tab')) },
  { id: 'api-keys', label: 'API keys', component: lazy(() => import('./keys-tab')), Badge: KeyNoticeBadge },
  { id: 'security', label: 'Security', component: lazy(() => import('./security-tab')) },
  { id: 'sessions', label: 'Sessions', component: lazy(() => import('./sessions-tab')) },
  { id: 'activity', label: 'Activity', component: lazy(() => import('./activity-tab')) },
]
