import { componentFolders } from './component-folders.ts'
import { isGenericName, parsePartName } from './part-names.ts'

/** Returns a folder name without case and separators. */
const folderKey = (folder: string): string => folder.toLowerCase().replace(/[-_ ]/g, '')

/** Folder names of pipeline components and cache layouts, which say nothing about the model. */
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
 * Returns an informative name for a model file, without extension: its own name without counter and variant, or if that is
 * generic, the name of the nearest informative folder (in a Hugging Face cache, of the repository). `folders` starts with
 * the nearest. Folders that name a model type (`namesType`), a component or a cache layout are not informative.
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
