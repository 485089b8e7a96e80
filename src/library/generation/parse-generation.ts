import { withoutHexPrefix } from '../../catalog/hex-prefix.ts'
import { parseLenientJson } from '../headers/lenient-json.ts'
import { readComfyGraph } from './comfy-graph.ts'
import { readFooocus } from './fooocus.ts'
import type { ImageTexts } from './image-texts.ts'
import { readDream, readInvokeAi, readSdMetadata } from './invokeai.ts'
import { type Fields, isFields } from './meta-fields.ts'
import { readNovelAi } from './novelai.ts'
import { readParameterText } from './parameter-text.ts'
import { mergeSiteResources, readSiteResources } from './resources.ts'
import { readExtraMetadata, siteResourcesOfGraph } from './site-generation.ts'
import { readSwarm } from './swarm.ts'

/** `meta` has the flat keys of `GET /images` (contract §2) and whatever else the image held, by its own names. */
export type GenerationParameters = {
  meta: Record<string, unknown>
  /** Every hash that the image names, upper-case hex, to link it to versions. */
  hashes: string[]
}

type Meta = Record<string, unknown>

/**
 * Reads how an image was made from the texts inside it: the text form of the web UIs, the JSON of other programs, or a node
 * graph. What a program wrote down as parameters comes before a graph that has to be interpreted. `undefined` when the texts
 * hold nothing of the kind.
 */
export function parseGenerationParameters(texts: ImageTexts): GenerationParameters | undefined {
  const meta = readParameters(texts) ?? readByKeyword(texts) ?? readGraphs(texts)
  return meta && { meta, hashes: hashesIn(meta) }
}

function readParameters({ byKeyword, comments }: ImageTexts): Meta | undefined {
  const candidates = [own(byKeyword, 'sui_image_params'), own(byKeyword, 'parameters'), ...comments]
  for (const text of candidates) {
    if (text === undefined) continue
    const json = objectIn(text)
    const meta = json === undefined ? readParameterText(text) : readParameterJson(json, byKeyword)
    if (meta !== undefined) return meta
  }
  return undefined
}

/** JSON where a web UI has its text. The comment of a graph that is elsewhere in the image can hold `extraMetadata` alone. */
function readParameterJson(json: Fields, byKeyword: ImageTexts['byKeyword']): Meta | undefined {
  const program = readSwarm(json) ?? readFooocus(json) ?? readInvokeAi(json) ?? readSdMetadata(json)
  if (program !== undefined) return program
  const { extraMetadata } = json
  if (extraMetadata !== undefined || 'extra' in json)
    return graphMeta([json, objectIn(own(byKeyword, 'prompt')), objectIn(own(byKeyword, 'workflow'))], extraMetadata)
  const [prompt, workflow] = [json.prompt, json.workflow].map((part) => (isFields(part) ? part : objectIn(part)))
  return graphMeta(prompt === undefined && workflow === undefined ? [json] : [prompt, workflow])
}

function readByKeyword({ byKeyword }: ImageTexts): Meta | undefined {
  const json = (keyword: string) => objectIn(own(byKeyword, keyword))
  const [metadata, sdMetadata, comment] = [json('invokeai_metadata'), json('sd-metadata'), json('Comment')]
  const dream = own(byKeyword, 'Dream')
  return (
    (metadata && readInvokeAi(metadata)) ??
    (sdMetadata && readSdMetadata(sdMetadata)) ??
    (dream === undefined ? undefined : readDream(dream)) ??
    (comment && readNovelAi(comment, { description: own(byKeyword, 'Description'), source: own(byKeyword, 'Source') }))
  )
}

function readGraphs({ byKeyword }: ImageTexts): Meta | undefined {
  const graphs = [objectIn(own(byKeyword, 'prompt')), objectIn(own(byKeyword, 'workflow'))]
  return graphMeta(graphs, own(byKeyword, 'extraMetadata'))
}

/** The first graph that says something, with what the site wrote beside any of them. */
function graphMeta(graphs: readonly (Fields | undefined)[], extraMetadata?: unknown): Meta | undefined {
  const known = graphs.filter((graph) => graph !== undefined)
  const entered = [extraMetadata, ...known.map((graph) => graph.extraMetadata)]
    .map(readExtraMetadata)
    .find((meta) => meta !== undefined)
  let drawn: Meta | undefined
  for (const graph of known) drawn ??= readComfyGraph(graph)
  const site = mergeSiteResources([
    ...known.map(siteResourcesOfGraph),
    readSiteResources(drawn?.civitaiResources),
    readSiteResources(entered?.civitaiResources),
  ])
  if (entered === undefined && drawn === undefined && site.length === 0) return undefined
  return { ...drawn, ...entered, ...(site.length > 0 && { civitaiResources: site }) }
}

const own = (texts: Readonly<Record<string, string>>, keyword: string): string | undefined =>
  Object.hasOwn(texts, keyword) ? texts[keyword] : undefined

/** The JSON object in a text; RuinedFooocus has written its JSON as a text within JSON. */
function objectIn(text: unknown): Fields | undefined {
  if (typeof text !== 'string' || !/^\s{0,100}(\{|"\{)/.test(text)) return undefined
  try {
    const outer = parseLenientJson(text)
    const value = typeof outer === 'string' ? parseLenientJson(outer) : outer
    return isFields(value) ? value : undefined
  } catch {
    return undefined
  }
}

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
