import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { basename, dirname } from 'node:path/posix'
import type { ModelFileType } from '../../catalog/enums.ts'
import { type FoundFile, pathIn } from '../walk.ts'

/** The file that makes a folder a pipeline of diffusers. */
export const pipelineIndex = 'model_index.json'

const maxIndexBytes = 1024 * 1024

/** Components where the index cannot be read. */
const commonComponents = new Set([
  ...['unet', 'transformer', 'transformer_2', 'vae', 'vqvae', 'text_encoder', 'text_encoder_2', 'text_encoder_3'],
  ...['image_encoder', 'safety_checker', 'prior', 'decoder', 'controlnet', 'motion_adapter', 'movq'],
])

/**
 * The folders in a pipeline that hold its components: those that `model_index.json` names as `"unet": [library, class]`. Empty
 * for a folder that is no pipeline. Paths are relative to the library folder `root`.
 */
export async function pipelineComponents(
  root: string,
  directory: string,
  { files, directories }: { files: readonly FoundFile[]; directories: readonly string[] },
): Promise<string[]> {
  const index = files.find(({ path }) => path === pathIn(directory, pipelineIndex))
  if (!index) return []
  const named = index.sizeBytes <= maxIndexBytes ? await readComponents(join(root, index.path)) : undefined
  const isComponent = named ? (name: string) => named.has(name) : (name: string) => commonComponents.has(name)
  return directories.filter((path) => isComponent(basename(path)))
}

async function readComponents(path: string): Promise<Set<string> | undefined> {
  try {
    const index: unknown = JSON.parse(await readFile(path, 'utf8'))
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
