import { lanternfall, paperBoat, sampleNote } from './checkpoints.ts'
import { kohyaMetadata, modelSpecMetadata } from './metadata.ts'
import { clayFigure, glass, silk } from './previews/abstract.ts'
import { city, ridges } from './previews/landscapes.ts'
import type { SampleModel } from './sample-model.ts'
import { convolutionLora, decomposedLora, fluxLora, unetLora } from './tensors.ts'

const ink = 'loras/SDXL/ink_and_mist-000012'
const clay = 'loras/SD15/tiny_clay_friends'
const glassLocon = 'LyCORIS/stained_window'
const velvet = 'loras/SDXL/velvet_dusk_dora'
const meadow = 'loras/Pony/meadow_light'

const inkColors = ['#16181c', '#4a4f57', '#9aa0a3', '#d9d6cc', '#f7f2e6'] as const
const neon = ['#08051a', '#2a1055', '#7a1f8f', '#ff3f9d', '#5ff4ff'] as const
const clayColors = ['#5a2f2a', '#9c5a45', '#d98c5f', '#f3c493', '#fdeedd'] as const
const window = ['#10245c', '#14747a', '#b3262e', '#e58a1f', '#ffe07a'] as const
const wine = ['#1c0516', '#5a0f35', '#a8264f', '#f0a08a'] as const
const grass = ['#0b2b26', '#1f6650', '#7dbb6d', '#f2e08a', '#fff9dc'] as const

/** As many tags as the captions of a real training run have, most of them rare. */
const inkTags = {
  inkmist: 48,
  'ink wash': 48,
  'no humans': 45,
  monochrome: 43,
  mountains: 41,
  mist: 37,
  scenery: 36,
  'negative space': 31,
  'pine tree': 24,
  outdoors: 22,
  cliff: 19,
  river: 17,
  brushstrokes: 15,
  'paper texture': 14,
  waterfall: 12,
  bamboo: 11,
  moon: 10,
  bridge: 9,
  'small boat': 9,
  cloud: 8,
  reflection: 8,
  rain: 7,
  crane: 6,
  snow: 6,
  village: 5,
  pagoda: 5,
  path: 4,
  'flying birds': 4,
  reeds: 3,
  night: 3,
  lantern: 2,
  fisherman: 1,
}

