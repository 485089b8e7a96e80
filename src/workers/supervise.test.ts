import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { pino } from 'pino'
import { openSetupCode } from '../auth/setup-code.ts'
import { readConfig } from '../config.ts'
import { countCrashes, mostCrashes } from './crashes.ts'
import { supervise } from './supervise.ts'

/** Supervises two workers that do nothing; gives what was logged. */
async function superviseTwo({ data = 'calm', folders = [] as string[], signal = new AbortController().signal } = {}) {
  const logged: string[] = []
  const log = pino({ base: null }, { write: (line: string) => void logged.push(JSON.parse(line).msg) })
  const code = supervise({
    program: fileURLToPath(new URL('./worker.fixture.ts', import.meta.url)),
    config: readConfig({ flags: { data }, environment: {}, directory: '/' }),
    setupCode: openSetupCode(() => undefined),
    onReady: () => undefined,
    onMeasurable: () => undefined,
    ...{ count: 2, folders, log, signal },
  })
  return { logged, code: await code.catch((error: Error) => error.message) }
}

test('a worker that ends again and again ends the hub, with one line that says so', async () => {
  const { logged, code } = await superviseTwo({ data: 'crashes' })
  assert.match(String(code), /^worker 2 ended 5 times in a row .* with 3: /)
  assert.deepEqual(logged, Array(mostCrashes - 1).fill('a worker ended, and is replaced'))
})

test('where the first worker refuses to begin, no other is started', async () => {
  assert.deepEqual(await superviseTwo({ folders: ['refuses'] }), { logged: [], code: 1 })
})

test('workers end when they are told to', async () => {
  const stop = new AbortController()
  setTimeout(() => stop.abort(), 100)
  assert.deepEqual(await superviseTwo({ signal: stop.signal }), { logged: [], code: 0 })
})

test('the pauses grow while a worker does not stay, and begin anew when one did', () => {
  const crashes = countCrashes()
  const pauses = [10, 10, 10, 70_000, 10].map((lived) => crashes.pauseAfter(1, lived))
  assert.deepEqual(pauses, [200, 400, 800, 200, 400])
  assert.equal(crashes.pauseAfter(2, 10), 200, 'each has its own')
})
