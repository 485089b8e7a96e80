import { allowedChoice, expiryOf } from './key-expiry'
import { type KeyForm, listOf } from './key-form'
import { keyPresets } from './key-form-link'
import type { Key } from './keys-state'
import type { Limits } from './narrowing'

/** The choice of leaving a key's end as it is. */
export const asItIs = 'as it is'

/** A key's limits as its form shows them. */
export const formOf = (key: Key): KeyForm => ({
  name: key.name,
  scope: keyPresets.find(({ id }) => id === key.preset)?.id ?? key.scopes,
  expiry: asItIs,
  date: '',
  networks: key.networks.join('\n'),
  queryPolicy: key.queryPolicy,
  origins: key.origins.join('\n'),
})

/** What of the form programs can be refused for: the hub is asked about it while it is typed. */
export const limitsOf = ({ kind }: Key, { scope, networks, queryPolicy }: KeyForm) => ({
  ...(kind === 'bearer' && { scope }),
  networks: listOf(networks),
  queryPolicy,
})

/** The change that the form asks for. */
export function changeOf(key: Key, form: KeyForm, longestDays: number | null) {
  const name = form.name.trim()
  if (key.kind === 'canary') return { name }
  return {
    name,
    ...limitsOf(key, form),
    ...(key.kind === 'publishable' && { origins: listOf(form.origins) }),
    ...(form.expiry !== asItIs && {
      expiresAt: expiryOf(allowedChoice(form.expiry, longestDays), form.date, { now: new Date(), longestDays }),
    }),
  }
}

/** Proposed limits as the form takes them. */
export const filledBy = ({ scopes, networks, queryPolicy }: Limits) => ({
  scope: scopes,
  networks: networks.join('\n'),
  queryPolicy,
})
