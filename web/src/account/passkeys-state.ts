import { queryOptions } from '@tanstack/react-query'
import { askAuth } from '../sign-in/sign-in'

/** As the sign-in library lists them. */
export interface Passkey {
  id: string
  name?: string | null
  createdAt: string
  /** Whether the browser's maker keeps it on one's other devices too. */
  backedUp: boolean
}

export const passkeysQuery = queryOptions({
  queryKey: ['passkeys'],
  queryFn: () => askAuth<Passkey[]>('/passkey/list-user-passkeys'),
})
