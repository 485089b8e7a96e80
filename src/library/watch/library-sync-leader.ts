import type { WorkerBus } from '../../worker-bus/worker-bus.ts'
import type { ScanState } from '../scan/scan-state.ts'
import { type LibraryEvent, openNewsroom } from './library-events.ts'
import type { LibrarySync } from './library-sync.ts'

/** What the process that follows the folders tells the others. */
interface Followed {
  news: LibraryEvent
  scan: ScanState | null
  /** Folders in which changes are noticed. */
  watched: string[]
}

/**
 * Of several processes that serve a hub one follows its folders: that which is told to `start`. All of them tell what
 * happens, and may be asked for a scan.
 * @param own what follows the folders, where this process does
 */
export function shareLibrarySync({
  own,
  folders,
  workerBus,
}: {
  own: LibrarySync
  folders: () => Promise<string[]>
  workerBus: WorkerBus
}): LibrarySync {
  const newsroom = openNewsroom()
  const followed = workerBus.channel<Followed>('library', { retainLatest: true })
  const wishes = workerBus.channel<'scan everything'>('library wish')
  let isFollowing = false
  let heard: Pick<Followed, 'scan' | 'watched'> = { scan: null, watched: [] }
  let passing: Promise<void> | undefined

  followed.subscribe(({ news, ...state }) => {
    if (isFollowing) return
    heard = state
    newsroom.tell(news)
  })
  wishes.subscribe(() => {
    if (isFollowing) own.scanEverything()
  })
  const passOn = async () => {
    let watched: string[] = []
    for await (const news of own.news()) {
      newsroom.tell(news)
      // Which folders are watched is as it was while a scan goes on.
      if (news.kind !== 'scan') watched = (await folders()).filter(own.watches)
      followed.publish({ news, scan: own.scan(), watched })
    }
  }
  const scan = () => (isFollowing ? own.scan() : heard.scan)

  return {
    start() {
      isFollowing = true
      passing ??= passOn()
      return own.start()
    },
    scanEverything: () => (isFollowing ? own.scanEverything() : wishes.publish('scan everything')),
    scan,
    watches: (folder) => (isFollowing ? own.watches(folder) : heard.watched.includes(folder)),
    news() {
      const state = scan()
      return newsroom.listen(state ? { kind: 'scan', state } : undefined)
    },
    async close() {
      newsroom.close()
      await own.close()
      await passing
    },
  }
}
