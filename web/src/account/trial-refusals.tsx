import { Alert, List } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { answerOf, api } from '../api/client'
import { refusalWords } from './refusal-words'

/** What the hub has recorded of the trial's refusals, where the key is one of the viewer's own. */
export function TrialRefusals({ since, lastFour }: { since: Date; lastFour: string }) {
  const { data } = useQuery({
    queryKey: ['keys', 'trial', since.toISOString()],
    gcTime: 0,
    async queryFn() {
      const { items } = await answerOf(api.GET('/api/v1/me/tokens', {}))
      const likely = items.filter(({ secrets }) => secrets.some((secret) => secret.lastFour === lastFour))
      const records = await Promise.all(
        likely.map(({ id }) => answerOf(api.GET('/api/v1/me/tokens/{id}/refusals', { params: { path: { id } } }))),
      )
      const own = records.flatMap((record) => record.items).filter(({ at }) => new Date(at) >= since)
      return { isOwn: likely.length > 0, reasons: [...new Set(own.map(({ reason }) => reason))] }
    },
  })
  if (!data) return null
  if (!data.isOwn)
    return (
      <Alert variant="light" role="status">
        None of your keys ends in these four characters: the key is somebody else's, or mistyped.
      </Alert>
    )
  if (data.reasons.length === 0) return null
  return (
    <Alert variant="light" color="orange" title="What the hub recorded" role="status">
      <List size="sm">
        {data.reasons.map((reason) => (
          <List.Item key={reason}>
            {refusalWords[reason].why} {refusalWords[reason].remedy}
          </List.Item>
        ))}
      </List>
    </Alert>
  )
}
