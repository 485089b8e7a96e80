import { resolve } from 'node:path'
import type { Command } from 'commander'
import { commandLine } from '../audit/actor-context.ts'
import { printLines } from './context.ts'
import { type LibraryContext, onLibrary } from './library-context.ts'

/** Registers `folder list | remove`. Folders are added by `scan` and `serve`. */
export function registerFolderCommands(program: Command, context: LibraryContext): void {
  const folder = program.command('folder').description('folders of the library, which scan and serve add')

  folder
    .command('list')
    .description('a line for each folder')
    .action(() => onLibrary(context, async (library) => printLines(context, await library.folders())))

  folder
    .command('remove <path>')
    .description('take a folder out of the library; nothing in the folder itself is touched')
    .action(async (path: string, _options: object, command: Command) => {
      const folder = resolve(path)
      const wasKnown = await onLibrary(context, (library) => library.removeFolder(folder, commandLine))
      if (!wasKnown) command.error(`error: ${folder} is no folder of the library`, { exitCode: 1 })
      printLines(context, [`removed ${folder}`])
    })
}
