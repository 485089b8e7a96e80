import assert from 'node:assert/strict'
import { mkdir, rename, truncate, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { sql } from 'kysely'
import { type ReadEvent, readEvents } from '../../test/event-reader.ts'
import { eventually } from '../../test/eventually.ts'
import { openLog } from '../http/log.ts'
import { type LibraryFixture, withLibrary } from '../hub/library.fixture.ts'
import { openHasher } from '../library/hashing/hasher.ts'
import { safetensors } from '../library/library.fixture.ts'
import { openLibrary } from '../library/open.ts'
import { type LibrarySync, openLibrarySync } from '../library/watch/library-sync.ts'
import { followLibrary, getLibrary, scanLibrary } from './library.ts'
import { LibraryDto } from './library-presentation.ts'

const endpoints = [getLibrary, followLibrary, scanLibrary]

interface Hub extends LibraryFixture {
  following: LibrarySync
  /** A file that looks an hour old, made longer to `bytes` by a hole. */
  put(path: string, content: Uint8Array, bytes?: number): Promise<void>
  /** Asks as an owner. */
  ask(target: string, init?: RequestInit): Promise<Response>
}

/** A hub whose folder is really read. */
async function withHub(run: (hub: Hub) => Promise<void>): Promise<void> {
  await using lifetimes = new AsyncDisposableStack()
  let following: LibrarySync | undefined
  await withLibrary(
    {
      endpoints,
      async more({ database, outside }) {
        const dataDirectory = join(outside, 'data')
        await mkdir(dataDirectory)
        const hasher = openHasher({ threads: 1 })
        const library = openLibrary({
          database,
          hasher,
          dataDirectory,
          exclude: ['venv'],
          onTokensFound: async () => undefined,
        })
        following = openLibrarySync({ library, log: openLog('error') })
        lifetimes.defer(hasher.close)
        lifetimes.defer(library.close)
        lifetimes.defer(following.close)
        return { library, following }
      },
    },
    async (fixture) => {
      const owner = await fixture.addAccount({ role: 'owner' })
      assert.ok(following)
      try {
        await run({
          ...fixture,
          following,
          async put(path, content, bytes = content.length) {
            const absolute = join(fixture.folder, path)
            await writeFile(absolute, content)
            await truncate(absolute, bytes)
            const hourAgo = Date.now() / 1000 - 3600
            await utimes(absolute, hourAgo, hourAgo)
          },
          ask: (target, init) => fixture.request(target, { headers: { authorization: `Bearer ${owner}` }, ...init }),
        })
      } finally {
        // Before its database.
        await lifetimes.disposeAsync()
      }
    },
  )
}

const libraryOf = async ({ ask }: Hub) => LibraryDto.parse(await (await ask('/api/v1/library')).json())

/** Follows the library while `run` runs; gives the next event that is of a kind. */
async function following(
  { ask }: Hub,
  run: (next: (event: string) => Promise<ReadEvent['data']>, passed: ReadEvent[]) => Promise<void>,
): Promise<void> {
  const left = new AbortController()
  const { body } = await ask('/api/v1/library/events', { signal: left.signal })
  assert.ok(body)
  const events = readEvents(body)
  const passed: ReadEvent[] = []
  await run(async (event) => {
    for (;;) {
      const { value, done } = await events.next()
      assert.ok(!done, `the stream ended before ${event}`)
      passed.push(value)
      if (value.event === event) return value.data
    }
  }, passed)
  left.abort()
}

test('the library is for owners alone', () =>
  withHub(async ({ addAccount, request }) => {
    const user = await addAccount()
    for (const { method, path } of endpoints) {
      assert.equal((await request(path, { method })).status, 401, path)
      const refused = await request(path, { method, headers: { authorization: `Bearer ${user}` } })
      assert.deepEqual(
        [refused.status, await refused.json()],
        [403, { error: 'Only an owner of this hub may do this' }],
        path,
      )
    }
  }))

test('folders are told of with their files, and with what could not be read', () =>
  withHub(async (hub) => {
    const { folder, put, following } = hub
    const bytes = safetensors('a')
    await put('a.safetensors', bytes)
    await put('copy.safetensors', bytes)
    await put('cut.safetensors', bytes.subarray(0, 50))
    const empty = { modelFiles: 0, bytes: 0, problemCount: 0 }
    const [addedAt, none] = ['1970-01-01T00:00:00.000Z', { items: [], total: 0 }]
    const { exclusions, ...state } = await libraryOf(hub)
    assert.ok(exclusions.builtIn.includes('#recycle/'))
    assert.deepEqual(exclusions.custom, ['venv'])
    assert.deepEqual(state, {
      folders: [{ path: folder, addedAt, scannedAt: null, ...empty, state: 'unwatched' }],
      scan: null,
      problems: none,
    })

    await following.start()
    const { folders, scan, problems } = await libraryOf(hub)
    const { scannedAt = null, ...known } = folders[0] ?? {}
    assert.ok(Date.now() - Date.parse(scannedAt ?? '') < 3_600_000, `${scannedAt}`)
    const found = { modelFiles: 2, bytes: 2 * bytes.length, problemCount: 1 }
    assert.deepEqual(known, { path: folder, addedAt, ...found, state: 'watched' })
    assert.equal(scan, null)
    assert.deepEqual([problems.total, problems.items.length], [1, 1])
    assert.equal(problems.items[0]?.path, join(folder, 'cut.safetensors'))

    await rename(folder, `${folder} elsewhere`)
    assert.equal((await libraryOf(hub)).folders[0]?.state, 'missing')
    await rename(`${folder} elsewhere`, folder)
  }))

test('of many problems the first 200 are told, and how many there are', () =>
  withHub(async (hub) => {
    await hub.database.write(async (transaction) => {
      for (let at = 0; at < 250; at++)
        await transaction
          .insertInto('library_problem')
          .values({ folder_id: 1, path: `${at + 1000}`, reason: 'is no file', seen_at: 0 })
          .execute()
    })
    const { folders, problems } = await libraryOf(hub)
    assert.deepEqual([folders[0]?.problemCount, problems.total, problems.items.length], [250, 250, 200])
    assert.deepEqual(problems.items[199], { path: join(hub.folder, '1199'), reason: 'is no file' })
  }))

test('what folders hold is counted by an index alone', () =>
  withHub(async ({ database }) => {
    const planOf = async (query: string) => {
      const { rows } = await sql.raw<{ detail: string }>(`explain query plan ${query}`).execute(database.kysely)
      return rows.map(({ detail }) => detail).join()
    }
    const sizes = 'select folder_id, count(*), sum(size_bytes) from file_place group by folder_id'
    assert.match(await planOf(sizes), /^SCAN file_place USING COVERING INDEX file_place_size$/)
    const counts = 'select folder_id, count(*) from library_problem group by folder_id'
    assert.match(await planOf(counts), /^SCAN library_problem USING COVERING INDEX library_problem_path$/)
    const first = 'select folder_id, path, reason from library_problem order by folder_id, path, reason limit 200'
    assert.match(await planOf(first), /^SCAN library_problem USING COVERING INDEX library_problem_path$/)
  }))

test('a scan that is asked for is followed from its walk to what it found, with numbers that rise', () =>
  withHub(async (hub) => {
    await hub.put('small.safetensors', safetensors('small'))
    await hub.put('large.safetensors', safetensors('large'), 800_000_000)
    await following(hub, async (next, passed) => {
      const asked = await hub.ask('/api/v1/library/scan', { method: 'POST' })
      assert.deepEqual([asked.status, await asked.json()], [202, {}])
      const walking = (await next('scan')) as { phase: string; startedAt: string }
      assert.equal(walking.phase, 'walking')
      assert.deepEqual((await libraryOf(hub)).scan?.startedAt, walking.startedAt, 'the answer has it as well')

      // Somebody who opens the page now knows at once.
      await following(hub, async (nextOfLate, passedByLate) => {
        await nextOfLate('scan')
        assert.deepEqual(
          passedByLate.map(({ event }) => event),
          [undefined, 'scan'],
        )
      })

      const { added, hashedFiles, complete, problemCount } = (await next('scanned')) as Record<string, unknown>
      assert.deepEqual([added, hashedFiles, complete, problemCount], [2, 2, true, 0])
      const states = passed.filter(({ event }) => event === 'scan').map(({ data }) => data as Record<string, number>)
      const reading = states.filter(({ phase }) => String(phase) === 'reading')
      const done = reading.map(({ doneBytes }) => doneBytes ?? 0)
      assert.ok(new Set(done).size > 2, 'it is told more than once')
      assert.deepEqual(
        done,
        done.toSorted((one, other) => one - other),
      )
      assert.deepEqual([reading.at(-1)?.files, reading.at(-1)?.directories], [2, 1])
      assert.ok((reading.at(-1)?.bytes ?? 0) > 800_000_000)
    })
    await eventually(async () => (await libraryOf(hub)).scan === null, 'no scan runs')
  }))
