import { slugOf } from './operations'

/*
 * The guides are the Markdown files of the repository: whatever lies in `docs/guides` is a page, with those that they
 * lead to.
 */

export interface Guide {
  /** In the address of its page. */
  slug: string
  title: string
  text: string
}

const files: Record<string, string> = import.meta.glob(
  ['../../../docs/guides/*.md', '../../../docs/{tokens,filters,configuration}.md'],
  { query: '?raw', import: 'default', eager: true },
)

/** Read first what everything else needs. */
const first = ['authentication', 'tokens', 'pagination', 'filters', 'errors']
const placeOf = ({ slug }: Guide) => (first.includes(slug) ? first.indexOf(slug) : first.length)

export const guides: readonly Guide[] = Object.entries(files)
  .map(([path, text]) => ({
    slug: slugOf(path.replace(/^.*\//, '').replace(/\.md$/, '')),
    title: /^# (.+)$/m.exec(text)?.[1] ?? path,
    text,
  }))
  .toSorted((a, b) => placeOf(a) - placeOf(b))
