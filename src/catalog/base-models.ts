import type { MediaType } from './enums.ts'

/**
 * A base model: its name in the exact letters of the site API, the ecosystem its AIR is written with (children are
 * already resolved to their root, contract §3), what it makes, and whether it is left out of `ActiveBaseModel`.
 */
export type BaseModel = { name: string; ecosystem: string; media: MediaType; hidden: boolean }

/** Every base model that the site API knows, in its order (contract §4, `GET /enums`). */
export const baseModels: readonly BaseModel[] = [
  image('Anima', 'anima'),
  image('AuraFlow', 'auraflow'),
  image('Chroma', 'chroma'),
  video('CogVideoX', 'cogvideox'),
  image('Ernie', 'ernie'),
  image('Flux.1 S', 'flux1'),
  image('Flux.1 D', 'flux1'),
  image('Flux.1 Krea', 'fluxkrea'),
  image('Flux.1 Kontext', 'flux1kontext'),
  image('Flux.2 D', 'flux2'),
  image('Flux.2 Klein 9B', 'flux2'),
  image('Flux.2 Klein 9B-base', 'flux2'),
  image('Flux.2 Klein 4B', 'flux2'),
  image('Flux.2 Klein 4B-base', 'flux2'),
  video('Flux 3 Video', 'flux3video'),
  image('Grok', 'grok'),
  video('HappyHorse', 'happyhorse'),
  image('HiDream', 'hidream'),
  image('HiDream-O1', 'hidream-o1'),
  image('Hunyuan 1', 'hydit1'),
  video('Hunyuan Video', 'hyv1'),
  image('Ideogram 4.0', 'ideogram'),
  image('Boogu', 'boogu'),
  image('Illustrious', 'sdxl'),
  image('Imagen4', 'imagen4', true),
  image('Kolors', 'kolors'),
  image('Krea 2', 'krea2'),
  video('LTXV', 'ltxv'),
  video('LTXV2', 'ltxv2'),
  video('LTXV 2.3', 'ltxv23'),
  image('Lens', 'lens'),
  image('Lumina', 'lumina'),
  image('MageFlow', 'mageflow'),
  image('MAI', 'mai'),
  video('Mochi', 'mochi'),
  image('Nano Banana', 'nanobanana', true),
  image('NoobAI', 'sdxl'),
  image('ODOR', 'odor', true),
  image('OpenAI', 'openai', true),
  image('Upscaler', 'other'),
  image('Other', 'other'),
  image('PixArt a', 'pixarta'),
  image('PixArt E', 'pixarte'),
  image('Playground v2', 'playgroundv2', true),
  image('Pony', 'sdxl'),
  image('Pony V7', 'auraflow'),
  image('Qwen', 'qwen'),
  image('Qwen 2', 'qwen2'),
  image('Qwen 3', 'qwen3'),
  image('Stable Cascade', 'scascade', true),
  image('SD 1.4', 'sd1'),
  image('SD 1.5', 'sd1'),
  image('SD 1.5 LCM', 'sd1'),
  image('SD 1.5 Hyper', 'sd1'),
  image('SD 2.0', 'sd2'),
  image('SD 2.0 768', 'sd2', true),
  image('SD 2.1', 'sd2'),
  image('SD 2.1 768', 'sd2', true),
  image('SD 2.1 Unclip', 'sd2', true),
  image('SD 3', 'sd3', true),
  image('SD 3.5', 'sd3', true),
  image('SD 3.5 Large', 'sd3', true),
  image('SD 3.5 Large Turbo', 'sd3', true),
  image('SD 3.5 Medium', 'sd3_5m', true),
  image('SDXL 0.9', 'sdxl', true),
  image('SDXL 1.0', 'sdxl'),
  image('SDXL 1.0 LCM', 'sdxl', true),
  image('SDXL Lightning', 'sdxl'),
  image('SDXL Hyper', 'sdxl'),
  image('SDXL Turbo', 'sdxl', true),
  image('SDXL Distilled', 'sdxldistilled', true),
  image('Reve', 'reve'),
  image('Seedream', 'seedream', true),
  image('SVD', 'svd', true),
  image('SVD XT', 'svd', true),
  video('Sora 2', 'sora2', true),
  video('Veo 3', 'veo3', true),
  video('Wan Video', 'wanvideo', true),
  video('Wan Video 1.3B t2v', 'wanvideo1_3b_t2v'),
  video('Wan Video 14B t2v', 'wanvideo14b_t2v'),
  video('Wan Video 14B i2v 480p', 'wanvideo14b_i2v_480p'),
  video('Wan Video 14B i2v 720p', 'wanvideo14b_i2v_720p'),
  video('Wan Video 2.2 TI2V-5B', 'wanvideo-22-ti2v-5b'),
  video('Wan Video 2.2 I2V-A14B', 'wanvideo-22-i2v-a14b'),
  video('Wan Video 2.2 T2V-A14B', 'wanvideo-22-t2v-a14b'),
  video('Wan Video 2.5 T2V', 'wanvideo-25-t2v'),
  video('Wan Video 2.5 I2V', 'wanvideo-25-i2v'),
  image('Wan Image 2.7', 'wanimage27'),
  video('Wan Video 2.7', 'wanvideo27'),
  image('ZImageTurbo', 'zimageturbo'),
  image('ZImageBase', 'zimagebase'),
  video('Vidu Q1', 'vidu', true),
  video('MiniMax H3', 'minimaxh3'),
  video('Kling', 'kling', true),
  video('Seedance', 'seedance', true),
  audio('ACE Audio', 'ace'),
  image('PolyGen', 'polygen', true),
  image('Tripo', 'tripo', true),
  image('Hunyuan3D', 'hunyuan3d', true),
]

/** The ecosystem of a base model, as AIRs write it; one that is not in the table is its own name in lower case. */
export function ecosystemOf(baseModel: string): string {
  return byName.get(baseModel)?.ecosystem ?? baseModel.toLowerCase()
}

const byName = new Map(baseModels.map((baseModel) => [baseModel.name, baseModel]))

function image(name: string, ecosystem: string, hidden = false): BaseModel {
  return { name, ecosystem, media: 'image', hidden }
}

function video(name: string, ecosystem: string, hidden = false): BaseModel {
  return { name, ecosystem, media: 'video', hidden }
}

function audio(name: string, ecosystem: string, hidden = false): BaseModel {
  return { name, ecosystem, media: 'audio', hidden }
}
