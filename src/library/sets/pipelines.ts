import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { basename, dirname } from 'node:path/posix'
import type { ModelFileType } from '../../catalog/enums.ts'
import type { LibraryProblem } from '../entries/entry-facts.ts'
import { foreignContent, headBytes } from '../headers/foreign-content.ts'
import { parseLenientJson, UnreadableJson } from '../headers/lenient-json.ts'
import { decodeSidecar, UnreadableSidecar } from '../sidecars/sidecar-encoding.ts'
import { describe, type FoundFile } from '../watch/walk.ts'
import { componentFolders } from './component-folders.ts'

/** Name of the index file of a diffusers pipeline. A folder with it is a pipeline. */
export const pipelineIndex = 'model_index.json'

const maxIndexBytes = 1024 * 1024

/** The component folders of a pipeline. */
export interface PipelineComponents {
  directories: string[]
  /** Why the index could not be used. */
  problem?: LibraryProblem
}

/**
 * Returns the directories among `directories` that are components of a pipeline: those that `index` names as
 * `"unet": [library, class]`, or the usual ones if it names none or cannot be read. Paths are relative to the library
 * folder `root`.
 */
export async function findPipelineComponents(
  root: string,
  index: FoundFile,
  directories: readonly string[],
): Promise<PipelineComponents> {
  const isIn = (components: ReadonlySet<string>) => directories.filter((path) => components.has(basename(path)))
  try {
    return { directories: isIn(await readComponents(join(root, index.path), index.sizeBytes)) }
  } catch (error) {
    const reason = `${reasonOf(error)}; the usual folders of components are read instead`
    return { directories: isIn(new Set(componentFolders)), problem: { path: index.path, reason } }
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof UnreadableSidecar) return `it ${error.message}`
  if (!(error instanceof UnreadableJson)) return describe(error)
  return error.exceeded === undefined ? 'it is not valid JSON' : `it ${error.exceeded}`
}

/** @throws UnreadableSidecar, UnreadableJson, a system error, or an error whose message continues the file's name */
async function readComponents(path: string, sizeBytes: number): Promise<Set<string>> {
  if (sizeBytes > maxIndexBytes) throw new Error('it is larger than 1 MiB')
  const bytes = await readFile(path)
  const foreign = foreignContent(bytes.subarray(0, headBytes), { isConfig: true })
  if (foreign !== undefined) throw new Error(`it is ${foreign.replace(/ that says ".*"$/s, '')}`)
  const index = parseLenientJson(decodeSidecar(bytes))
  if (typeof index !== 'object' || index === null || Array.isArray(index)) throw new Error('it is not a JSON object')
  const components = Object.entries(index).flatMap(([name, value]) => (Array.isArray(value) ? [name] : []))
  if (components.length === 0) throw new Error('it names no components')
  return new Set(components)
}

/** Returns the type of a file in a component folder. */
export function componentFileType(path: string): ModelFileType {
  const component = basename(dirname(path)).toLowerCase()
  if (component.startsWith('unet')) return 'UNet'
  if (/^(transformer|prior|decoder)/.test(component)) return 'Diffusion Model'
  if (/^(vae|vqvae|vqgan|movq|audio_vae)/.test(component)) return 'VAE'
  if (component.startsWith('text_encoder')) return 'Text Encoder'
  if (/^(image_encoder|vision)/.test(component)) return 'Vision Encoder'
  return component.startsWith('controlnet') ? 'ControlNet' : 'Other'
}

/** Returns the rank of a pipeline's file; the lowest identifies the pipeline: the denoiser first, full weights before variants. */
export function componentRank(path: string): number {
  const type = componentFileType(path)
  const isVariant = /\.(?:fp16|bf16|fp8|int8|non_ema|ema)\b/i.test(basename(path))
  return (type === 'UNet' || type === 'Diffusion Model' ? 0 : 10) + (isVariant ? 1 : 0)
}
