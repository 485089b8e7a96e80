import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import type { Command } from 'commander'
import { openSetupCode } from '../auth/accounts/setup-code.ts'
import { type Config, commandName } from '../config/config.ts'
import { openLog } from '../http/log.ts'
import type { Snapshot } from '../metrics/snapshot.ts'
import { openAttemptCounter } from '../rate-limit/attempt-counter.ts'
import { singleProcess } from '../worker-bus/worker-bus.ts'
import { supervise } from '../workers/supervise.ts'
import { printLines } from './context.ts'
import type { LibraryContext } from './library-context.ts'
import { listenForScrapes } from './listen-for-scrapes.ts'
import { setupUrl, signInHint } from './sign-in-hint.ts'
import { listenForStop } from './stop-signal.ts'

interface ServeContext extends LibraryContext {
  config: () => Config
}

/** Registers `serve`. */
export function registerServeCommand(program: Command, context: ServeContext): void {
  program
    .command('serve [folder...]')
    .description('index folders, watch them and serve; without any, the known ones or a sample library')
    .action((folders: string[]) => serve(context, folders))
}

/** Serves until SIGINT or SIGTERM. What cannot work ends it before anything is read or made. */
async function serve(context: ServeContext, folders: readonly string[]): Promise<void> {
  const config = context.config()
  const { signal } = listenForStop()
  const log = openLog(config.logLevel)
  // Its own address, which is known once it listens; before that nobody can guess at a code.
  let origin = ''
  const tell = (lines: string[]) => printLines(context, lines)
  const setupCode = openSetupCode((code) =>
    tell([`the setup code was guessed at; a new one: ${setupUrl({ code, origin, config })}`]),
  )
  const tellReady = async (needsSetup: boolean) => {
    const hint = { command: commandName(), origin, config }
    tell([
      `modelkeep listening on ${origin}`,
      ...(metrics ? [`metrics at ${metrics.address}`] : []),
      ...(needsSetup ? signInHint({ ...hint, setupCode: await setupCode.current() }) : []),
    ])
  }
  let gather: () => Promise<Snapshot[]> = async () => []
  await using ending = new AsyncDisposableStack()
  const metrics = await listenForScrapes(config, { gather: () => gather(), log })
  if (metrics) ending.defer(metrics.close)
  const count = config.workers ?? availableParallelism()
  if (count > 1) {
    process.exitCode = await supervise({
      program: fileURLToPath(new URL(`./serve-worker${import.meta.url.slice(-3)}`, import.meta.url)),
      count,
      config,
      folders,
      setupCode,
      log,
      signal,
      onReady(hub) {
        origin = hub.origin
        tellReady(hub.needsSetup)
      },
      onMetricsAvailable(gathering) {
        gather = gathering
      },
    })
    return
  }
  let isReady = false
  // Loaded when it is needed: the server and its libraries take longer to load than other commands to run.
  const { serveHub } = await import('./serve-hub.ts')
  await serveHub(config, {
    log,
    setupCode,
    signal,
    workerBus: singleProcess,
    attemptCounter: openAttemptCounter(),
    stderr: context.stderr,
    prepares: { folders },
    sharing: 'none',
    leading: Promise.resolve(),
    isReady: () => isReady,
    onListening(listening) {
      origin = listening
    },
    async onReady({ needsSetup }) {
      isReady = true
      await tellReady(needsSetup)
    },
    worker: 1,
    onMeasurable(measure) {
      gather = async () => [await measure()]
    },
  })
}
