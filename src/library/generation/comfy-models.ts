import { type Budget, nodesBehind, valueBehind } from './comfy-links.ts'
import type { Graph, GraphNode } from './comfy-nodes.ts'
import { isFields } from './meta-fields.ts'
import { maxResources, namesModel, type UsedResource, withoutExtension } from './resources.ts'

/** Every model that the loaders of a graph name, each once. A LoRA that is switched off, or has no strength, is not used. */
export function listModels(graph: Graph): UsedResource[] {
  const budget: Budget = { nodes: maxVisits }
  const found = new Map<string, UsedResource>()
  for (const node of graph.values()) {
    if (found.size >= maxResources) break
    for (const resource of modelsOf(graph, node, budget)) {
      const key = `${resource.type}:${resource.name}:${resource.weight}`
      if (!found.has(key)) found.set(key, resource)
    }
  }
  return [...found.values()].slice(0, maxResources)
}

/** The name of the checkpoint or diffusion model behind a model input; undefined when the graph does not hold it. */
export function modelBehind(graph: Graph, inputs: readonly unknown[]): string | undefined {
  const budget: Budget = { nodes: maxVisits }
  for (const node of nodesBehind(graph, inputs, { follows: isModelInput })) {
    const model = modelsOf(graph, node, budget).find(({ type }) => type === 'model')
    if (model !== undefined) return model.name
  }
  return undefined
}

const isModelInput = (name: string): boolean =>
  name === '' || name === '*' || /^(base_|basic_)?(model|unet|ckpt|pipe|context|guider|any|input|source)/i.test(name)

/** Names and weights of a whole graph may come through so many links. */
const maxVisits = 20_000

function modelsOf(graph: Graph, node: GraphNode, budget: Budget): UsedResource[] {
  return Object.entries(node.inputs).flatMap(([input, value]): UsedResource[] => {
    const type = typeOfInput(input, node)
    if (type === undefined) return listedLoras(input, value)
    if (isFields(value) && 'lora' in value) return listedLoras(input, value)
    const name = valueBehind(graph, value, [input], budget)
    if (!namesModel(name)) return []
    if (type !== 'lora') return [{ type, name: withoutExtension(name) }]
    const weight = weightOf(graph, node, { input, budget })
    return weight === 0 || isOff(node, input)
      ? []
      : [{ type, name: withoutExtension(name), ...(weight !== undefined && { weight }) }]
  })
}

/** What kind of model an input of a node names. */
function typeOfInput(input: string, { type }: GraphNode): string | undefined {
  if (Object.hasOwn(modelInputs, input)) return modelInputs[input]
  if (loraInput.test(input)) return 'lora'
  if (input !== 'model_name') return undefined
  if (/upscale/i.test(type)) return 'upscaler'
  if (/checkpoint|unet|diffusion/i.test(type)) return 'model'
  return /animatediff|^ade_/i.test(type) ? 'motionmodule' : undefined
}

const modelInputs: Record<string, string> = {
  ckpt_name: 'model',
  base_ckpt_name: 'model',
  refiner_ckpt_name: 'model',
  unet_name: 'model',
  gguf_name: 'model',
  vae_name: 'vae',
  control_net_name: 'controlnet',
}

/** `lora_name`, and where a node has several: `lora_name_1`, `lora_1_name`, `lora_01`. The digits join a weight to its name. */
const loraInput = /^lora(?:_name)?(?:_(\d{1,3}))?(?:_name)?$/

function weightOf(
  graph: Graph,
  { inputs }: GraphNode,
  { input, budget }: { input: string; budget: Budget },
): number | undefined {
  const digits = loraInput.exec(input)?.[1]
  const names =
    digits === undefined
      ? ['strength_model', 'strength', 'lora_strength', 'lora_model_strength', 'model_strength', 'weight']
      : [
          ...['strength', 'lora_wt', 'model_str', 'model_weight', 'strength_model'].map((name) => `${name}_${digits}`),
          ...['strength', 'model_strength', 'weight'].map((name) => `lora_${digits}_${name}`),
        ]
  const name = names.find((candidate) => Object.hasOwn(inputs, candidate))
  const weight = name === undefined ? undefined : valueBehind(graph, inputs[name], [name], budget)
  return typeof weight === 'number' ? weight : undefined
}

/** Stacks have a switch for each LoRA, or a count of those in use. */
function isOff({ inputs }: GraphNode, input: string): boolean {
  const digits = loraInput.exec(input)?.[1]
  if (digits === undefined) return false
  const states = [`switch_${digits}`, `lora_${digits}_enabled`, `enabled_${digits}`].map((name) => inputs[name])
  const count = inputs.lora_count ?? inputs.num_loras
  return (
    states.some((state) => state === 'Off' || state === false) || (typeof count === 'number' && Number(digits) > count)
  )
}

/** LoRAs as objects: `{on, lora, strength}` each in an input of its own, or a list of `{name, strength, active}`. */
function listedLoras(input: string, value: unknown): UsedResource[] {
  const list = isFields(value) && Array.isArray(value.__value__) ? value.__value__ : value
  const entries = Array.isArray(list) && /lora/i.test(input) ? list : [list]
  return entries.slice(0, maxResources).flatMap((entry: unknown): UsedResource[] => {
    if (!isFields(entry)) return []
    const name = entry.lora ?? (/lora/i.test(input) ? entry.name : undefined)
    if (!namesModel(name) || entry.on === false || entry.active === false || entry.enabled === false) return []
    const weight = Number(entry.strength ?? entry.strength_model ?? entry.weight ?? Number.NaN)
    if (weight === 0) return []
    return [{ type: 'lora', name: withoutExtension(name), ...(Number.isFinite(weight) ? { weight } : {}) }]
  })
}
