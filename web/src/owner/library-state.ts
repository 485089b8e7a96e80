import { queryOptions, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { answerOf, api } from '../api/client'
import { followEvents } from '../api/event-stream'
import { viewerQuery } from '../api/viewer'

/** The folders, their problems, and the scan that runs, as the hub told last. */
export const libraryQuery = queryOptions({
  queryKey: ['library'],
  queryFn: ({ signal }) => answerOf(api.GET('/api/v1/library', { signal })),
})

export type LibraryState = Awaited<ReturnType<NonNullable<typeof libraryQuery.queryFn>>>
export type ScanState = NonNullable<LibraryState['scan']>

/** Keeps {@link libraryQuery} true while the page is open. @returns whether the hub went out of reach */
export function useLiveLibrary(): { isLost: boolean } {
  const queries = useQueryClient()
  const [isLost, setLost] = useState(false)
  useEffect(() => {
    const askAgain = () => queries.invalidateQueries(libraryQuery)
    return followEvents('/api/v1/library/events', ['scan', 'scanned', 'changed'], {
      onOpen() {
        setLost(false)
        void askAgain()
      },
      onEvent(event, data) {
        if (event === 'scan')
          // The hub's own words on how far it is; the shape is that of the answer's `scan`.
          queries.setQueryData(libraryQuery.queryKey, (known) => known && { ...known, scan: data as ScanState })
        else void askAgain()
      },
      onLost() {
        setLost(true)
        // It may be the sign-in that is over: the page then asks for another.
        void queries.invalidateQueries(viewerQuery)
      },
    })
  }, [queries])
  return { isLost }
}
