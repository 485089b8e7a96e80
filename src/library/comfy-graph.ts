import { type GraphNode, graphOf } from './comfy-nodes.ts'
import type { UsedResource } from './parameter-text.ts'

/**
 * Reads a ComfyUI node graph, as executed (`prompt`) or as drawn (`workflow`): finds the sampler, follows its inputs to
 * the prompts, the model and the size, and lists the models of the whole graph. `undefined` when the JSON is no graph.
 */
export function readComfyGraph(json: object): Record<string, unknown> | undefined {
  const graph = graphOf(json)
  if (graph.size === 0) return undefined
  const sampler = [...graph.values()].find(isSampler)
  const resources = listModels(graph)
  const text = (input: string) => (sampler === undefined ? undefined : textBehind(graph, sampler.inputs[input]))
  const value = (...names: string[]) =>
    numberOrText(sampler === undefined ? undefined : valueBehind(graph, sampler, names))
  const guider = sampler === undefined ? undefined : nodeBehind(graph, sampler.inputs.guider)
  const model = resources.find(({ type }) => type === 'model')?.name
  const meta = {
    prompt:
      text('positive') ??
      text('guider') ??
      textBehind(graph, guider?.inputs.positive) ??
      textBehind(graph, guider?.inputs.conditioning),
    negativePrompt: text('negative') ?? textBehind(graph, guider?.inputs.negative),
    seed: value('seed', 'noise_seed', 'noise'),
    steps: value('steps', 'sigmas'),
    cfgScale: value('cfg', 'guider'),
    sampler: value('sampler_name', 'sampler'),
    scheduler: value('scheduler', 'sigmas'),
    denoise: value('denoise'),
    Size: sizeBehind(graph, sampler),
    Model: model,
    ...(resources.length === 0 ? {} : { resources }),
  }
  const known = Object.entries(meta).filter(([, entry]) => entry !== undefined)
  return known.length === 0 ? undefined : Object.fromEntries(known)
}

type Graph = ReadonlyMap<string, GraphNode>

function isSampler({ type, inputs }: GraphNode): boolean {
  return /sampler/i.test(type) && ('positive' in inputs || 'guider' in inputs)
}

function nodeBehind(graph: Graph, input: unknown): GraphNode | undefined {
  return Array.isArray(input) ? graph.get(String(input[0])) : undefined
}

/** Every node behind a link, nearest first; a graph may be a circle, so each is visited once. */
function nodesBehind(graph: Graph, input: unknown): GraphNode[] {
  const start = nodeBehind(graph, input)
  const found = new Set(start === undefined ? [] : [start])
  for (const node of found) {
    for (const next of Object.values(node.inputs)) {
      const linked = nodeBehind(graph, next)
      if (linked !== undefined && found.size < mostNodes) found.add(linked)
    }
  }
  return [...found]
}

const mostNodes = 5000
const textInputs = [
  'text',
  'text_g',
  't5xxl',
  'clip_l',
  'prompt',
  'string',
  'value',
  'Text',
  'positive',
  'conditioning',
]

function textBehind(graph: Graph, input: unknown): string | undefined {
  for (const node of nodesBehind(graph, input).slice(0, 50)) {
    const found = textInputs.map((name) => node.inputs[name]).find((value) => typeof value === 'string' && value !== '')
    if (typeof found === 'string') return found
  }
  return undefined
}

/** A setting of the sampler: in the node itself, or in the node that one of the named inputs links to. */
function valueBehind(graph: Graph, sampler: GraphNode, names: readonly string[]): unknown {
  for (const name of names) {
    const own = sampler.inputs[name]
    if (own !== undefined && !Array.isArray(own)) return own
    const linked = nodeBehind(graph, own)
    const settings =
      linked === undefined ? [] : [...names, 'value', ...(linkedNames[name] ?? [])].map((key) => linked.inputs[key])
    const found = settings.find((value) => typeof value === 'number' || typeof value === 'string')
    if (found !== undefined) return found
  }
  return undefined
}

const linkedNames: Record<string, readonly string[]> = { noise: ['noise_seed'], sampler: ['sampler_name'] }

function numberOrText(value: unknown): number | string | undefined {
  return typeof value === 'number' || typeof value === 'string' ? value : undefined
}

function sizeBehind(graph: Graph, sampler: GraphNode | undefined): string | undefined {
  const sized = nodesBehind(graph, sampler?.inputs.latent_image).find(
    ({ inputs }) => typeof inputs.width === 'number' && typeof inputs.height === 'number',
  )
  return sized === undefined ? undefined : `${sized.inputs.width}x${sized.inputs.height}`
}

const modelInputs: Record<string, string> = {
  ckpt_name: 'model',
  unet_name: 'model',
  lora_name: 'lora',
  vae_name: 'vae',
  control_net_name: 'controlnet',
  model_name: 'upscaler',
}

function listModels(graph: Graph): UsedResource[] {
  const found = [...graph.values()].flatMap(({ inputs }) =>
    Object.entries(modelInputs).flatMap(([input, type]): UsedResource[] => {
      const name = inputs[input]
      if (typeof name !== 'string' || name === '') return []
      const weight = type === 'lora' ? inputs.strength_model : undefined
      return [
        {
          type,
          name: name.replace(/\.(safetensors|ckpt|pt|pth|gguf|bin)$/i, ''),
          ...(typeof weight === 'number' ? { weight } : {}),
        },
      ]
    }),
  )
  return found.slice(0, 200)
}
