import { paperBoat, sampleNote } from './checkpoints.ts'
import { modelSpecMetadata } from './metadata.ts'
import { bokeh, contours, ripples, upscaleComparison } from './previews/abstract.ts'
import { boat, ridges } from './previews/landscapes.ts'
import type { SampleModel } from './sample-model.ts'
import { embedding, sd15Controlnet, upscaler, vae } from './tensors.ts'

/** Models that are neither checkpoints nor adapters. */
export const miscModels: readonly SampleModel[] = [
  {
    stem: 'embeddings/soft_focus_helper',
    tensors: embedding,
    metadata: modelSpecMetadata({
      architecture: 'stable-diffusion-v1/textual-inversion',
      title: 'Soft Focus Helper',
      author: 'sample_lampwright',
      trigger_phrase: 'soft_focus_helper',
    }),
    sidecars: ['web-ui-json'],
    facts: {
      name: 'Soft Focus Helper',
      version: 'v1.0',
      type: 'TextualInversion',
      baseModel: 'SD 1.5',
      description: `<p>Four words for lights out of focus.</p>${sampleNote}`,
      creator: 'sample_lampwright',
      tags: [],
      trainedWords: ['soft_focus_helper'],
      publishedAt: '2025-10-10T10:10:00.000Z',
    },
    previews: [
      {
        suffix: '.preview.png',
        scene: bokeh(['#0d0a1f', '#3a1f4d', '#c4587a', '#ffc27a', '#fff1c9'], 8),
        parameters: { prompt: 'soft_focus_helper, evening street', checkpoint: paperBoat, seed: 1010 },
      },
      { suffix: '.preview.1.webp', scene: bokeh(['#03141c', '#0a3b4c', '#2a8fa0', '#9fe0c0', '#fdf6c4'], 27) },
    ],
  },
  {
    stem: 'vae/clearwater_vae',
    tensors: vae,
    sidecars: ['web-ui-json'],
    facts: {
      name: 'clearwater vae',
      version: 'v1.0',
      type: 'VAE',
      baseModel: 'SDXL 1.0',
      description: `<p>Clean colors, no milky shadows.</p>${sampleNote}`,
      creator: 'sample_tidepool',
      tags: [],
      trainedWords: [],
      publishedAt: '2025-09-01T09:00:00.000Z',
    },
    previews: [{ suffix: '.jpg', scene: ripples(['#04364a', '#0b7285', '#3bc9c4', '#e6fff7'], 9), square: true }],
  },
  {
    stem: 'controlnet/contour_control_sd15',
    tensors: sd15Controlnet,
    sidecars: ['swarm-json'],
    facts: {
      name: 'Contour Control',
      version: 'v1.0',
      type: 'Controlnet',
      baseModel: 'SD 1.5',
      description: 'Follows the lines of a map. Sample content: its weights are noise.',
      creator: 'sample_tidepool',
      tags: ['lines', 'map'],
      trainedWords: [],
      publishedAt: '2026-08-12T11:00:00.000Z',
      notes: 'Use thin lines of even width.',
    },
    previews: [
      { suffix: '.preview.png', scene: contours(['#23405a', '#6a8ba0', '#cddcd6', '#f6f1e3'], 10) },
      { suffix: '.preview.1.jpg', scene: contours(['#5a2323', '#a06a5a', '#e6cfb8', '#fbf4e6'], 37), square: true },
    ],
  },
  {
    stem: 'upscale_models/4x_crisp_fold',
    tensors: upscaler,
    sidecars: ['text'],
    facts: {
      name: '4x crisp fold',
      version: 'v1.0',
      type: 'Upscaler',
      baseModel: 'Other',
      description: '',
      creator: 'sample_tidepool',
      tags: [],
      trainedWords: [],
      publishedAt: '2025-08-15T16:00:00.000Z',
      notes: 'Sample content: it enlarges nothing.\nFour times the width and the height of paper edges.',
    },
    previews: [
      {
        suffix: '.preview.png',
        scene: upscaleComparison(boat(['#3a1220', '#8b2f4a', '#d97b72', '#ffd2a0', '#fff6e0'], 6)),
      },
      {
        suffix: '.preview.1.jpg',
        scene: upscaleComparison(ridges(['#10162e', '#2b3f7a', '#7a8fd0', '#f0c9d8', '#fff4ee'], 52)),
      },
    ],
  },
]
