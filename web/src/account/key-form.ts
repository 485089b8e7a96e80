import type { ExpiryChoice } from './key-expiry'
import type { Key } from './keys-state'
import type { ScopeChoice } from './scope-choice'

/** What the owner of a key chooses, as it is typed. */
export interface KeyForm {
  name: string
  scope: ScopeChoice
  expiry: ExpiryChoice
  /** The last day, where `expiry` asks for one. */
  date: string
  networks: string
  queryPolicy: Key['queryPolicy']
  origins: string
}

export const queryPolicies = [
  { value: 'never', label: 'Never' },
  { value: 'downloads', label: 'For downloads only' },
  { value: 'always', label: 'Always' },
] as const satisfies readonly { value: Key['queryPolicy']; label: string }[]

/** The entries of a field that takes several, apart by spaces, commas or lines. */
export const listOf = (text: string): string[] => text.split(/[\s,]+/).filter(Boolean)
