import { withoutHexPrefix } from '../catalog/hex-prefix.ts'
import { readComfyGraph } from './comfy-graph.ts'
import { parseLenientJson } from './lenient-json.ts'
import { readParameterText } from './parameter-text.ts'
import { readSwarmParameters } from './swarm-parameters.ts'

/** The texts inside an image that may hold how it was made. */
export type ImageTexts = {
  /** PNG text chunks by keyword (`parameters`, `prompt`, `workflow`, `sui_image_params`). */
  pngText: Record<string, string>
  /** The EXIF comment of a JPEG or WebP, decoded. */
  userComment?: string
}

/** `meta` has the flat keys of `GET /images` (contract §2) and whatever else the image held, by its own names. */
export type GenerationParameters = {
  meta: Record<string, unknown>
  /** Every hash that the image names, upper-case hex, to link it to versions. */
  hashes: string[]
}

/** Reads generation parameters from the text form, from node graphs, or from SwarmUI's JSON; `undefined` when there are none. */
export function parseGenerationParameters({ pngText, userComment }: ImageTexts): GenerationParameters | undefined {
  const texts = [ownText(pngText, 'sui_image_params'), ownText(pngText, 'parameters'), userComment]
  for (const text of texts) {
    if (text === undefined || text.length > longestText) continue
    const meta = text.trimStart().startsWith('{') ? readJson(text) : readParameterText(text)
    if (meta !== undefined) return withHashes(meta)
  }
  for (const chunk of ['prompt', 'workflow']) {
    const meta = readJson(ownText(pngText, chunk) ?? '')
    if (meta !== undefined) return withHashes(meta)
  }
  return undefined
}

const longestText = 16_000_000

function ownText(texts: Record<string, string>, keyword: string): string | undefined {
  return Object.hasOwn(texts, keyword) ? texts[keyword] : undefined
}

function readJson(json: string): Record<string, unknown> | undefined {
  if (json.length > longestText) return undefined
  try {
    const value = parseLenientJson(json)
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
    return readSwarmParameters(value) ?? readComfyGraph(value)
  } catch {
    return undefined
  }
}

const withHashes = (meta: Record<string, unknown>): GenerationParameters => ({ meta, hashes: hashesIn(meta) })

/** Every hash that generation parameters name, upper-case hex; from where they stand in the flat keys (contract §2). */
export function hashesIn(meta: Record<string, unknown>): string[] {
  const candidates: unknown[] = []
  for (const [key, value] of Object.entries(meta)) if (/hash$/i.test(key)) candidates.push(value)
  if (typeof meta.hashes === 'object' && meta.hashes !== null) candidates.push(...Object.values(meta.hashes))
  if (Array.isArray(meta.resources))
    candidates.push(...meta.resources.map((resource: { hash?: unknown } | null) => resource?.hash))
  return [...new Set(candidates.flatMap(hashIn))].slice(0, 500)
}

/** A hash of one of the lengths that the catalog looks up: AutoV1 and CRC32 8, AutoV2 10, AutoV3 12, SHA-256 and BLAKE3 64. */
function hashIn(value: unknown): string[] {
  const hex = typeof value === 'string' ? withoutHexPrefix(value.trim()) : ''
  return /^([0-9a-f]{8}|[0-9a-f]{10}|[0-9a-f]{12}|[0-9a-f]{64})$/i.test(hex) ? [hex.toUpperCase()] : []
}
