import cluster, { type Worker } from 'node:cluster'
import type { Logger } from 'pino'
import type { SetupCode } from '../auth/accounts/setup-code.ts'
import type { Config } from '../config/config.ts'
import { gauge, openCounter } from '../metrics/family.ts'
import type { Snapshot } from '../metrics/snapshot.ts'
import { openAttemptCounter } from '../rate-limit/attempt-counter.ts'
import { openHealthCheck } from './health-check.ts'
import type { FromWorker, ToWorker, WorkerStart } from './messages.ts'
import { openMetricsAggregator } from './metrics-aggregator.ts'
import { maxCrashes, minUptimeMs, openRestartBackoff } from './restart-backoff.ts'
import { openSupervisorIpc } from './supervisor-ipc.ts'

/** Workers that do not stay; the message says which. */
export class WorkersFailed extends Error {
  override name = 'WorkersFailed'
}

export interface SuperviseOptions {
  /** The file that a worker runs. */
  program: string
  /** How many serve. */
  count: number
  config: Config
  /** Folders that are to be served, beside those that the hub knows. */
  folders: readonly string[]
  setupCode: SetupCode
  log: Logger
  /** Aborted when the hub is to end. */
  signal: AbortSignal
  /** Told once, when all workers listen and the one that leads is ready. */
  onReady: (hub: { origin: string; needsSetup: boolean }) => void
  /** Told at once what gathers the metrics of all processes. */
  onMetricsAvailable: (gather: () => Promise<Snapshot[]>) => void
  /** How often workers are asked whether they are there, where it is not as usual. */
  pingMilliseconds?: number
}

interface Running {
  process: Worker
  startedAt: number
  isConnected: boolean
  isListening: boolean
}

/** Longer than a worker lets its requests end. */
const stopTimeoutMs = 20_000

/**
 * Has `count` processes serve one hub on one port, until `signal` and the end of all of them; one that ends by
 * itself is replaced, and one that hangs is ended. The first prepares what they serve: where it cannot, it says why, and
 * the others are not started. One of them leads, and does what is done once for the hub; when it ends, another does. Gives
 * the exit code.
 * @throws WorkersFailed
 */
