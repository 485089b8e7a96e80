import { redactTokens } from '../../auth/tokens/token-format.ts'
import type { ModelFileType } from '../../catalog/enums.ts'
import { type BaseModelStatement, type ChosenBaseModel, chooseBaseModel } from '../headers/base-model-evidence.ts'
import type { BytesFormat } from '../headers/model-format.ts'
import type { HeaderFacts } from '../headers/model-metadata.ts'
import { type ClaimedFile, type SidecarClaim, type SidecarKind, sidecarKinds } from '../sidecars/claim.ts'
import type { FactSource, FileIdentity, Identity, ModelIdentity, VersionIdentity } from './identity.ts'
import { type PathHints, readPathHints } from './path-hints.ts'

/**
 * What a model file is, by the order of trust: a sidecar that names the file's own SHA-256, then one that only lies
 * beside it, then the header, then folders and names. Every fact comes with its source.
 */
export function identify(file: {
  /** Relative to the library folder: the folders in it are hints. */
  path: string
  /** The format of its bytes. */
  format?: BytesFormat
  header?: HeaderFacts
  sidecars: readonly SidecarClaim[]
  sha256?: string
}): Identity {
  const sha256 = file.sha256?.toUpperCase()
  const evidence: Evidence = {
    claims: rankClaims(file.sidecars, sha256),
    header: file.header ?? {},
    format: file.format,
    hints: readPathHints(redactTokens(file.path)),
  }
  const model = modelFacts(evidence)
  const baseModel = chooseBaseModel(statementsOf(evidence), evidence.header.family)
  const version = versionFacts(evidence, baseModel)
  const ownFile = fileFacts(evidence, sha256)
  const thumbnail = evidence.header.spec?.thumbnail
  const images = fromClaims(evidence.claims, (claim) => claim.images)
  return {
    // every required fact has a default as its last candidate, and claims are typed where they are read
    model: valuesOf(model) as ModelIdentity,
    version: {
      ...(valuesOf(version) as VersionIdentity),
      ...(baseModel.setAside.length > 0 && { setAside: baseModel.setAside }),
    },
    file: valuesOf(ownFile) as FileIdentity,
    images: (images?.value ?? []) as Identity['images'],
    ...(thumbnail === undefined ? {} : { thumbnail }),
    provenance: {
      ...sourcesOf('model', model),
      ...sourcesOf('version', version),
      ...sourcesOf('file', ownFile),
      ...sourcesOf('version', { images }),
    },
    problems: file.sidecars.flatMap((claim) => problemsOf(claim, sha256)),
  }
}

type RankedClaim = { claim: SidecarClaim; source: FactSource }
type Evidence = {
  claims: readonly RankedClaim[]
  format: BytesFormat | undefined
  header: HeaderFacts
  hints: PathHints
}
type Fact = { value: unknown; source: FactSource } | undefined
type Facts = Record<string, Fact>

function rankClaims(claims: readonly SidecarClaim[], sha256: string | undefined): RankedClaim[] {
  const ranked = claims.map((claim): RankedClaim & { byHash: boolean } => {
    const byHash = sha256 !== undefined && claim.sha256.includes(sha256)
    return { claim, byHash, source: byHash ? `${claim.source}+sha256` : claim.source }
  })
  const rank = ({ claim, byHash }: (typeof ranked)[number]) => (byHash ? 0 : 100) + sidecarKinds.indexOf(claim.source)
  return ranked.sort((a, b) => rank(a) - rank(b))
}

/** A sidecar that names hashes, and not this file's, may have been left behind by another file. */
function problemsOf(
  { source, problems, sha256: named }: SidecarClaim,
  sha256: string | undefined,
): Identity['problems'] {
  const stray = sha256 !== undefined && named.length > 0 && !named.includes(sha256)
  const mismatch = stray ? [{ field: 'sha256', reason: 'Names other files than the one beside it' }] : []
  return [...problems, ...mismatch].map((problem) => ({ source, ...problem }))
}

function modelFacts({ claims, header, hints }: Evidence): Facts {
  const claimed = (field: keyof SidecarClaim) => fromClaims(claims, (claim) => claim[field])
  const author = header.spec?.author
  return {
    id: idsFrom(claims).model,
    name: claimed('modelName') ?? fact(header.spec?.title?.slice(0, 1000), 'header') ?? fact(hints.modelName, 'name'),
    type:
      claimed('modelType') ??
      fact(header.modelType, 'header') ??
      fact(hints.folderModelType, 'folder') ??
      fact('Other', 'default'),
    tags: claimed('tags') ?? fact(header.spec?.tags, 'header') ?? fact([], 'default'),
    nsfw: claimed('nsfw') ?? fact(false, 'default'),
    description: claimed('description') ?? fact(header.spec?.description, 'header'),
    creator:
      claimed('creator') ?? fact(author === undefined ? undefined : { username: author.slice(0, 200) }, 'header'),
    license: fact(header.spec?.license?.trim().slice(0, 200) || undefined, 'header'),
    ...Object.fromEntries(plainModelFields.map((field) => [field, claimed(field)])),
  }
}

function versionFacts({ claims, header, hints }: Evidence, { baseModel, source }: ChosenBaseModel): Facts {
  const claimed = (field: keyof SidecarClaim) => fromClaims(claims, (claim) => claim[field])
  return {
    id: idsFrom(claims).version,
    name: claimed('versionName') ?? fact(hints.versionName, 'name') ?? fact('v1.0', 'default'),
    baseModel: fact(baseModel, source),
    baseModelType: claimed('baseModelType') ?? fact(header.baseModelType, 'header'),
    trainedWords: claimed('trainedWords') ?? fact(header.spec?.triggerWords, 'header') ?? fact([], 'default'),
    description: claimed('versionDescription'),
    publishedAt: claimed('publishedAt') ?? fact(header.spec?.publishedAt, 'header'),
    stats: claimed('versionStats'),
    ...Object.fromEntries(plainVersionFields.map((field) => [field, claimed(field)])),
  }
}

