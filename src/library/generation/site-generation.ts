import { parseLenientJson } from '../headers/lenient-json.ts'
import { type Fields, isFields, knownFields, numberOf, numberOrDigits, otherFields, textOf } from './meta-fields.ts'
import { mergeSiteResources, readSiteResources, type SiteResource, siteResourceOf } from './resources.ts'
import { siteSamplerName } from './sampler-names.ts'

/*
 * The site's own generator runs ComfyUI. It saves the graph with two more fields: `extra.airs` names every version that was
 * used, and `extraMetadata` is what was entered, as JSON or as a text of JSON.
 */

/** Reads `extraMetadata`; undefined when it has no prompt. */
export function readExtraMetadata(value: unknown): Record<string, unknown> | undefined {
  const fields = objectIn(value)
  if (fields === undefined || typeof fields.prompt !== 'string') return undefined
  const sampler = textOf(fields.sampler)
  return knownFields({
    prompt: fields.prompt,
    negativePrompt: textOf(fields.negativePrompt),
    seed: numberOrDigits(fields.seed),
    steps: numberOf(fields.steps),
    cfgScale: numberOf(fields.cfgScale),
    sampler: sampler === undefined ? undefined : siteSamplerName(sampler, fields.scheduler),
    clipSkip: numberOf(fields.clipSkip),
    workflow: textOf(fields.workflowId) ?? textOf(fields.workflow),
    ...otherFields(fields, [
      'prompt',
      'negativePrompt',
      'seed',
      'steps',
      'cfgScale',
      'sampler',
      'clipSkip',
      'workflowId',
      'workflow',
      'resources',
      'civitaiResources',
    ]),
    civitaiResources: mergeSiteResources([readSiteResources(fields.resources)]),
  })
}

/** The versions that a graph names beside its nodes: `extra.airs`, and the `model@version` lists of earlier years. */
export function siteResourcesOfGraph(json: Fields): SiteResource[] {
  const extra = isFields(json.extra) ? json.extra : {}
  const airs = Array.isArray(extra.airs) ? extra.airs : []
  const earlier = Object.entries(earlierAirs).flatMap(([key, type]) =>
    (Array.isArray(extra[key]) ? extra[key] : []).map((text) => `urn:air:any:${type}:civitai:${text}`),
  )
  return mergeSiteResources([
    [...airs, ...earlier].slice(0, maxAirs).flatMap((air) => siteResourceOf(String(air)) ?? []),
  ])
}

const maxAirs = 500
const earlierAirs = { ckpt_airs: 'checkpoint', lora_airs: 'lora', embedding_airs: 'embedding' }

function objectIn(value: unknown): Fields | undefined {
  if (typeof value !== 'string') return isFields(value) ? value : undefined
  try {
    const parsed = parseLenientJson(value)
    return isFields(parsed) ? parsed : undefined
  } catch {
    return undefined
  }
}
