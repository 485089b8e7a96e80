import { baseModels } from './base-models.ts'

/**
 * The base model that a text names: the site's own name in any letters, or one of the names that trainers, web UIs and
 * ModelSpec headers give it (`sdxl_base_v1-0`, `stable-diffusion-xl-v1-base/lora`, `flux-1-dev`). The whole text has
 * to be such a name; anything else is `undefined`, never the nearest match.
 */
export function baseModelNamed(text: string): string | undefined {
  if (text.length > 200) return undefined
  const [architecture = ''] = text.split('/')
  return byKey.get(key(text)) ?? byKey.get(key(architecture))
}

/**
 * The base model that a file's name mentions beyond doubt (`character_sdxl_v2`, `ponyDiffusionV6XL`, `flux1-dev-fp8`).
 * Ordinary words that happen to be names of base models (a pony, a lens) do not count.
 */
export function baseModelMentioned(stem: string): string | undefined {
  if (stem.length > 500) return undefined
  return mentions.find(([pattern]) => pattern.test(stem))?.[1]
}

const aliases: Record<string, readonly string[]> = {
  'SD 1.4': ['sd-v1-4', 'stable-diffusion-v1-4'],
  'SD 1.5': [
    'sd1',
    'sd_v1',
    'sd15',
    'sd_1',
    'sd_1.x',
    'sd_v1_5',
    'v1-5-pruned',
    'stable-diffusion-v1',
    'stable-diffusion-v1-5',
  ],
  'SD 2.0': ['stable-diffusion-v2-0', 'stable-diffusion-v2-base'],
  'SD 2.0 768': ['stable-diffusion-v2-768-v'],
  'SD 2.1': [
    'sd2',
    'sd_v2',
    'sd_2',
    'sd_2.x',
    'sd_v2_1',
    'stable-diffusion-v2',
    'stable-diffusion-v2-512',
    'stable-diffusion-v2-1',
  ],
  'SD 2.1 768': ['sd_v2_768_v', 'sd_v2_v', 'stable-diffusion-v2-1-768-v'],
  'SD 3': [
    'sd3-m',
    'sd3_medium',
    'stable-diffusion-3',
    'stable-diffusion-v3',
    'stable-diffusion-3-medium',
    'stable-diffusion-v3-medium',
  ],
  'SD 3.5': ['stable-diffusion-3.5'],
  'SD 3.5 Large': ['sd3.5-large', 'sd35l', 'stable-diffusion-3.5-large', 'stable-diffusion-v3.5-large'],
  'SD 3.5 Large Turbo': ['stable-diffusion-3.5-large-turbo'],
  'SD 3.5 Medium': ['sd3.5-medium', 'sd35m', 'stable-diffusion-3.5-medium', 'stable-diffusion-v3.5-medium'],
  'SDXL 0.9': ['sdxl_base_v0-9', 'sd_xl_base_0.9', 'stable-diffusion-xl-v0.9', 'stable-diffusion-xl-v0-9-base'],
  'SDXL 1.0': [
    'sdxl',
    'xl',
    'sdxl_v1',
    'sdxl_base',
    'sdxl_base_v1-0',
    'sd_xl',
    'sd_xl_base_1.0',
    'stable-diffusion-xl',
    'stable-diffusion-xl-1.0',
    'stable-diffusion-xl-v1',
    'stable-diffusion-xl-v1-base',
    'stable-diffusion-xl-base-1.0',
    'stable-diffusion-xl-v1-refiner',
    'sdxl_refiner_v1-0',
  ],
  'SDXL Turbo': ['sdxl-turbo', 'stable-diffusion-xl-turbo-v1'],
  'Stable Cascade': ['stable-cascade-v1'],
  SVD: ['stable-video-diffusion', 'stable-video-diffusion-img2vid-v1'],
  Pony: ['ponyxl', 'pdxl', 'pony-diffusion', 'pony-diffusion-v6-xl', 'pony-v6', 'pony-v6-xl'],
  Illustrious: ['illustrious-xl', 'illustrious-xl-v0.1', 'illustrious-xl-v1.0', 'ilxl'],
  NoobAI: ['noobai-xl', 'noob-ai', 'noobai-xl-v-pred'],
  'Flux.1 D': ['flux', 'flux1', 'flux-1', 'flux1d', 'flux-dev', 'flux1-dev', 'flux-1-dev', 'flux.1-dev'],
  'Flux.1 S': ['flux1s', 'flux-schnell', 'flux1-schnell', 'flux-1-schnell', 'flux.1-schnell'],
  'Flux.1 Kontext': ['flux-kontext', 'flux-1-kontext-dev', 'flux.1-kontext-dev'],
  'Flux.1 Krea': ['flux-1-krea-dev', 'flux.1-krea-dev'],
  'Flux.2 D': ['flux2', 'flux-2', 'flux-2-dev', 'flux.2-dev'],
  'Hunyuan 1': ['hunyuan-dit', 'hunyuan-dit-g2-v1', 'hydit'],
  'Hunyuan Video': ['hunyuanvideo', 'hunyuan_video', 'hyvid'],
  'PixArt a': ['pixart-alpha'],
  'PixArt E': ['pixart-sigma'],
  Qwen: ['qwen-image', 'qwen_image'],
  AuraFlow: ['auraflow-v1', 'auraflow-v0.3'],
  LTXV: ['ltx-video', 'ltx_video'],
  Lumina: ['lumina2', 'lumina-2', 'lumina-image-2'],
  'Wan Video': ['wan', 'wan2.1', 'wan-2.1', 'wan_video'],
  'Wan Video 14B t2v': ['wan2.1-t2v-14b', 'wan-2.1-t2v-14b'],
  'Wan Video 1.3B t2v': ['wan2.1-t2v-1.3b', 'wan-2.1-t2v-1.3b'],
  'Wan Video 2.2 T2V-A14B': ['wan2.2-t2v-a14b', 'wan-2.2-t2v-a14b'],
  'Wan Video 2.2 I2V-A14B': ['wan2.2-i2v-a14b', 'wan-2.2-i2v-a14b'],
  'Wan Video 2.2 TI2V-5B': ['wan2.2-ti2v-5b', 'wan-2.2-ti2v-5b'],
  ZImageTurbo: ['z-image-turbo'],
  ZImageBase: ['z-image', 'z-image-base'],
  CogVideoX: ['cogvideox-5b', 'cogvideox-2b'],
}