function fileFacts({ claims, format, header, hints }: Evidence, sha256: string | undefined): Facts {
  const claimed = (read: (file: ClaimedFile) => unknown) =>
    fromClaims(claims, (claim) => {
      const file = ownFileOf(claim, sha256, hints.stem)
      return file === undefined ? undefined : read(file)
    })
  return {
    // An id without the hash of the bytes that have it could be that of another file.
    id: claimed(({ id, hashes }) => (sha256 !== undefined && hashes.SHA256 === sha256 ? id : undefined)),
    siteName: claimed(({ name }) => name),
    type: claimed(({ type }) => type) ?? fact(fileTypeOf(format, hints), 'name'),
    // No claim changes the format of the bytes.
    format: format === undefined || format === 'Archive' ? fact(hints.format, 'name') : fact(format, 'header'),
    size: claimed(({ metadata }) => metadata.size) ?? fact(header.size, 'header') ?? fact(hints.size, 'name'),
    fp: claimed(({ metadata }) => metadata.fp) ?? fact(header.fp, 'header') ?? fact(hints.fp, 'name'),
    scan: claimedScan(claims, sha256),
    isVerified: fact(header.isVerified, 'header'),
    quantType:
      claimed(({ metadata }) => metadata.quantType) ??
      fact(header.quantType, 'header') ??
      fact(hints.quantType, 'name'),
  }
}

const plainModelFields = [
  'nsfwLevel',
  'poi',
  'minor',
  'checkpointType',
  'allowNoCredit',
  'allowCommercialUse',
  'allowDerivatives',
  'allowDifferentLicense',
  'stats',
  'notes',
  'favorite',
] as const

const plainVersionFields = [
  'createdAt',
  'updatedAt',
  'availability',
  'earlyAccessEndsAt',
  'earlyAccessConfig',
  'preferredWeight',
  'negativePrompt',
] as const

/** Both ids come from one sidecar, so that a version is never put under another sidecar's model. */
function idsFrom(claims: readonly RankedClaim[]): { model: Fact; version: Fact } {
  const best = claims.find(({ claim }) => claim.modelId !== undefined && claim.versionId !== undefined)
  return {
    model: fact(best?.claim.modelId, best?.source ?? 'default'),
    version: fact(best?.claim.versionId, best?.source ?? 'default'),
  }
}

/** Every source that names the base model, most trusted first. */
function statementsOf({ claims, header, hints }: Evidence): BaseModelStatement[] {
  const byClaims = claims.flatMap(({ claim, source }): BaseModelStatement[] => {
    if (claim.baseModel === undefined) return []
    const isOwn = source.endsWith('+sha256')
    return [{ baseModel: claim.baseModel, source, isCoarse: coarseKinds.has(claim.source), isOwn }]
  })
  const hinted = (baseModel: string | undefined, source: 'folder' | 'name'): BaseModelStatement[] =>
    baseModel === undefined ? [] : [{ baseModel, source, isCoarse: true, isOwn: false }]
  const byHeader = header.statements ?? []
  return [...byClaims, ...byHeader, ...hinted(hints.folderBaseModel, 'folder'), ...hinted(hints.nameBaseModel, 'name')]
}

/** Sidecars whose words for base models know no more than the family. */
const coarseKinds = new Set<SidecarKind>(['swarm-json', 'web-ui-json'])

/** A file named `.zip` that holds the weights of a model is no archive for people. */
const fileTypeOf = (format: BytesFormat | undefined, { fileType }: PathHints): ModelFileType =>
  fileType === 'Archive' && format !== undefined && format !== 'Archive' ? 'Model' : fileType

/** Scan results are those of certain bytes, so only a sidecar that names the file's own SHA-256 states them. */
const claimedScan = (claims: readonly RankedClaim[], sha256: string | undefined): Fact =>
  sha256 === undefined
    ? undefined
    : fromClaims(claims, ({ files }) => files?.find(({ hashes }) => hashes.SHA256 === sha256)?.scan)

/** The entry of a sidecar's files that is this file: by hash, or by stem, or as the only one where no hash speaks against it. */
function ownFileOf({ files }: SidecarClaim, sha256: string | undefined, stem: string): ClaimedFile | undefined {
  const byHash = files?.find(({ hashes }) => sha256 !== undefined && hashes.SHA256 === sha256)
  if (byHash !== undefined) return byHash
  const possible = files?.filter(({ hashes }) => sha256 === undefined || hashes.SHA256 === undefined) ?? []
  const byStem = possible.find(({ name }) => name.replace(/\.\w{1,12}$/, '') === stem)
  return byStem ?? (files?.length === 1 ? possible[0] : undefined)
}

/** The first claim that says anything; an empty list says nothing. */
function fromClaims(claims: readonly RankedClaim[], read: (claim: SidecarClaim) => unknown): Fact {
  for (const { claim, source } of claims) {
    const value = read(claim)
    if (value !== undefined && value !== '' && !(Array.isArray(value) && value.length === 0)) return { value, source }
  }
  return undefined
}

function fact(value: unknown, source: FactSource): Fact {
  return value === undefined ? undefined : { value, source }
}

function valuesOf(facts: Facts): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(facts).flatMap(([key, known]) => (known === undefined ? [] : [[key, known.value]])),
  )
}

function sourcesOf(subject: string, facts: Facts): Record<string, FactSource> {
  return Object.fromEntries(
    Object.entries(facts).flatMap(([key, known]) => (known === undefined ? [] : [[`${subject}.${key}`, known.source]])),
  )
}
