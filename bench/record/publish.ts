import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { project } from '../processes.ts'
import { drawing } from './drawing.ts'
import { between } from './markers.ts'
import { recordTable } from './record-table.ts'
import { latestOf, readRuns } from './runs.ts'

const page = join(project, 'docs/performance.md')
const picture = join(project, 'docs/images/performance.svg')

/** The page and the picture as the results in `bench/results` would have them. */
export async function published(): Promise<{ path: string; text: string }[]> {
  const known = latestOf(await readRuns())
  const text = between(await readFile(page, 'utf8'), 'record', recordTable(known))
  return [
    { path: page, text },
    { path: picture, text: drawing(known) },
  ]
}

/** Writes both. */
export async function publish(): Promise<void> {
  for (const { path, text } of await published()) await writeFile(path, text)
}
