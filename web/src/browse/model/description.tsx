import { Skeleton, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import classes from './model-page.module.css'

/** What somebody wrote in HTML: the hub cleaned it when it came in, and the browser does again before it is shown. */
export function Description({ title, html }: { title: string; html: string | null }) {
  const clean = useQuery({
    queryKey: ['clean', html],
    queryFn: async () => (await import('./clean-html')).cleanHtml(html ?? ''),
    enabled: html !== null,
    staleTime: Number.POSITIVE_INFINITY,
  })
  if (html === null) return null
  return (
    <section aria-label={title}>
      <Title order={2} size="h3" mb="sm">
        {title}
      </Title>
      {clean.data === undefined ? (
        <Skeleton height={120} />
      ) : (
        // biome-ignore lint/security/noDangerouslySetInnerHtml: cleaned twice, and the content policy runs no script
        <div className={classes.description} dir="auto" dangerouslySetInnerHTML={{ __html: clean.data }} />
      )}
    </section>
  )
}
