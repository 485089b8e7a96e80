import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { pino } from 'pino'
import { openSetupCode } from '../auth/accounts/setup-code.ts'
import { readConfig } from '../config/config.ts'
import { maxCrashes, openRestartBackoff } from './restart-backoff.ts'
import { supervise } from './supervise.ts'

/** Supervises two workers that do nothing; gives what was logged. */
async function superviseTwo({
  data = 'calm',
  folders = [] as string[],
  signal = new AbortController().signal,
  pingMilliseconds = 10_000,
  onLogged = (_message: string): unknown => undefined,
} = {}) {
  const logged: string[] = []
  const write = (line: string) => {
    logged.push(JSON.parse(line).msg)
    onLogged(JSON.parse(line).msg)
  }
  const log = pino({ base: null }, { write })
  const code = supervise({
    program: fileURLToPath(new URL('./worker.fixture.ts', import.meta.url)),
    config: readConfig({ flags: { data }, environment: {}, directory: '/' }),
    setupCode: openSetupCode(() => undefined),
    onReady: () => undefined,
    onMetricsAvailable: () => undefined,
    count: 2,
    folders,
    log,
    signal,
    pingMilliseconds,
  })
  return { logged, code: await code.catch((error: Error) => error.message) }
}

test('a worker that ends again and again ends the hub, with one line that says so', async () => {
  const { logged, code } = await superviseTwo({ data: 'crashes' })
  assert.match(String(code), /^worker 2 ended 5 times in a row .* with 3: /)
  assert.deepEqual(logged, Array(maxCrashes - 1).fill('a worker ended, and is replaced'))
})

test('where the first worker refuses to begin, no other is started', async () => {
  assert.deepEqual(await superviseTwo({ folders: ['refuses'] }), { logged: [], code: 1 })
})

test('a worker that hangs is ended and replaced', async () => {
  const stop = new AbortController()
  const { logged, code } = await superviseTwo({
    data: 'hangs',
    signal: stop.signal,
    pingMilliseconds: 500,
    onLogged: (message) => /replaced$/.test(message) && setImmediate(() => stop.abort()),
  })
  assert.deepEqual(logged, ['a worker answers nothing, and is killed', 'a worker ended, and is replaced'])
  assert.equal(code, 0)
})

test('workers end when they are told to', async () => {
  const stop = new AbortController()
  setTimeout(() => stop.abort(), 100)
  assert.deepEqual(await superviseTwo({ signal: stop.signal }), { logged: [], code: 0 })
})

test('the pauses grow while a worker does not stay, and begin anew when one did', () => {
  const crashes = openRestartBackoff()
  const pauses = [10, 10, 10, 70_000, 10].map((lived) => crashes.delayAfterExit(1, lived))
  assert.deepEqual(pauses, [200, 400, 800, 200, 400])
  assert.equal(crashes.delayAfterExit(2, 10), 200, 'each has its own')
})
