import sharp from 'sharp'
import { withText } from '../../src/sample-library/png.ts'
import { putEntry } from '../conformance/library.ts'
import { safetensors } from '../conformance/model-file.ts'
import { harmfulHtml } from './harmful-html.ts'
import { withMetadata } from './model-metadata.ts'

/** A model for each kind of harm, which has its vectors wherever somebody else's text comes in. */
export const harmfulModels = Object.entries(harmfulHtml).map(([kind, all], index) => ({
  kind,
  modelId: 850_100 + index,
  versionId: 860_100 + index,
  // Spaces around are no part of a text, zeroes no part of a sidecar that is one.
  vectors: all.map((vector) => vector.replaceAll('\0', '').trim().slice(0, 400)),
}))

export async function fillHarmful(folder: string): Promise<void> {
  for (const { kind, modelId, versionId, vectors } of harmfulModels) {
    const inOne = vectors.join(' ')
    await putEntry(folder, {
      stem: `harmful/${modelId}`,
      bytes: withMetadata(safetensors(kind, 300), {
        ss_output_name: inOne,
        ss_training_comment: inOne,
        ss_tag_frequency: JSON.stringify({ [inOne]: Object.fromEntries(vectors.map((vector) => [vector, 5])) }),
        ...Object.fromEntries(vectors.map((vector) => [vector, vector])),
      }),
      site: {
        modelId,
        versionId,
        type: 'LORA',
        baseModel: 'SD 1.5',
        model: inOne,
        version: inOne,
        creator: `${vectors[0]} of ${kind}`,
        tags: vectors,
        words: vectors,
        description: ['<p>plain words</p>', ...Object.values(harmfulHtml[kind] ?? [])].join('\n'),
      },
      pictures: [
        {
          suffix: '.preview.png',
          level: 1,
          width: 64,
          height: 64,
          bytes: async () => withText(await blank.png().toBuffer(), 'parameters', parametersOf(inOne)),
        },
      ],
    })
  }
}

const blank = sharp({ create: { width: 64, height: 64, channels: 3, background: '#347' } })

const parametersOf = (text: string) =>
  [
    text.replaceAll('\n', ' '),
    `Negative prompt: ${text.replaceAll('\n', ' ')}`,
    'Steps: 20, Sampler: Euler, CFG scale: 7, Seed: 1, Size: 64x64, Model: <img src=x onerror=ran=1>',
  ].join('\n')