const byKey = new Map(
  [...baseModels.map(({ name }) => [name, name] as const), ...aliasPairs()].map(([text, name]) => [key(text), name]),
)

/** The first that matches decides, so more specific ones come first. */
const mentions: readonly (readonly [RegExp, string])[] = [
  [/pony[-_ ]?v7|auraflow.*pony|pony.*auraflow/i, 'Pony V7'],
  [/pony[-_ ]?(?:diffusion|xl|sd[-_ ]?xl|v6)|pdxl/i, 'Pony'],
  [/noob[-_ ]?(?:ai|xl|v[-_ ]?pred|eps)/i, 'NoobAI'],
  [/ill?ustr(?:io|o)us|(?<![a-z])il[-_ ]?xl(?![a-z])/i, 'Illustrious'],
  [/sd[-_ ]?xl[-_ ]?lightning/i, 'SDXL Lightning'],
  [/sd[-_ ]?xl[-_ ]?turbo/i, 'SDXL Turbo'],
  [/sd[-_ ]?xl[-_ ]?hyper|hyper[-_ ]?sd[-_ ]?xl/i, 'SDXL Hyper'],
  [/sd[-_ ]?xl[-_ ]?lcm|lcm[-_ ](?:lora[-_ ])?sd[-_ ]?xl/i, 'SDXL 1.0 LCM'],
  [/(?<![a-z])sd[-_ ]?xl(?![a-z])/i, 'SDXL 1.0'],
  [/(?<![a-z])(sd[-_ ]?v?1[-_. ]?5|v1-5-pruned)(?!\d)/i, 'SD 1.5'],
  [/(?<![a-z])(sd[-_ ]?v?1[-_. ]?4)(?!\d)/i, 'SD 1.4'],
  [/(?<![a-z])(sd[-_ ]?v?2[-_. ]?1)(?!\d)/i, 'SD 2.1'],
  [/(?<![a-z])(?:sd|stable[-_ ]?diffusion)[-_ ]?v?3[-_. ]?5[-_. ]?large[-_ ]?turbo/i, 'SD 3.5 Large Turbo'],
  [/(?<![a-z])(?:sd|stable[-_ ]?diffusion)[-_ ]?v?3[-_. ]?5[-_. ]?l(?:arge)?(?![a-z])/i, 'SD 3.5 Large'],
  [/(?<![a-z])(?:sd|stable[-_ ]?diffusion)[-_ ]?v?3[-_. ]?5[-_. ]?m(?:edium)?(?![a-z])/i, 'SD 3.5 Medium'],
  [/(?<![a-z])(?:sd|stable[-_ ]?diffusion)[-_ ]?v?3[-_. ]5(?!\d)/i, 'SD 3.5'],
  [/(?<![a-z])sd3[-_ ]?medium/i, 'SD 3'],
  [/flux[-_. ]?2[-_. ]?klein[-_. ]?(?:base[-_. ]?4b|4b[-_. ]?base)/i, 'Flux.2 Klein 4B-base'],
  [/flux[-_. ]?2[-_. ]?klein[-_. ]?(?:base[-_. ]?9b|9b[-_. ]?base)/i, 'Flux.2 Klein 9B-base'],
  [/flux[-_. ]?2[-_. ]?klein[-_. ]?4b/i, 'Flux.2 Klein 4B'],
  [/flux[-_. ]?2[-_. ]?klein[-_. ]?9b/i, 'Flux.2 Klein 9B'],
  [/flux[-_. ]?2[-_. ]?dev/i, 'Flux.2 D'],
  [/flux[-_. ]?1?[-_. ]?(?:dev[-_. ]?)?kontext/i, 'Flux.1 Kontext'],
  [/flux[-_. ]?1?[-_. ]?(?:dev[-_. ]?)?krea/i, 'Flux.1 Krea'],
  [/flux[-_. ]?1?[-_. ]?schnell/i, 'Flux.1 S'],
  [/flux[-_. ]?1?[-_. ]?dev/i, 'Flux.1 D'],
  [/(?<![a-z])chroma[-_. ]?1?[-_. ]?(?:hd|base|flash|unlocked|radiance)(?![a-z])/i, 'Chroma'],
  [/wan[-_. ]?2[-_. ]?2(?=.*(?<![a-z])ti2v)/i, 'Wan Video 2.2 TI2V-5B'],
  [/wan[-_. ]?2[-_. ]?2(?=.*(?<![a-z])t2v)/i, 'Wan Video 2.2 T2V-A14B'],
  [/wan[-_. ]?2[-_. ]?2(?=.*(?<![a-z])i2v)/i, 'Wan Video 2.2 I2V-A14B'],
  [/wan[-_. ]?2[-_. ]?1(?=.*(?<![a-z])i2v)(?=.*(?<!\d)480p)/i, 'Wan Video 14B i2v 480p'],
  [/wan[-_. ]?2[-_. ]?1(?=.*(?<![a-z])i2v)(?=.*(?<!\d)720p)/i, 'Wan Video 14B i2v 720p'],
  [/wan[-_. ]?2[-_. ]?1(?=.*(?<![a-z])t2v)(?=.*(?<!\d)14b)/i, 'Wan Video 14B t2v'],
  [/wan[-_. ]?2[-_. ]?1(?=.*(?<![a-z])t2v)(?=.*(?<!\d)1[._]3b)/i, 'Wan Video 1.3B t2v'],
  [/wan[-_. ]?2[-_. ]?1/i, 'Wan Video'],
  [/qwen[-_. ]?image/i, 'Qwen'],
  [/z[-_. ]?image[-_. ]?turbo/i, 'ZImageTurbo'],
  [/z[-_. ]?image[-_. ]?base/i, 'ZImageBase'],
  [/hunyuan[-_. ]?video/i, 'Hunyuan Video'],
  [/ltx[-_. ]?(?:video|v)(?![a-z0-9])/i, 'LTXV'],
]

function aliasPairs() {
  return Object.entries(aliases).flatMap(([name, texts]) => texts.map((text) => [text, name] as const))
}

function key(text: string): string {
  return text.toLowerCase().replace(/[^a-z0-9]/g, '')
}
