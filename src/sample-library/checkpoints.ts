import { glass } from './previews/abstract.ts'
import { boat, city, lanterns, ridges } from './previews/landscapes.ts'
import type { SampleFacts, SampleModel } from './sample-model.ts'
import { fluxModel, sd15Checkpoint, sdxlCheckpoint } from './tensors.ts'

export const sampleNote = '<p><em>Sample content: its weights are noise, and nobody trained them.</em></p>'

export const lanternfall = 'checkpoints/SDXL/lanternfallXL_v20'
const lanternfallOld = 'checkpoints/SDXL/lanternfallXL_v10'
export const paperBoat = 'checkpoints/SD 1.5/paperBoat_v1.2'
const glasshouse = 'diffusion_models/glasshouse_flux_fp8'

const night = ['#070b22', '#1c2258', '#5b3a7c', '#d7745f'] as const
const dawn = ['#0d0f2b', '#3b2463', '#b8476b', '#f59a5b', '#ffe3b0'] as const
const sea = ['#12304a', '#1f6f8b', '#5fb3b3', '#f6cf9c', '#fff3d6'] as const
const evening = ['#1b1430', '#5b2f63', '#c96a6b', '#ffb37a', '#fff0cf'] as const
const garden = ['#06281f', '#0f6b52', '#5aa469', '#e9c46a', '#fff6d6'] as const

const lanternfallFacts = {
  name: 'Lanternfall XL',
  type: 'Checkpoint',
  baseModel: 'SDXL 1.0',
  description: `<p>Quiet nights, warm lights, wide skies. Made for landscapes with a single source of light.</p>${sampleNote}`,
  creator: 'sample_lampwright',
  tags: ['base model', 'landscape', 'night', 'illustration'],
  trainedWords: [],
  commercialUse: ['Image', 'RentCivit'],
} as const satisfies Partial<SampleFacts>

/** Two versions of one model, a model with one version, and a diffusion model without its encoders. */
export const checkpoints: readonly SampleModel[] = [
  {
    stem: lanternfall,
    tensors: sdxlCheckpoint,
    metadata: () => ({ sample: 'v2.0' }),
    sidecars: ['civitai-info'],
    facts: {
      ...lanternfallFacts,
      ids: { model: 900_001, version: 900_102 },
      version: 'v2.0',
      versionDescription: '<p>Deeper blacks, and reflections that follow the light.</p>',
      publishedAt: '2026-06-18T09:30:00.000Z',
    },
    previews: [
      {
        suffix: '.preview.png',
        scene: lanterns(night, 2),
        parameters: { prompt: 'paper lanterns over a lake, night, stars', checkpoint: lanternfall, seed: 20_260_618 },
      },
      {
        suffix: '.preview.1.jpg',
        scene: ridges(dawn, 3),
        parameters: { prompt: 'mountains at dawn, low sun, haze', checkpoint: lanternfall, seed: 71 },
      },
      { suffix: '.preview.2.webp', scene: lanterns(['#04141c', '#0b3a4a', '#2f7f7a', '#f2b66d'], 5) },
      { suffix: '.preview.3.webp', scene: ridges(['#101b2e', '#23456b', '#6d8fb3', '#c8d6e5', '#fdfbf5'], 21) },
    ],
  },
  {
    stem: lanternfallOld,
    tensors: sdxlCheckpoint,
    metadata: () => ({ sample: 'v1.0' }),
    sidecars: ['civitai-info'],
    facts: {
      ...lanternfallFacts,
      ids: { model: 900_001, version: 900_101 },
      version: 'v1.0',
      versionDescription: '<p>The first one.</p>',
      publishedAt: '2026-02-07T18:00:00.000Z',
    },
    previews: [
      {
        suffix: '.preview.jpg',
        scene: lanterns(['#12061f', '#3a1147', '#8a2f5f', '#f08a4b'], 9),
        parameters: { prompt: 'lanterns above the harbor, dusk', checkpoint: lanternfallOld, seed: 1207 },
      },
      { suffix: '.preview.1.jpg', scene: ridges(evening, 14) },
    ],
  },
  {
    stem: paperBoat,
    tensors: sd15Checkpoint,
    sidecars: ['metadata-json'],
    facts: {
      name: 'Paper Boat',
      version: 'v1.2',
      type: 'Checkpoint',
      baseModel: 'SD 1.5',
      description: `<p>Folded paper, calm water, and the colors of old picture books.</p>${sampleNote}`,
      creator: 'sample_tidepool',
      tags: ['base model', 'storybook', 'sea'],
      trainedWords: ['paper boat style'],
      publishedAt: '2025-11-02T12:00:00.000Z',
      notes: 'Likes short prompts.',
    },
    previews: [
      {
        suffix: '.preview.png',
        scene: boat(sea, 1),
        parameters: { prompt: 'paper boat style, a small boat on the sea', checkpoint: paperBoat, seed: 5 },
      },
      { suffix: '.preview.1.webp', scene: boat(['#151038', '#3a2a78', '#7d5fb0', '#ef9fb0', '#ffe9d6'], 4) },
    ],
  },
  {
    stem: glasshouse,
    tensors: fluxModel,
    sidecars: ['cm-info'],
    facts: {
      ids: { model: 900_003, version: 900_301 },
      name: 'Glasshouse',
      version: 'fp8',
      type: 'Checkpoint',
      baseModel: 'Flux.1 D',
      description: `<p>Light through glass and leaves. Needs text encoders and a VAE of its own.</p>${sampleNote}`,
      creator: 'sample_lampwright',
      tags: ['base model', 'light', 'plants'],
      trainedWords: [],
      publishedAt: '2026-04-21T07:45:00.000Z',
    },
    previews: [
      {
        suffix: '.png',
        scene: glass(garden, 12),
        parameters: { prompt: 'a glasshouse at noon', checkpoint: glasshouse, seed: 33 },
      },
      { suffix: '.preview.1.jpg', scene: city(['#071a1c', '#0f4c4a', '#2f9c7c', '#c6e377', '#fff7c2'], 17) },
    ],
  },
]