/** LoRAs of each kind. Each states its facts in another way: header metadata or a different kind of sidecar. */
export const adapters: readonly SampleModel[] = [
  {
    stem: ink,
    tensors: unetLora(2048, 8),
    metadata: kohyaMetadata({
      output: 'ink_and_mist',
      baseVersion: 'sdxl_base_v1-0',
      trainedOn: 'sd_xl_base_1.0',
      resolution: 1024,
      rank: 8,
      epochs: 12,
      repeats: 10,
      startedAt: '2026-03-13T20:15:00.000Z',
      tags: inkTags,
    }),
    sidecars: ['metadata-json'],
    facts: {
      ids: { model: 900_004, version: 900_401 },
      name: 'Ink and Mist',
      version: 'epoch 12',
      type: 'LORA',
      baseModel: 'SDXL 1.0',
      description: `<p>Brush, water and a lot of empty paper. Strength 0.6 to 0.9.</p>${sampleNote}`,
      creator: 'sample_inkroom',
      tags: ['style', 'ink', 'landscape'],
      trainedWords: ['ink wash', 'inkmist'],
      publishedAt: '2026-03-14T15:09:00.000Z',
      commercialUse: ['Image'],
      credit: 'required',
      notes: 'Goes well with a low CFG scale.',
    },
    previews: [
      {
        suffix: '.preview.png',
        scene: ridges(inkColors, 8),
        parameters: {
          prompt: 'inkmist, ink wash, mountains in mist <lora:ink_and_mist-000012:0.8>',
          checkpoint: lanternfall,
          lora: ink,
          seed: 88,
        },
      },
      {
        suffix: '.preview.1.jpg',
        scene: ridges(['#1a1410', '#5b4636', '#a88f72', '#dfd0b4', '#fbf3df'], 30),
        parameters: { prompt: 'inkmist, sepia hills', checkpoint: lanternfall, lora: ink, seed: 89 },
      },
      { suffix: '.preview.2.jpg', scene: ridges(['#1b1020', '#3d4158', '#8a8fa5', '#d8c9c4', '#fff1ea'], 44) },
    ],
  },
  {
    stem: 'loras/Flux/neon_rain',
    tensors: fluxLora,
    metadata: modelSpecMetadata(
      {
        architecture: 'flux-1-dev/lora',
        title: 'Neon Rain',
        author: 'sample_inkroom',
        description: 'Wet streets after midnight. Sample content: its weights are noise.',
        date: '2026-05-05T22:10:00Z',
        resolution: '1024x1024',
        trigger_phrase: 'neon rain',
        tags: 'style, city, night',
        license: 'Sample license',
        usage_hint: 'Name a color of light in the prompt.',
      },
      city(neon, 4),
    ),
    sidecars: [],
    facts: {
      name: 'Neon Rain',
      version: 'v1.0',
      type: 'LORA',
      baseModel: 'Flux.1 D',
      description: '',
      creator: 'sample_inkroom',
      tags: [],
      trainedWords: [],
      publishedAt: '2026-05-05T22:10:00.000Z',
    },
    previews: [],
  },
  {
    stem: clay,
    tensors: unetLora(768, 16),
    metadata: kohyaMetadata({
      output: 'tiny_clay_friends',
      baseVersion: 'sd_v1',
      trainedOn: 'v1-5-pruned-emaonly',
      resolution: 512,
      rank: 16,
      epochs: 6,
      repeats: 8,
      startedAt: '2025-11-30T13:40:00.000Z',
      tags: { clay: 30, 'simple background': 28, bear: 11, rabbit: 9, smile: 8 },
    }),
    sidecars: ['web-ui-json'],
    facts: {
      name: 'Tiny Clay Friends',
      version: 'v1.0',
      type: 'LORA',
      baseModel: 'SD 1.5',
      description: `<p>Round animals with thumb prints.</p>${sampleNote}`,
      creator: 'sample_tidepool',
      tags: [],
      trainedWords: ['tinyclay, simple background'],
      publishedAt: '2025-12-01T10:00:00.000Z',
      weight: 0.75,
      negativePrompt: 'photo',
      notes: 'One animal at a time.',
    },
    previews: [
      {
        suffix: '.png',
        scene: clayFigure(clayColors, 7),
        parameters: {
          prompt: 'tinyclay, simple background, a bear <lora:tiny_clay_friends:0.75>',
          checkpoint: paperBoat,
          lora: clay,
          seed: 7,
        },
      },
      { suffix: '.preview.1.png', scene: clayFigure(['#26374d', '#526d82', '#8fb0c4', '#d6e6ee', '#f6fbfd'], 19) },
      { suffix: '.preview.2.webp', scene: clayFigure(['#3f4a2a', '#77854a', '#b7c57a', '#f2e6b8', '#fffbea'], 3) },
    ],
  },
  {
    stem: glassLocon,
    tensors: convolutionLora,
    sidecars: ['text'],
    facts: {
      name: 'stained window',
      version: 'v1.0',
      type: 'LoCon',
      baseModel: 'SDXL 1.0',
      description: '',
      creator: 'sample_inkroom',
      tags: [],
      trainedWords: ['stained glass window'],
      publishedAt: '2026-01-20T08:00:00.000Z',
    },
    previews: [
      {
        suffix: '.png',
        scene: glass(window, 6),
        parameters: { prompt: 'stained glass window, sun', checkpoint: lanternfall, lora: glassLocon, seed: 610 },
      },
      {
        suffix: '.preview.1.jpg',
        scene: glass(['#2b1055', '#4b2a8a', '#2f80c2', '#7fd1c7', '#fff3b0'], 15),
        square: true,
      },
    ],
  },
  {
    stem: velvet,
    tensors: decomposedLora,
    metadata: kohyaMetadata({
      output: 'velvet_dusk_dora',
      baseVersion: 'sdxl_base_v1-0',
      trainedOn: 'sd_xl_base_1.0',
      resolution: 1024,
      rank: 8,
      epochs: 4,
      repeats: 12,
      startedAt: '2026-07-29T18:05:00.000Z',
      tags: { velvet: 26, folds: 20, 'red curtain': 14 },
    }),
    sidecars: ['civitai-info'],
    facts: {
      ids: { model: 900_005, version: 900_501 },
      name: 'Velvet Dusk',
      version: 'v1.0',
      type: 'DoRA',
      baseModel: 'SDXL 1.0',
      description: `<p>Heavy cloth and low light. One of its pictures is marked mature, so that filters have something to do.</p>${sampleNote}`,
      creator: 'sample_lampwright',
      tags: ['style', 'fabric', 'light'],
      trainedWords: ['velvet dusk'],
      publishedAt: '2026-07-30T20:20:00.000Z',
      commercialUse: ['None'],
    },
    previews: [
      {
        suffix: '.preview.png',
        scene: silk(wine, 68),
        parameters: { prompt: 'velvet dusk, red curtain, folds', checkpoint: lanternfall, lora: velvet, seed: 505 },
      },
      {
        suffix: '.preview.1.jpg',
        scene: silk(['#0a0713', '#2b1748', '#6b3fa0', '#e7b7d8'], 12),
        level: 4,
        parameters: { prompt: 'velvet dusk, violet folds', checkpoint: lanternfall, lora: velvet, seed: 506 },
      },
      { suffix: '.preview.2.jpg', scene: silk(['#1f0f05', '#6b3410', '#c2772a', '#f7dca0'], 19), level: 2 },
    ],
  },
  {
    stem: meadow,
    tensors: unetLora(2048, 4),
    metadata: kohyaMetadata({
      output: 'meadow_light',
      baseVersion: 'sdxl_base_v1-0',
      trainedOn: 'a_sample_merge',
      resolution: 1024,
      rank: 4,
      epochs: 8,
      repeats: 6,
      startedAt: '2026-02-27T21:30:00.000Z',
      tags: { meadow: 33, 'morning light': 29, outdoors: 27 },
    }),
    sidecars: ['text'],
    facts: {
      name: 'meadow light',
      version: 'v1.0',
      type: 'LORA',
      baseModel: 'Pony',
      description: '',
      creator: 'sample_tidepool',
      tags: [],
      trainedWords: ['meadow, morning light'],
      publishedAt: '2026-02-28T06:00:00.000Z',
    },
    previews: [{ suffix: '.preview.webp', scene: ridges(grass, 11) }],
  },
]
