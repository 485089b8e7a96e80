import { Title } from '@mantine/core'
import { useMemo } from 'react'
import { cleanHtml } from './clean-html'
import classes from './model-page.module.css'

/** What somebody wrote in HTML: the hub cleaned it when it came in, and the browser does again before it is shown. */
export function Description({ title, html }: { title: string; html: string | null }) {
  const clean = useMemo(() => cleanHtml(html ?? ''), [html])
  if (html === null) return null
  return (
    <section aria-label={title}>
      <Title order={2} size="h3" mb="sm">
        {title}
      </Title>
      {/* biome-ignore lint/security/noDangerouslySetInnerHtml: cleaned twice, and the content policy runs no script */}
      <div className={classes.description} dir="auto" dangerouslySetInnerHTML={{ __html: clean }} />
    </section>
  )
}
