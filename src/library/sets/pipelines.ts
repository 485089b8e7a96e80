import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { basename, dirname } from 'node:path/posix'
import type { ModelFileType } from '../../catalog/enums.ts'
import { parseLenientJson } from '../lenient-json.ts'
import type { FoundFile } from '../walk.ts'
import { componentFolders } from './component-folders.ts'

/** The file that makes a folder a pipeline of diffusers. */
export const pipelineIndex = 'model_index.json'

const maxIndexBytes = 1024 * 1024

/**
 * Returns those of the folders in a pipeline that hold its components: the ones that the `index` names as
 * `"unet": [library, class]`, or the usual ones if it cannot be read. Paths are relative to the library folder `root`.
 */
export async function pipelineComponents(
  root: string,
  index: FoundFile,
  directories: readonly string[],
): Promise<string[]> {
  const named = index.sizeBytes <= maxIndexBytes ? await readComponents(join(root, index.path)) : undefined
  const components = named ?? new Set(componentFolders)
  return directories.filter((path) => components.has(basename(path)))
}

async function readComponents(path: string): Promise<Set<string> | undefined> {
  try {
    const index = parseLenientJson(await readFile(path, 'utf8'))
    if (typeof index !== 'object' || index === null) return undefined
    return new Set(Object.entries(index).flatMap(([name, value]) => (Array.isArray(value) ? [name] : [])))
  } catch {
    return undefined // the folder is a pipeline all the same
  }
}

/** The type of a file that lies in a component's folder. */
export function componentFileType(path: string): ModelFileType {
  const component = basename(dirname(path)).toLowerCase()
  if (component.startsWith('unet')) return 'UNet'
  if (/^(transformer|prior|decoder)/.test(component)) return 'Diffusion Model'
  if (/^(vae|vqvae|vqgan|movq|audio_vae)/.test(component)) return 'VAE'
  if (component.startsWith('text_encoder')) return 'Text Encoder'
  if (/^(image_encoder|vision)/.test(component)) return 'Vision Encoder'
  return component.startsWith('controlnet') ? 'ControlNet' : 'Other'
}

/** The order in which a pipeline's files say what it is: the denoiser first, full weights before variants. */
export function componentRank(path: string): number {
  const type = componentFileType(path)
  const isVariant = /\.(?:fp16|bf16|fp8|int8|non_ema|ema)\b/i.test(basename(path))
  return (type === 'UNet' || type === 'Diffusion Model' ? 0 : 10) + (isVariant ? 1 : 0)
}
