import { z } from 'zod'
import { floatPrecisions, type ModelType, modelFileSizes, modelFormats } from '../../catalog/enums.ts'
import {
  type ClaimedFile,
  createSidecarClaim,
  type SidecarClaim,
  type SidecarProblem,
  withoutUndefined,
} from './claim.ts'
import { type Fields, fieldsOf, flag, id, name, parseFields, text, texts, time } from './fields.ts'
import { readHashes } from './site-files.ts'
import { baseModel, modelType, readStats, tags } from './site-version.ts'

/** Reads `<stem>.cm-info.json` of package managers. Its keys start with a capital letter. */
export function readCmInfo(json: string): SidecarClaim {
  const problems: SidecarProblem[] = []
  const fields = parseFields(json, problems)
  const hashes = readHashes(fields.object('Hashes'))
  const username = fields.get('AuthorUsername', name)
  return createSidecarClaim({
    source: 'cm-info',
    problems,
    sha256: hashes.SHA256 === undefined ? [] : [hashes.SHA256],
    modelId: fields.get('ModelId', id),
    versionId: fields.get('VersionId', id),
    modelName: fields.get('UserTitle', name) ?? fields.get('ModelName', name),
    versionName: fields.get('VersionName', name),
    modelType: fields.get('ModelType', z.union([numberedType, modelType])),
    baseModel: fields.get('BaseModel', baseModel),
    description: fields.get('ModelDescription', text),
    versionDescription: fields.get('VersionDescription', text),
    trainedWords: fields.get('TrainedWords', texts),
    tags: fields.get('Tags', tags),
    creator: username === undefined ? undefined : { username },
    nsfw: fields.get('Nsfw', flag),
    createdAt: fields.get('ImportedAt', time),
    stats: readStats(lowerFirst(fields.object('Stats'), problems)),
    files: readFile(fields, hashes),
  })
}

/** Model types by the numbers that some managers write instead of names. */
const numberedTypes: Record<number, ModelType> = {
  1: 'Checkpoint',
  2: 'TextualInversion',
  3: 'Hypernetwork',
  4: 'AestheticGradient',
  5: 'LORA',
  6: 'Controlnet',
  7: 'Poses',
  9: 'LoCon',
}

const numberedType = z.int().transform((value) => numberedTypes[value])

function readFile(fields: Fields, hashes: ClaimedFile['hashes']): ClaimedFile[] | undefined {
  const fileName = fields.get('RemoteFileName', name)
  if (fileName === undefined) return undefined
  const metadata = lowerKeys(fields.object('FileMetadata'))
  return [
    {
      name: fileName,
      metadata: withoutUndefined({
        format: metadata.get('format', ignoringCase(modelFormats)),
        size: metadata.get('size', ignoringCase(modelFileSizes)),
        fp: metadata.get('fp', ignoringCase(floatPrecisions)),
      }),
      hashes,
    },
  ]
}

/** Accepts one of the words, ignoring case. Other words are ignored. */
function ignoringCase<T extends string>(words: readonly T[]) {
  return z.string().transform((value) => words.find((word) => word.toLowerCase() === value.toLowerCase()))
}

function lowerKeys(fields: Fields): Fields {
  return fieldsOf(
    Object.fromEntries(fields.entries().map(([key, value]) => [key.toLowerCase(), value])),
    'FileMetadata.',
    [],
  )
}

function lowerFirst(fields: Fields, problems: SidecarProblem[]): Fields {
  const renamed = fields.entries().map(([key, value]) => [key.charAt(0).toLowerCase() + key.slice(1), value] as const)
  return fieldsOf(Object.fromEntries(renamed), 'Stats.', problems)
}
