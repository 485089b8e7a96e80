import { createHash } from 'node:crypto'
import { basename, join } from 'node:path'
import { sidecarSuffixes } from '../library/sidecars/sidecar-files.ts'
import { adapters } from './adapters.ts'
import { previewBytes } from './add-previews.ts'
import { checkpoints } from './checkpoints.ts'
import { miscModels } from './misc-models.ts'
import { modelBytes } from './model-bytes.ts'
import type { SampleModel, SampleParameters } from './sample-model.ts'
import { sidecarText } from './sidecar-texts.ts'
import { writeNewFile } from './write-new-file.ts'

/**
 * Creates a small library of sample models in `directory`: valid model files with random weights, sidecars of each kind,
 * and generated images. The bytes are the same each time. Existing files are not changed, so people can edit them, and a
 * second call completes an interrupted one.
 */
export async function createSampleLibrary(directory: string): Promise<void> {
  const modelFile = memoize((model: SampleModel) => {
    const { bytes, dataSha256 } = modelBytes(model.stem, model.tensors, model.metadata ?? (() => ({})))
    const sha256 = createHash('sha256').update(bytes).digest('hex').toUpperCase()
    return { bytes, sizeBytes: bytes.length, sha256, autoV3: dataSha256.slice(0, 12) }
  })
  const hashesOf = (stem: string) => {
    const model = sampleModels.find((candidate) => candidate.stem === stem)
    if (model === undefined) throw new Error(`No sample model is called ${stem}`)
    return modelFile(model)
  }
  for (const model of sampleModels) {
    const path = (suffix: string) => join(directory, model.stem + suffix)
    await writeNewFile(path('.safetensors'), () => modelFile(model).bytes)
    for (const { kind, suffix } of sidecarSuffixes) {
      if (!model.sidecars.includes(kind)) continue
      await writeNewFile(path(suffix), () => Buffer.from(sidecarText(kind, model, modelFile(model))))
    }
    const writing = model.previews.map(({ parameters, ...preview }) =>
      writeNewFile(path(preview.suffix), () =>
        previewBytes(preview, parameters && parametersText(parameters, hashesOf)),
      ),
    )
    await Promise.all(writing)
  }
}

export const sampleModels: readonly SampleModel[] = [...checkpoints, ...adapters, ...miscModels]

/** Returns a function that computes the value of each key once, on first use. */
function memoize<Key, Value>(compute: (key: Key) => Value): (key: Key) => Value {
  const known = new Map<Key, Value>()
  return (key) => {
    const value = known.get(key) ?? compute(key)
    known.set(key, value)
    return value
  }
}

/** Returns generation parameters in the text format of web UIs, with AutoV2 for checkpoints and AutoV3 for adapters. */
function parametersText(
  { prompt, checkpoint, lora, seed }: SampleParameters,
  hashesOf: (stem: string) => { sha256: string; autoV3: string },
): string {
  const settings = [
    'Steps: 28, Sampler: DPM++ 2M, Schedule type: Karras, CFG scale: 5.5',
    `Seed: ${seed}, Size: 512x704`,
    `Model hash: ${hashesOf(checkpoint).sha256.slice(0, 10).toLowerCase()}, Model: ${basename(checkpoint)}`,
    ...(lora === undefined ? [] : [`Lora hashes: "${basename(lora)}: ${hashesOf(lora).autoV3}"`]),
  ]
  return [prompt, 'Negative prompt: blurry, text, watermark', settings.join(', ')].join('\n')
}
