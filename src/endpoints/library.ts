import { z } from 'zod'
import type { LibrarySync } from '../library/watch/library-sync.ts'
import { endpoint } from './core/define.ts'
import type { EventStreamResponse, StatusResponse } from './core/responses.ts'
import { LibraryDto, libraryEvents, toLibraryDto, toServerEvent } from './library-presentation.ts'

/* The folders of model files, for owners: paths of the hub's machine are nobody else's business. */

const forOwners = { category: 'authenticated', scope: 'UserWrite', owner: true } as const

export const getLibrary = endpoint({
  ...forOwners,
  method: 'GET',
  path: '/api/v1/library',
  summary: 'The folders of model files, the scan that runs, and what could not be read',
  reply: LibraryDto,
  example: {
    reply: {
      folders: [
        {
          path: '/srv/models',
          addedAt: '2026-01-31T08:00:00.000Z',
          scannedAt: '2026-01-31T08:04:12.000Z',
          modelFiles: 312,
          bytes: 1_204_883_734_528,
          state: 'watched',
          problemCount: 1,
        },
      ],
      exclusions: { builtIn: ['.*', '#recycle/', '@eaDir/'], custom: ['venv/', '*.bak.safetensors'] },
      scan: {
        phase: 'reading',
        directories: 41,
        files: 3,
        doneFiles: 1,
        bytes: 20_401_094_656,
        doneBytes: 8_388_608_000,
        bytesPerSecond: 524_288_000,
        secondsLeft: 23,
        path: '/srv/models/checkpoints/ink.safetensors',
        startedAt: '2026-01-31T09:15:00.000Z',
      },
      problems: {
        items: [{ path: '/srv/models/loras/cut.safetensors', reason: 'is shorter than its header says' }],
        total: 1,
      },
    },
  },
  handle: ({ library, following }) => toLibraryDto(library, following),
})

export const followLibrary = endpoint({
  ...forOwners,
  method: 'GET',
  path: '/api/v1/library/events',
  summary: 'What happens to the library, as server-sent events',
  description: `How far a running scan is comes at once. A client that is slow gets the newest state rather than all of them. A comment
every 15 seconds keeps the connection open; with it the hub looks whether the caller may still listen, and ends the stream otherwise.`,
  success: { events: libraryEvents },
  handle: ({ following }): EventStreamResponse => ({ kind: 'events', events: newsOf(following) }),
})

/** Nobody listens before the answer is read. */
const newsOf = (following: LibrarySync): EventStreamResponse['events'] => ({
  [Symbol.asyncIterator]() {
    const news = following.news()
    return {
      async next() {
        const { done, value } = await news.next()
        return done ? { done, value: undefined } : { done: false, value: toServerEvent(value) }
      },
      async return() {
        await news.return()
        return { done: true, value: undefined }
      },
    }
  },
})

export const scanLibrary = endpoint({
  ...forOwners,
  method: 'POST',
  path: '/api/v1/library/scan',
  summary: 'Looks at everything in all folders, unless that is under way',
  description:
    'Changes are noticed by themselves where they can be; this is for shares of other machines, which tell of none.',
  reply: z.object({}),
  success: { status: 202 },
  example: { reply: {} },
  handle({ following }): StatusResponse {
    following.scanEverything()
    return { kind: 'status', status: 202, body: {} }
  },
})