export async function supervise({
  program,
  count,
  config,
  folders,
  log,
  signal,
  ...hub
}: SuperviseOptions): Promise<number> {
  cluster.setupPrimary({ exec: program, args: [] })
  const running = new Map<number, Running>()
  const restartTimers = new Set<NodeJS.Timeout>()
  const restartBackoff = openRestartBackoff()
  const listened = new Set<number>()
  const ended = Promise.withResolvers<number>()
  let origin: string | undefined
  let leader: number | undefined
  let readiness: { needsSetup: boolean } | undefined
  let isStopping = false
  let failure: WorkersFailed | undefined
  let exitCode = 0

  const connectedWorkers = () => [...running].filter(([, { isConnected }]) => isConnected).map(([worker]) => worker)
  const send = (worker: number, message: ToWorker) => {
    // Whoever ends meanwhile needs no message.
    running.get(worker)?.process.send(message, undefined, undefined, () => undefined)
  }
  const ipc = openSupervisorIpc({
    workers: connectedWorkers,
    send,
    setupCode: hub.setupCode,
    attemptCounter: openAttemptCounter(),
  })
  const replacedWorkers = openCounter({
    name: 'modelkeep_workers_replaced_total',
    help: 'Workers that ended by themselves',
  })
  const listeningWorkers = () => [...running].filter(([, { isListening }]) => isListening).map(([worker]) => worker)
  const metrics = openMetricsAggregator({
    workers: connectedWorkers,
    send,
    own: () => [
      replacedWorkers.family(),
      gauge({ name: 'modelkeep_workers', help: 'Workers that serve' }, [
        { labels: {}, value: listeningWorkers().length },
      ]),
    ],
  })
  hub.onMetricsAvailable(metrics.collect)
  const healthCheck = openHealthCheck({
    workers: listeningWorkers,
    ping: (worker) => send(worker, { kind: 'ping' }),
    onSilent(worker) {
      log.error({ worker }, 'a worker answers nothing, and is killed')
      running.get(worker)?.process.process.kill('SIGKILL')
    },
    everyMilliseconds: hub.pingMilliseconds,
  })

  const start = (worker: number) => {
    const process = cluster.fork()
    running.set(worker, { process, startedAt: performance.now(), isConnected: false, isListening: false })
    process.on('message', (message: FromWorker) => take(worker, message))
    process.on('error', (error) => log.error({ worker, err: error }, 'a worker cannot be reached'))
    process.once('exit', (code, killedBy) => onExit(worker, killedBy ?? code))
  }
  const startOf = (worker: number): WorkerStart => ({
    worker,
    count,
    config: { ...config, port: origin === undefined ? config.port : Number(origin.split(':').at(-1)) },
    preparation: origin === undefined ? { folders } : null,
    isReady: readiness !== undefined,
    latest: ipc.latest(),
  })
  const elect = () => {
    leader = [...running].find(([, { isListening }]) => isListening)?.[0]
    if (leader !== undefined) send(leader, { kind: 'lead' })
  }
  const reportReady = () => {
    if (readiness && origin !== undefined && listened.size === count) hub.onReady({ origin, ...readiness })
  }

  const take = (worker: number, message: FromWorker) => {
    const state = running.get(worker)
    if (!state || isStopping) {
      if (message.kind === 'ask' || message.kind === 'done') ipc.receive(worker, message)
      return
    }
    switch (message.kind) {
      case 'up':
        state.isConnected = true
        return send(worker, { kind: 'start', start: startOf(worker) })
      case 'listening': {
        const isFirst = origin === undefined
        origin ??= message.origin
        state.isListening = true
        log.debug({ worker, pid: state.process.process.pid }, 'a worker listens')
        if (leader === undefined) elect()
        if (isFirst) for (let next = worker + 1; next <= count; next++) start(next)
        if (listened.size === count) return
        listened.add(worker)
        return reportReady()
      }
      case 'ready':
        if (readiness) return
        readiness = { needsSetup: message.needsSetup }
        for (const other of connectedWorkers()) send(other, { kind: 'ready' })
        return reportReady()
      case 'measured':
        return metrics.receive(worker, message)
      case 'pong':
        return healthCheck.onPong(worker)
      default:
        ipc.receive(worker, message)
    }
  }

  const onExit = (worker: number, how: number | string) => {
    const lived = performance.now() - (running.get(worker)?.startedAt ?? 0)
    running.delete(worker)
    ipc.removeWorker(worker)
    metrics.remove(worker)
    healthCheck.remove(worker)
    if (isStopping) {
      if (how !== 0) exitCode = 1
      return endIfAlone()
    }
    if (origin === undefined) {
      // A worker that ends by itself has said why.
      if (typeof how === 'string') failure = new WorkersFailed(`the hub was ended by ${how} before it could serve`)
      exitCode = Number(how) || 1
      return stop()
    }
    const pause = restartBackoff.delayAfterExit(worker, lived)
    if (pause === undefined) {
      const often = `${maxCrashes} times in a row within ${minUptimeMs / 1000} seconds of its start`
      failure = new WorkersFailed(`worker ${worker} ended ${often}, the last time with ${how}: the log may tell why`)
      return stop()
    }
    replacedWorkers.of().value++
    log.error({ worker, endedWith: how, pauseMs: pause }, 'a worker ended, and is replaced')
    const timer = setTimeout(() => {
      restartTimers.delete(timer)
      start(worker)
    }, pause)
    restartTimers.add(timer)
    if (worker === leader) elect()
  }

  const endIfAlone = () => {
    if (running.size === 0) ended.resolve(exitCode)
  }
  const stop = () => {
    if (isStopping) return
    isStopping = true
    healthCheck.stop()
    for (const timer of restartTimers) clearTimeout(timer)
    for (const worker of running.keys()) send(worker, { kind: 'stop' })
    const bound = setTimeout(() => {
      log.error({ workers: [...running.keys()] }, 'workers did not end, and are killed')
      for (const { process } of running.values()) process.process.kill('SIGKILL')
    }, stopTimeoutMs)
    ended.promise.finally(() => clearTimeout(bound))
    endIfAlone()
  }

  signal.addEventListener('abort', stop, { once: true })
  if (signal.aborted) return 0
  start(1)
  const code = await ended.promise
  if (failure) throw failure
  return code
}
