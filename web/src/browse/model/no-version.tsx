import { type ErrorComponentProps, useRouter } from '@tanstack/react-router'
import { Failure } from '../../parts/failure'
import { NothingHere } from '../../parts/nothing-here'
import { Page } from '../../parts/page'
import { isMissing } from './model-queries'

/** For a version that is not in this library, or could not be asked for. */
export function NoVersion({ error, reset }: ErrorComponentProps) {
  const router = useRouter()
  const retry = () => void router.invalidate().then(reset)
  return (
    <Page title="Model version">
      {isMissing(error) ? <NothingHere what="No such model version" /> : <Failure error={error} onRetry={retry} />}
    </Page>
  )
}
