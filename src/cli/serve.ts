import { once } from 'node:events'
import { setTimeout } from 'node:timers/promises'
import type { Command } from 'commander'
import { commandLine } from '../audit/asker.ts'
import { type Config, commandName } from '../config.ts'
import { printLines } from './context.ts'
import type { LibraryContext } from './library-context.ts'
import { listen } from './listen.ts'
import { followNews, openProgress } from './progress.ts'
import { progressLine } from './progress-line.ts'
import { reportLines } from './scan-report.ts'
import { setupAddress, signInHint } from './sign-in-hint.ts'
import { listenForStop } from './stop-signal.ts'

interface ServeContext extends LibraryContext {
  config: () => Config
}

/** So long the first scan may keep the hub from being ready: small folders are whole in the first answer. */
const longestWaitMilliseconds = 10_000

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
  // Loaded when it is asked for: the server and its libraries take longer to load than other commands to run.
  const [{ openHub }, { settleSample }] = await Promise.all([import('../hub.ts'), import('./sample-folder.ts')])
  await using ending = new AsyncDisposableStack()
  let isReady = false
  // Its own address, which is known once it listens; before that nobody can guess at a code.
  let origin = ''
  const tell = (lines: string[]) => printLines(context, lines)
  const hub = await openHub(config, {
    isReady: () => isReady,
    onNewSetupCode: (code) =>
      tell([`the setup code was guessed at; a new one: ${setupAddress({ code, origin, config })}`]),
  })
  ending.defer(hub.close)
  await hub.library.addFolders(folders, commandLine)
  origin = await listen(hub.server, config)
  await settleSample(hub, folders)

  const progress = openProgress(context.stderr, progressLine)
  const news = hub.following.news()
  const drawn = followNews(news, progress)
  signal.addEventListener('abort', hub.following.close, { once: true })
  const reported = hub.following.start().then(async (summary) => {
    await news.return()
    await drawn
    if (summary?.complete) printLines({ ...context, stdout: context.stderr }, reportLines(summary))
  })
  await Promise.race([reported, setTimeout(longestWaitMilliseconds, undefined, { ref: false })])
  if (!signal.aborted) {
    isReady = true
    const setupCode = await hub.setup.code()
    progress.clear()
    tell([
      `modelkeep listening on ${origin}`,
      ...(setupCode === undefined ? [] : signInHint({ command: commandName(), origin, config, setupCode })),
    ])
  }
  await reported
  if (!signal.aborted) await once(signal, 'abort')
}
