import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs, promisify } from 'node:util'
import { brotliCompress, gzip, constants as zlib } from 'node:zlib'
import { build } from 'vite'

/*
 * Builds the web app into `dist/web` where it is missing or older than what it is made of; with `--again` in any case.
 * Every file that gains by it has a compressed copy beside it, made once instead of at each request.
 */

const root = fileURLToPath(new URL('..', import.meta.url))
const output = join(root, 'dist/web')
const sources = ['web', 'docs', 'package-lock.json']

const { again } = parseArgs({ options: { again: { type: 'boolean', default: false } } }).values
if (again || (await isOld())) {
  console.error('building the web app, once')
  await build({ configFile: join(root, 'web/vite.config.ts'), logLevel: again ? 'info' : 'warn' })
  await compressFiles()
}

async function isOld(): Promise<boolean> {
  const built = await changedAt(join(output, 'index.html'))
  const changed = await Promise.all(sources.map((path) => newestIn(join(root, path))))
  return Math.max(...changed) > built
}

/** When the newest file at or below `path` was changed (Unix ms). */
async function newestIn(path: string): Promise<number> {
  const found = await stat(path)
  if (!found.isDirectory()) return found.mtimeMs
  const below = await readdir(path, { recursive: true })
  return Math.max(found.mtimeMs, ...(await Promise.all(below.map((name) => changedAt(join(path, name))))))
}

async function changedAt(path: string): Promise<number> {
  try {
    return (await stat(path)).mtimeMs
  } catch {
    return 0
  }
}

async function compressFiles(): Promise<void> {
  const brotli = promisify(brotliCompress)
  const gunzippable = promisify(gzip)
  for (const name of await readdir(output, { recursive: true })) {
    if (!/\.(?:js|css|svg|json)$/.test(name)) continue
    const path = join(output, name)
    const bytes = await readFile(path)
    if (bytes.length < 1024) continue
    await writeFile(`${path}.br`, await brotli(bytes, { params: { [zlib.BROTLI_PARAM_SIZE_HINT]: bytes.length } }))
    await writeFile(`${path}.gz`, await gunzippable(bytes, { level: 9 }))
  }
}
