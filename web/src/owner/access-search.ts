import type { AccessPolicy } from '../api/shared.ts'

/** The policy that the address of the access page asks about; what is absent is as the hub is set. */
export interface AccessSearch {
  anonymous?: AccessPolicy['anonymousAccess'] | undefined
  query?: AccessPolicy['queryTokens'] | undefined
}

export const readAccessSearch = ({ anonymous, query }: Record<string, unknown>): AccessSearch => ({
  anonymous: accesses.find((access) => access === anonymous),
  query: policies.find((policy) => policy === query),
})

const accesses: AccessPolicy['anonymousAccess'][] = ['open', 'closed']
const policies: AccessPolicy['queryTokens'][] = ['always', 'downloads', 'never']
