import { useQuery } from '@tanstack/react-query'
import { answerOf, api } from '../../api/client'
import { useViewer } from '../../api/viewer'
import { AccountBadges } from '../../parts/account-badges'

/** The role and status of an account, for those whom the hub tells: the account itself, and owners. */
export function AccountStanding({ username }: { username: string }) {
  const viewer = useViewer()
  const isNamed = (account: { username: string }) => account.username.toLowerCase() === username.toLowerCase()
  const isOwn = viewer ? isNamed(viewer) : false
  const asOwner = useQuery({
    // Below the key of the accounts page, whose changes make this old as well.
    queryKey: ['accounts', { username }],
    enabled: viewer?.role === 'owner' && !isOwn,
    async queryFn({ signal }) {
      const query = { query: username, limit: 200 }
      const { items } = await answerOf(api.GET('/api/v1/accounts', { params: { query }, signal }))
      return items.find(isNamed) ?? null
    },
  })
  const account = isOwn ? viewer : asOwner.data
  return account ? <AccountBadges role={account.role} status={account.status} /> : null
}
