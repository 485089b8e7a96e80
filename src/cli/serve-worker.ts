import type { Logger } from 'pino'
import { openLog } from '../http/log.ts'
import type { Snapshot } from '../metrics/snapshot.ts'
import type { FromWorker, ToWorker, WorkerStart } from '../workers/messages.ts'
import { openWorkerIpc, type WorkerIpc } from '../workers/worker-ipc.ts'
import { reportError } from './report-error.ts'
import { serveHub } from './serve-hub.ts'
import { listenForStop } from './stop-signal.ts'

/* One of several processes that serve a hub: told by its supervisor when to begin, to lead, and to end. */

const stop = new AbortController()
const started = Promise.withResolvers<WorkerStart>()
const leading = Promise.withResolvers<void>()
let joined: WorkerIpc | undefined
let isReady = false
let log: Logger | undefined
let measure: () => Promise<Snapshot> = async () => []

const send = (message: FromWorker) => {
  // The supervisor may have ended; this process ends then, too.
  process.send?.(message, undefined, undefined, () => undefined)
}
process.on('message', (message: ToWorker) => {
  switch (message.kind) {
    case 'start':
      isReady = message.start.isReady
      joined = openWorkerIpc(message.start, send)
      return started.resolve(message.start)
    case 'lead':
      return leading.resolve()
    case 'ready':
      isReady = true
      return
    case 'measure':
      measure().then(
        (snapshot) => send({ kind: 'measured', round: message.round, snapshot }),
        (error) => log?.error(error, 'what was counted cannot be told'),
      )
      return
    case 'ping':
      return send({ kind: 'pong' })
    case 'stop':
      // What has not begun has nothing to end.
      if (!joined) process.exit(0)
      return stop.abort()
    default:
      joined?.receive(message)
  }
})

try {
  // A terminal sends Ctrl-C to all processes, and a service manager may do the like.
  const signal = AbortSignal.any([listenForStop().signal, stop.signal])
  send({ kind: 'up' })
  const { worker, config, preparation } = await started.promise
  if (!joined) throw new Error('a worker that starts has joined the others')
  log = openLog(config.logLevel, { worker })
  await serveHub(config, {
    ...joined,
    prepares: preparation,
    signal,
    stderr: process.stderr,
    leading: leading.promise,
    sharing: preparation ? 'first' : 'next',
    log,
    worker,
    isReady: () => isReady,
    onListening: (origin) => send({ kind: 'listening', origin }),
    onReady: ({ needsSetup }) => send({ kind: 'ready', needsSetup }),
    onMeasurable(measured) {
      measure = measured
    },
  })
  process.exit(0)
} catch (error) {
  process.exit(reportError(error))
}
