import type { Accounts } from '../auth/accounts.ts'
import type { Sessions } from '../auth/sessions.ts'

/** The username of who is signed in, by the `Cookie` header. A token in the address of a page counts for nothing. */
export type ViewerOf = (cookie: string | undefined) => Promise<string | undefined>

export const openViewerOf =
  ({ accounts, sessions }: { accounts: Accounts; sessions: Sessions }): ViewerOf =>
  async (cookie) => {
    const principal = await sessions.principalOf(cookie)
    return principal && (await accounts.profile(principal))?.username
  }
