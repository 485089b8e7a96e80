import { isGenericName, readPartName } from './part-names.ts'

/** Folders that name a component of a pipeline, or how a cache is laid out; in lower case, without separators. */
const layoutFolders = new Set([
  ...[
    'unet',
    'transformer',
    'transformer2',
    'vae',
    'vqvae',
    'textencoder',
    'textencoder2',
    'textencoder3',
    'imageencoder',
  ],
  ...['safetychecker', 'prior', 'decoder', 'controlnet', 'motionadapter', 'movq', 'vocoder', 'adapter', 'refiner'],
  ...['diffusers', 'hub', 'huggingface', 'snapshots', 'models', 'pipelines', 'llm', 'llms', 'weights', 'transformers'],
])

const cacheFolder = /^(?:models|datasets|spaces)--(?:.+--)?(.+)$/

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
  const { base } = readPartName(stem)
  if (!isGenericName(base)) return base
  const inCache = folders.findIndex((folder) => cacheFolder.test(folder))
  const repository = cacheFolder.exec(folders[inCache] ?? '')?.[1]
  if (repository !== undefined) return repository
  const named = folders.find(
    (folder) => !layoutFolders.has(folder.toLowerCase().replace(/[-_ ]/g, '')) && !namesType(folder),
  )
  return named ?? base
}
