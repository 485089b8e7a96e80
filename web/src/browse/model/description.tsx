import { Title } from '@mantine/core'
import { useMemo } from 'react'
import { cleanHtml } from './clean-html'
import classes from './model-page.module.css'

/** A description in HTML, which the hub cleans on import and the browser cleans again. Renders nothing when there is nothing to read. */
export function Description({ title, html }: { title: string; html: string | null }) {
  const clean = useMemo(() => cleanHtml(html ?? ''), [html])
  if (isBlank(clean)) return null
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

/** Whether cleaned HTML has no text; cleaning leaves no images or other media. */
const isBlank = (html: string) => html.replaceAll(/<[^>]*>|&nbsp;|\s/g, '') === ''
