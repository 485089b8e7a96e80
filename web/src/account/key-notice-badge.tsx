import { Badge } from '@mantine/core'
import type { CSSProperties } from 'react'
import { useKeyNotices } from './keys-state'

/** How many keys should be looked at, beside what leads to them; nothing while there is none. */
export function KeyNoticeBadge({ style }: { style?: CSSProperties }) {
  const count = useKeyNotices()
  if (count === 0) return null
  return (
    <Badge size="sm" circle={count < 10} color="orange.9" component="span" {...(style && { style })}>
      {count}
    </Badge>
  )
}
