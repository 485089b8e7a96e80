import { type Command, CommanderError } from 'commander'
import type { ScanListener } from '../token-scan/scan-listener.ts'
import { type CliContext, printLines } from './context.ts'
import { openProgress } from './progress.ts'
import { findingJson, findingLine, problemLine, searchLine, searchSummary } from './token-scan-report.ts'

/**
 * Registers `token scan`. Standard output holds a line for each finding and nothing else. Ends as grep does, the other way
 * round: 0 when there is no token, 1 when there is one, 2 when there is none in what could be looked at, and some could not.
 */
export function registerTokenScanCommand(token: Command, context: ScanContext): void {
  token
    .command('scan <path...>')
    .description('find tokens that leaked into files, archives and histories of git; - is standard input')
    .option('--json', 'one JSON object a line', false)
    .option('--quiet', 'findings and problems alone: no progress, no summary', false)
    .option('--no-history', 'not the histories of the git repositories that the paths are or hold')
    .exitOverride((error) => {
      // A command line that cannot be understood is trouble, and no token.
      throw error.exitCode === 0 ? error : new CommanderError(trouble, error.code, error.message)
    })
    .action((paths: string[], options: ScanOptions) => scan(context, paths, options))
}

type ScanContext = Pick<CliContext, 'stdin' | 'stdout' | 'stderr' | 'environment'>

interface ScanOptions {
  json: boolean
  quiet: boolean
  history: boolean
}

const trouble = 2

async function scan(context: ScanContext, paths: string[], options: ScanOptions): Promise<void> {
  const { stdin, stdout, stderr, environment } = context
  const { json, quiet, history } = options
  // Loaded when it is asked for: no other command reads archives.
  const { scanForTokens } = await import('../token-scan/scan-for-tokens.ts')
  // `| head` and `| grep -q` close the pipe early: the exit code still counts.
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
  })
  const progress = openProgress(stderr, searchLine)
  const counts = { findings: 0, problems: 0, bytes: 0 }
  const listener: ScanListener = {
    onFinding(finding) {
      counts.findings++
      progress.clear()
      printLines({ stdout }, [json ? findingJson(finding) : findingLine(finding)])
    },
    onProblem(path, reason) {
      counts.problems++
      progress.clear()
      printLines({ stdout: stderr }, [problemLine(path, reason)])
    },
    onRead(path, bytes) {
      counts.bytes += bytes
      if (!quiet) progress.show({ path, bytes: counts.bytes })
    },
  }
  try {
    const totals = await scanForTokens(paths, listener, { stdin, environment, withHistory: history })
    progress.clear()
    if (!quiet) printLines({ stdout: stderr }, [searchSummary({ ...totals, ...counts })])
  } finally {
    progress.clear()
  }
  if (counts.findings > 0) throw new CommanderError(1, 'modelkeep.tokensFound', 'tokens were found')
  if (counts.problems > 0) throw new CommanderError(trouble, 'modelkeep.trouble', 'not everything could be searched')
}
