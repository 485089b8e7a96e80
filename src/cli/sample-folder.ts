import { realpath } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Logger } from 'pino'
import { hubItself } from '../audit/actor-context.ts'
import type { Hub } from '../hub/open-hub.ts'
import { createSampleLibrary } from '../sample-library/create-sample-library.ts'

/**
 * Gives a hub without any folder a sample library to serve. It leaves as soon as folders are `given`, so that nobody's
 * own models stand among samples.
 */
export async function ensureSampleLibrary(
  { library, directory, log }: Pick<Hub, 'library' | 'directory'> & { log: Pick<Logger, 'info'> },
  given: readonly string[],
): Promise<void> {
  const sample = join(directory, 'sample')
  if (given.length > 0) {
    const isNamed = (await Promise.all(given.map(realPath))).includes(await realPath(sample))
    if (!isNamed) await library.removeFolder(sample, hubItself)
  } else if ((await library.folders()).length === 0) {
    log.info({ folder: sample }, 'making a sample library, since there is no folder')
    await createSampleLibrary(sample)
    await library.addFolders([sample], hubItself)
  }
}

const realPath = (path: string) => realpath(path).catch(() => resolve(path))
