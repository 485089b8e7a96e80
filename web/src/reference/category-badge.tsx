import { Badge } from '@mantine/core'
import type { Category } from './operations'

const colors: Record<Category, string> = { public: 'teal', mixed: 'violet', authenticated: 'orange' }

/** What each category promises, in a sentence. */
export const categoryMeanings: Record<Category, string> = {
  public: 'The same full answer for everybody, with or without a token.',
  mixed: 'A full answer for everybody, and a personal one for whoever sends a valid token or is signed in.',
  authenticated: 'Only for an account: without a valid token or a session the answer is 401.',
}

export function CategoryBadge({ category }: { category: Category }) {
  return (
    <Badge color={colors[category]} variant="light" radius="sm" tt="none" style={{ flexShrink: 0 }}>
      {category}
    </Badge>
  )
}
