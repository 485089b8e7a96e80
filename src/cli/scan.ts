import { realpath } from 'node:fs/promises'
import type { Command } from 'commander'
import { commandLine } from '../audit/actor-context.ts'
import { printLines } from './context.ts'
import { type LibraryContext, onLibrary } from './library-context.ts'
import { followScan, openProgress } from './progress.ts'
import { progressLine } from './progress-line.ts'
import { reportJson, reportLines } from './scan-report.ts'
import { listenForStop } from './stop-signal.ts'

/** Registers `scan`. Standard output holds the report alone; progress goes to standard error. */
export function registerScanCommand(program: Command, context: LibraryContext): void {
  program
    .command('scan <folder...>')
    .description('index folders and end; they belong to the library from then on')
    .option('--json', 'print one JSON object', false)
    .action(async (paths: string[], { json }: { json: boolean }, command: Command) => {
      const stop = listenForStop()
      await onLibrary(context, async (library) => {
        await library.addFolders(paths, commandLine)
        const folders = [...new Set(await Promise.all(paths.map((path) => realpath(path))))]
        const scanning = library.scan({ folders, signal: stop.signal })
        const summary = await followScan(scanning, openProgress(context.stderr, progressLine))
        printLines(context, json ? [reportJson(folders, summary)] : reportLines(summary))
      })
      if (stop.signal.aborted) command.error('modelkeep: interrupted', { exitCode: stop.exitCode() })
    })
}
