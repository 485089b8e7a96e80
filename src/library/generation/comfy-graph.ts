import { type Budget, linked, nodesBehind, valueBehind } from './comfy-links.ts'
import { listModels, modelBehind } from './comfy-models.ts'
import { type Graph, type GraphNode, graphOf } from './comfy-nodes.ts'
import { promptBehind, type Role } from './comfy-prompts.ts'
import { findSampler } from './comfy-sampler.ts'
import { knownFields, sizeOf } from './meta-fields.ts'
import { mergeSiteResources, siteResourceOf } from './resources.ts'
import { siteSamplerName } from './sampler-names.ts'

/**
 * Reads a ComfyUI node graph, as executed (`prompt`) or as drawn (`workflow`): finds the sampler that made the saved image,
 * follows its inputs to the prompts, the model and the size, and lists the models of the whole graph. `undefined` when the
 * JSON is no graph, or says nothing of these.
 */
export function readComfyGraph(json: object): Record<string, unknown> | undefined {
  const graph = graphOf(json)
  if (graph.size === 0) return undefined
  const sampler = findSampler(graph)
  const models = listModels(graph)
  const named = models.filter(({ name }) => siteResourceOf(name) === undefined)
  const used = sampler && modelBehind(graph, [sampler.inputs.model, sampler.inputs.guider, ...pipesOf(sampler)])
  const main = used ?? named.find(({ type }) => type === 'model')?.name
  const first = named.find(({ type, name }) => type === 'model' && name === main)
  const meta = knownFields({
    ...(sampler && readSampler(graph, sampler)),
    Model: main !== undefined && siteResourceOf(main) === undefined ? main : undefined,
    resources: first === undefined ? named : [first, ...named.filter((resource) => resource !== first)],
    civitaiResources: mergeSiteResources([models.flatMap(({ name, weight }) => siteResourceOf(name, weight) ?? [])]),
  })
  return Object.keys(meta).length === 0 ? undefined : meta
}

/** The settings of a sampler: in the node itself, or in those that its inputs link to. */
function readSampler(graph: Graph, sampler: GraphNode): Record<string, unknown> {
  const value = (names: readonly string[], nodes: readonly (GraphNode | undefined)[] = [sampler]) => {
    for (const node of nodes)
      for (const name of names) {
        const input = node !== undefined && Object.hasOwn(node.inputs, name) ? node.inputs[name] : undefined
        const found = valueBehind(graph, input, names)
        if (found !== undefined) return found
      }
    return undefined
  }
  const guider = linked(graph, sampler.inputs.guider)?.node
  const noise = linked(graph, sampler.inputs.noise)?.node
  const pipe = pipesOf(sampler).map((input) => linked(graph, input)?.node)
  const sigmas = [
    ...nodesBehind(graph, [sampler.inputs.sigmas], { follows: (name) => /^(sigmas|any|input)/.test(name) }),
  ]
  const select = linked(graph, sampler.inputs.sampler)?.node
  const name = value(['sampler_name'], [sampler, select, ...pipe]) ?? (select && samplerOfType[select.type])
  const scheduler = value(['scheduler'], [sampler, ...sigmas, ...pipe])
  const text = (role: Role) => promptOf(graph, sampler, guider, role)
  return {
    prompt: text('positive'),
    negativePrompt: text('negative'),
    seed: value(['seed', 'noise_seed'], [sampler, noise, ...pipe]),
    steps: value(['steps'], [sampler, ...sigmas, ...pipe]),
    cfgScale: value(['cfg'], [sampler, guider, ...pipe]) ?? guidanceOf(graph, sampler, guider),
    sampler: typeof name === 'string' ? siteSamplerName(name, scheduler) : undefined,
    scheduler,
    denoise: value(['denoise'], [sampler, ...sigmas, ...pipe]),
    Size: sizeBehind(graph, [sampler.inputs.latent_image, sampler.inputs.samples, ...pipesOf(sampler)]),
  }
}

/** Samplers that are a node of their own instead of a name. */
const samplerOfType: Record<string, string> = Object.assign(Object.create(null), {
  SamplerEulerAncestral: 'euler_ancestral',
  SamplerDPMPP_2M_SDE: 'dpmpp_2m_sde',
  SamplerDPMPP_SDE: 'dpmpp_sde',
  SamplerDPMPP_3M_SDE: 'dpmpp_3m_sde',
  SamplerDPMPP_2S_Ancestral: 'dpmpp_2s_ancestral',
  SamplerLMS: 'lms',
})

/** Inputs that carry model, prompts and settings together. */
const pipesOf = ({ inputs }: GraphNode): unknown[] =>
  Object.entries(inputs).flatMap(([name, value]) => (/pipe|context/i.test(name) ? [value] : []))

function promptOf(graph: Graph, sampler: GraphNode, guider: GraphNode | undefined, role: Role): string | undefined {
  const sources =
    guider === undefined
      ? [sampler.inputs[role], ...pipesOf(sampler)]
      : [guider.inputs[role], ...(role === 'positive' ? [guider.inputs.conditioning, guider.inputs.cond1] : [])]
  // A link that leads to no text says that there is none: what else is near is not asked.
  const source = sources.find((input) => typeof input === 'string' || linked(graph, input) !== undefined)
  return promptBehind(graph, source, role)
}

/** Flux has no cfg but a guidance, which the site shows in its place. */
function guidanceOf(graph: Graph, sampler: GraphNode, guider: GraphNode | undefined): number | string | undefined {
  const start = guider?.inputs.conditioning ?? sampler.inputs.positive
  const budget: Budget = { nodes: 500 }
  for (const node of nodesBehind(graph, [start], { follows: (name) => /^(conditioning|positive)/.test(name) })) {
    const guidance = valueBehind(graph, node.inputs.guidance, ['guidance'], budget)
    if (guidance !== undefined) return guidance
  }
  return undefined
}

function sizeBehind(graph: Graph, latents: readonly unknown[]): string | undefined {
  const budget: Budget = { nodes: 2000 }
  for (const { inputs } of nodesBehind(graph, latents)) {
    const [width, height] = [
      valueBehind(graph, inputs.width ?? inputs.empty_latent_width, ['width'], budget),
      valueBehind(graph, inputs.height ?? inputs.empty_latent_height, ['height'], budget),
    ]
    if (typeof width === 'number' && typeof height === 'number') return sizeOf(width, height)
    const [, across, down] =
      /^\s?(\d{2,5}) ?[x×] ?(\d{2,5})\b/.exec(String(inputs.resolution ?? inputs.dimensions ?? '')) ?? []
    if (across !== undefined) return sizeOf(across, down)
  }
  return undefined
}
