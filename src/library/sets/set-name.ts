import { componentFolders } from './component-folders.ts'
import { isGenericName, parsePartName } from './part-names.ts'

/** Spelling of a folder name without letter case and separators. */
const folderKey = (folder: string): string => folder.toLowerCase().replace(/[-_ ]/g, '')

/** Folders that name a component of a pipeline, or how a cache is laid out. */
const layoutFolders = new Set([
  ...componentFolders.map(folderKey),
  'adapter',
  'refiner',
  'diffusers',
  'hub',
  'huggingface',
  'snapshots',
  'models',
  'pipelines',
  'llm',
  'llms',
  'weights',
  'transformers',
])

const cacheFolder = /^(?:models|datasets|spaces)--(?:.+--)?(.+)$/s

/**
 * The name that a model file goes by, without its extension: its own without counter and variant when that says something,
 * otherwise the one of the nearest folder that does. `folders` begins with the nearest. In a cache of Hugging Face that is the
 * repository. Folders that `namesType` names a type, and those of components, give no name.
 */
export function informativeStem(
  stem: string,
  folders: readonly string[],
  namesType: (folder: string) => boolean,
): string {
  const { base } = parsePartName(stem)
  if (!isGenericName(base)) return base
  const inCache = folders.findIndex((folder) => cacheFolder.test(folder))
  const repository = cacheFolder.exec(folders[inCache] ?? '')?.[1]
  if (repository !== undefined) return repository
  const named = folders.find((folder) => !layoutFolders.has(folderKey(folder)) && !namesType(folder))
  return named ?? base
}
