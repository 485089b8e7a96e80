import { mkdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

/** Writes a file atomically unless it exists. Until it is complete, its temporary name hides it from scans. */
export async function writeNewFile(path: string, makeBytes: () => Promise<Buffer> | Buffer): Promise<void> {
  if (await exists(path)) return
  const directory = dirname(path)
  const unfinished = join(directory, `.${basename(path)}.${process.pid}.part`)
  const bytes = await makeBytes()
  await mkdir(directory, { recursive: true })
  try {
    await writeFile(unfinished, bytes)
    await rename(unfinished, path)
  } catch (error) {
    await rm(unfinished, { force: true })
    throw error
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false
    throw error
  }
}
