import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fillCatalog } from './catalog/fill.ts'
import { openSqliteSink } from './catalog/sqlite-sink.ts'
import { type BenchServer, program, runCommand, startServer } from './processes.ts'

/** A data directory with an owner, and nothing else to serve. */
export interface HubHome {
  data: string
  /** An empty folder: without a folder that it knows, a hub makes a sample library. */
  library: string
  /** Of an owner. */
  token: string
}

/** Makes one in `directory`, with a generated catalog of so many models. */
export async function makeHome(directory: string, modelCount = 0): Promise<HubHome> {
  const [data, library] = [join(directory, 'data'), join(directory, 'library')]
  for (const folder of [data, library]) await mkdir(folder, { recursive: true })
  if (modelCount > 0) {
    const plan = { models: modelCount, seed: 42, until: Date.now() }
    await fillCatalog(plan, await openSqliteSink(join(data, 'modelkeep.db')))
  }
  const account = ['--email', 'bench@example.org', '--admin', '--data', data]
  await runCommand(['user', 'add', 'bench', ...account], 'a long enough password\n')
  const token = await runCommand(['token', 'create', '--user', 'bench', '--name', 'bench', '--data', data])
  return { data, library, token }
}

/** Serves it as its owner would, on any port. */
export const serveHome = (
  { data, library }: HubHome,
  args: string[] = [],
  options: Parameters<typeof startServer>[2] = {},
): Promise<BenchServer> => startServer(program, ['serve', library, '--data', data, '--port', '0', ...args], options)

/** Makes a home in `directory` and serves it. */
export async function startHub(directory: string, modelCount = 0): Promise<HubHome & { hub: BenchServer }> {
  const home = await makeHome(directory, modelCount)
  return { ...home, hub: await serveHome(home) }
}
