import { Alert, Button, Stack, Title } from '@mantine/core'
import { type ErrorComponentProps, useRouter } from '@tanstack/react-router'
import { TriangleAlertIcon } from 'lucide-react'
import { useEffect, useState } from 'react'
import { Failure } from './failure'
import { hubAnswers, useHubBack } from './hub-back'
import { Page } from './page'
import { isChunkError, reloadOnce } from './reload'

/** The page that is shown instead of one that failed. It keeps the frame of the app, and a way to recover. */
export function ErrorPage({ error, reset }: ErrorComponentProps) {
  const router = useRouter()
  return (
    <Page title="Could not load this page">
      <Stack>
        <Title order={1}>Could not load this page</Title>
        {isChunkError(error) ? (
          <MissingCode />
        ) : (
          <Failure error={error} onRetry={() => void router.invalidate().then(reset)} />
        )}
      </Stack>
    </Page>
  )
}

/**
 * The code of the page could not be loaded: the hub is down, or was updated. A browser may not load code again that failed
 * once, so the page is reloaded as soon as the hub answers; once, unless the reader asks for more.
 */
function MissingCode() {
  const [state, setState] = useState<'waiting' | 'lost' | 'failed'>('waiting')
  const recover = () => setState(reloadOnce(() => sessionStorage, reload, Date.now()) ? 'waiting' : 'failed')
  useEffect(() => {
    let isOver = false
    void hubAnswers().then((answers) => {
      if (isOver) return
      if (answers) setState(reloadOnce(() => sessionStorage, reload, Date.now()) ? 'waiting' : 'failed')
      else setState('lost')
    })
    return () => {
      isOver = true
    }
  }, [])
  useHubBack(state === 'lost', recover)
  if (state === 'waiting') return <p role="status">Loading…</p>
  return (
    <Alert
      color="red"
      variant="light"
      icon={<TriangleAlertIcon />}
      role="alert"
      title={state === 'lost' ? 'No answer' : 'Part of the page is missing'}
    >
      {state === 'lost'
        ? 'The hub does not answer. Is it running, and are you connected? This page reloads when the hub is back.'
        : 'Its code could not be loaded, and a reload did not help. Reload the page again; if that does not help, ask the owner of this hub to check its installation.'}
      <Button mt="sm" display="block" variant="light" color="red" size="xs" onClick={reload}>
        Reload the page
      </Button>
    </Alert>
  )
}

const reload = () => location.reload()
