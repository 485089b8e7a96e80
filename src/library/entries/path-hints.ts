import { baseModelMentioned, baseModelNamed } from '../../catalog/base-model-names.ts'
import {
  type FloatPrecision,
  floatPrecisions,
  type ModelFileSize,
  type ModelFileType,
  type ModelFormat,
  type ModelType,
  type QuantType,
  quantTypes,
} from '../../catalog/enums.ts'
import { informativeStem } from '../sets/set-name.ts'

/** What a file's folders and name hint at; all of it the least trusted of all. */
export type PathHints = {
  /** The file name without its extension. */
  stem: string
  folderModelType?: ModelType
  folderBaseModel?: string
  nameBaseModel?: string
  modelName: string
  versionName?: string
  fileType: ModelFileType
  format: ModelFormat
  size?: ModelFileSize
  fp?: FloatPrecision
  quantType?: QuantType
}

/** Reads the hints of a path relative to its library folder, with either kind of slash. */
export function readPathHints(path: string): PathHints {
  const segments = path.split(/[\\/]/).filter((segment) => segment !== '')
  const fileName = segments.pop() ?? ''
  const { stem, extension, isVae } = splitName(fileName)
  const folders = segments.reverse() // the nearest folder knows best
  const named = informativeStem(stem, folders, (folder) => typeOfFolder(folder) !== undefined)
  const known = {
    folderModelType: isVae ? 'VAE' : first(folders, typeOfFolder),
    folderBaseModel: first(folders, baseModelNamed),
    nameBaseModel: baseModelMentioned(named),
    versionName: splitStem(named).version,
    size: /(?<![a-z])(pruned|emaonly|ema-only)(?![a-z])/i.test(stem) ? 'pruned' : undefined,
    fp: precisionIn(stem),
    quantType: quantTypes.find(
      (type) => type !== 'None' && new RegExp(`(?<![a-z0-9])${type}(?![a-z0-9_])`, 'i').test(stem),
    ),
  } as const
  const certain = Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined))
  return {
    stem,
    ...certain,
    modelName: splitStem(named).name,
    fileType: isVae ? 'VAE' : fileTypeOf(extension),
    format: formats[extension] ?? 'Other',
  }
}

/** The type that a folder names; own keys only, so that a folder called `constructor` names none. */
function typeOfFolder(folder: string): ModelType | undefined {
  const key = folder.toLowerCase().replace(/[-_ ]/g, '')
  return Object.hasOwn(folderTypes, key) ? folderTypes[key] : undefined
}

/** Folder names of the common UIs, in lower case and without separators. */
const folderTypes: Record<string, ModelType> = {
  checkpoint: 'Checkpoint',
  checkpoints: 'Checkpoint',
  stablediffusion: 'Checkpoint',
  unet: 'Checkpoint',
  diffusionmodels: 'Checkpoint',
  lora: 'LORA',
  loras: 'LORA',
  lycoris: 'LORA',
  embedding: 'TextualInversion',
  embeddings: 'TextualInversion',
  textualinversion: 'TextualInversion',
  vae: 'VAE',
  controlnet: 'Controlnet',
  upscalemodels: 'Upscaler',
  upscaler: 'Upscaler',
  upscalers: 'Upscaler',
  esrgan: 'Upscaler',
  realesrgan: 'Upscaler',
  swinir: 'Upscaler',
  hypernetwork: 'Hypernetwork',
  hypernetworks: 'Hypernetwork',
  motionmodule: 'MotionModule',
  motionmodules: 'MotionModule',
  animatediffmodels: 'MotionModule',
  wildcards: 'Wildcards',
  workflows: 'Workflows',
  poses: 'Poses',
  adetailer: 'Detection',
  ultralytics: 'Detection',
  clipvision: 'CLIPVision',
  textencoder: 'TextEncoder',
  textencoders: 'TextEncoder',
}

const formats: Record<string, ModelFormat> = {
  safetensors: 'SafeTensor',
  ckpt: 'PickleTensor',
  pt: 'PickleTensor',
  pth: 'PickleTensor',
  bin: 'PickleTensor',
  gguf: 'GGUF',
  onnx: 'ONNX',
}

function fileTypeOf(extension: string): ModelFileType {
  if (extension === 'yaml' || extension === 'yml') return 'Config'
  return extension === 'zip' ? 'Archive' : 'Model'
}

function splitName(fileName: string) {
  const [, name = fileName, extension = ''] = /^(.+)\.([a-z0-9]{1,12})$/is.exec(fileName) ?? []
  const isVae = /\.vae$/i.test(name)
  return { stem: isVae ? name.slice(0, -4) : name, extension: extension.toLowerCase(), isVae }
}

/** What a file name without its extension says of a model and its version. */
export interface SplitStem {
  name: string
  version?: string
  /** Both, as they stand. */
  full: string
}

/**
 * Splits a name that ends in a version: `fox_v2.1`, `fox version 2`, or a counter of a trainer (`fox-000010` after the tenth
 * epoch, `fox-step00002000` after 2000 steps). A digit at the end is not enough: `sd15` is a name.
 */
export function splitStem(stem: string): SplitStem {
  const full = readable(stem)
  for (const { pattern, read } of versionForms) {
    const [, name, version] = pattern.exec(stem) ?? []
    if (name !== undefined && version !== undefined) return { name: readable(name), version: read(version), full }
  }
  return { name: full, full }
}

const numberOf = (text: string) => String(Number(text.replace(/\D/g, '')))

const versionForms: { pattern: RegExp; read: (version: string) => string }[] = [
  {
    pattern: /^(.*?[^\s_.-])[\s_.-]+\(?(v(?:er(?:sion)?)?[\s_.-]?\d{1,4}(?:[._]\d{1,4}){0,3}[a-z]?)\)?$/is,
    read: (version) => version.replace(/(?<=\d)_(?=\d)/g, '.').replaceAll('_', ' '),
  },
  { pattern: /^(.*[^\s_.-])-(0\d{5})$/s, read: (version) => `epoch ${numberOf(version)}` },
  { pattern: /^(.*[^\s_.-])[\s_.-]+(epoch[\s_-]?\d{1,6})$/is, read: (version) => `epoch ${numberOf(version)}` },
  { pattern: /^(.*[^\s_.-])[_-](step\d{1,9}|0\d{8})$/is, read: (version) => `step ${numberOf(version)}` },
]

function readable(stem: string): string {
  return stem.replaceAll('_', ' ').replace(/\s+/g, ' ').trim() || stem
}

function precisionIn(stem: string): FloatPrecision | undefined {
  const mentioned = floatPrecisions.filter((fp) => new RegExp(`(?<![a-z0-9])${fp}(?![a-z0-9])`, 'i').test(stem))
  return mentioned.length === 1 || mentioned[0]?.startsWith('fp8_') ? mentioned[0] : undefined
}

/** The first of a folder's readings; own keys only, so that a folder called `constructor` is a folder. */
function first<T>(folders: readonly string[], read: (folder: string) => T | undefined): T | undefined {
  return folders
    .filter((folder) => !(folder.toLowerCase() in Object.prototype))
    .map(read)
    .find((value) => value !== undefined)
}
