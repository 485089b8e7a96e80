import { Command } from 'commander'
import { type Config, readConfig } from '../config/config.ts'
import { version } from '../version.ts'
import { registerAuditCommand } from './audit.ts'
import type { CliContext } from './context.ts'
import { registerEdgeCommand } from './edge.ts'
import { registerFolderCommands } from './folder.ts'
import type { LibraryContext } from './library-context.ts'
import { registerModelCommands } from './model.ts'
import { addCommonOptions } from './options.ts'
import { reportError } from './report-error.ts'
import { registerScanCommand } from './scan.ts'
import { registerServeCommand } from './serve.ts'
import { registerTokenCommands } from './token.ts'
import { registerUserCommands } from './user.ts'

const program = new Command('modelkeep')
  .description('A self-hosted hub for AI models that speaks the Civitai site API')
  .version(version)
  .exitOverride()
  .configureHelp({ showGlobalOptions: false })

/** Read when the command asks for it, first thing: `token scan` needs none, and works where there is a bad one. */
let config: Config | undefined
let flags: Record<string, unknown> = {}
const readConfigOnce = (): Config => {
  config ??= readConfig({ flags })
  return config
}
program.hook('preAction', (_program, command) => {
  flags = command.opts()
})

// The hub and its database are loaded when a command asks for them.
const context: CliContext = {
  openHubDatabase: async () => {
    const { longestTokenLife, ...config } = readConfigOnce()
    const { openDataDirectory } = await import('../hub/data-directory.ts')
    return { ...(await openDataDirectory(config)), longestTokenLife }
  },
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  environment: process.env,
}
const libraryContext: LibraryContext = {
  ...context,
  async openHubLibrary() {
    const config = readConfigOnce()
    const { openHubLibrary } = await import('../hub/open-hub.ts')
    return openHubLibrary(config)
  },
  stderr: process.stderr,
}
registerServeCommand(program, { ...libraryContext, config: readConfigOnce })
registerEdgeCommand(program, { ...context, config: readConfigOnce })
registerScanCommand(program, libraryContext)
registerFolderCommands(program, libraryContext)
registerUserCommands(program, context)
registerTokenCommands(program, context)
registerModelCommands(program, context)
registerAuditCommand(program, context)
addCommonOptions(program)

try {
  await program.parseAsync()
} catch (error) {
  process.exitCode = reportError(error)
}
