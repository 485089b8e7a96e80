import sharp, { type Sharp } from 'sharp'
import { mp4 } from '../../src/library/images/mp4.fixture.ts'
import { withText } from '../../src/sample-library/png.ts'

/** A preview: what its name ends in, what it shows, and how it is said to have been made. */
export interface Picture {
  suffix: string
  level: number
  width: number
  height: number
  type?: 'video'
  /** The post that the sidecar names. */
  postId?: number
  bytes(): Promise<Buffer>
}

/** What the text form and the graph below say, for tests to compare with. */
export const generation = {
  prompt: 'tidal light, a quiet harbour',
  negativePrompt: 'blurry, text',
  steps: 24,
  sampler: 'DPM++ 2M',
  cfgScale: 6.5,
  seed: 987_654_321,
  Size: '640x448',
}

/** The three formats that generation parameters come in, and one picture that says nothing. */
export const tidalPictures = (modelHash: string, loraHash: string | undefined): Picture[] => {
  const told = parameterText(modelHash, loraHash)
  const size = { level: 1, width: 640, height: 448 }
  return [
    {
      ...size,
      suffix: '.preview.png',
      bytes: async () => withText(await drawn(size).png().toBuffer(), 'parameters', told),
    },
    { ...size, suffix: '.preview.1.jpg', bytes: () => commented(drawn(size), told).jpeg().toBuffer() },
    { ...size, suffix: '.preview.2.webp', bytes: () => commented(drawn(size), told).webp().toBuffer() },
    {
      ...size,
      suffix: '.preview.3.png',
      bytes: async () => withText(await drawn(size).png().toBuffer(), 'prompt', graph),
    },
    { ...size, suffix: '.preview.4.png', bytes: () => drawn(size).png().toBuffer() },
  ]
}

/** A small picture for each level. */
export const levelPictures = (levels: readonly number[]): Picture[] =>
  levels.map((level, index) => {
    const size = { level, width: 120, height: 80 }
    return { ...size, suffix: `.preview.${index + 1}.png`, bytes: () => drawn(size).png().toBuffer() }
  })

/** A video with a still image next to it, and one without; the sidecar names the post of the still and its video. */
export const reelPictures = (postId: number): Picture[] => {
  const size = { level: 1, width: 64, height: 48 }
  const video = { ...size, type: 'video' as const, bytes: async () => mp4(size) }
  return [
    { ...size, suffix: '.preview.png', postId, bytes: () => drawn(size).png().toBuffer() },
    { ...video, suffix: '.mp4', postId },
    { ...video, suffix: '.preview.1.mp4' },
  ]
}

function drawn({ level, width, height }: { level: number; width: number; height: number }) {
  return sharp({ create: { width, height, channels: 3, background: { r: level * 8, g: 120, b: 160 } } })
}

const commented = (image: Sharp, text: string) => image.withExif({ IFD2: { UserComment: text } })

const parameterText = (modelHash: string, loraHash: string | undefined) =>
  [
    `${generation.prompt} <lora:levels:0.7>`,
    `Negative prompt: ${generation.negativePrompt}`,
    [
      `Steps: ${generation.steps}, Sampler: ${generation.sampler}, CFG scale: ${generation.cfgScale}`,
      `Seed: ${generation.seed}, Size: ${generation.Size}, Model hash: ${modelHash.toLowerCase()}, Model: tidal_v2`,
      `Clip skip: 2, Lora hashes: "levels: ${loraHash?.toLowerCase()}"`,
    ].join(', '),
  ].join('\n')

/** The same as an executed graph of nodes; `["4", 1]` is the second output of node 4. */
const graph = JSON.stringify({
  3: {
    class_type: 'KSampler',
    inputs: {
      seed: generation.seed,
      steps: generation.steps,
      cfg: generation.cfgScale,
      sampler_name: 'dpmpp_2m',
      scheduler: 'karras',
      model: ['4', 0],
      positive: ['6', 0],
      negative: ['7', 0],
      latent_image: ['5', 0],
    },
  },
  4: { class_type: 'CheckpointLoaderSimple', inputs: { ckpt_name: 'tidal_v2.safetensors' } },
  5: { class_type: 'EmptyLatentImage', inputs: { width: 640, height: 448, batch_size: 1 } },
  6: { class_type: 'CLIPTextEncode', inputs: { text: generation.prompt, clip: ['4', 1] } },
  7: { class_type: 'CLIPTextEncode', inputs: { text: generation.negativePrompt, clip: ['4', 1] } },
})
