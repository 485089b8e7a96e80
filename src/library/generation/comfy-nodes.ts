import { isFields } from './meta-fields.ts'

/** A node of a graph: `inputs` holds values, or links as `[node id, output]`. */
export type GraphNode = { type: string; inputs: Record<string, unknown> }

/** The nodes of a graph by id. */
export type Graph = ReadonlyMap<string, GraphNode>

/** The nodes of a ComfyUI graph by id, from its executed or its drawn form; empty when the JSON is neither. */
export function graphOf(json: object): Graph {
  return 'nodes' in json && Array.isArray(json.nodes)
    ? drawnGraph(json.nodes, 'links' in json ? json.links : [])
    : executedGraph(json)
}

const maxNodes = 5000
const maxInputs = 500

function executedGraph(json: object): Map<string, GraphNode> {
  const graph = new Map<string, GraphNode>()
  for (const [id, node] of Object.entries(json)) {
    if (!isFields(node) || typeof node.class_type !== 'string' || !isFields(node.inputs)) continue
    if (graph.size >= maxNodes) break
    graph.set(id, {
      type: node.class_type,
      inputs: Object.fromEntries(Object.entries(node.inputs).slice(0, maxInputs)),
    })
  }
  return graph
}

/** In the drawn form, values stand in a list without names; the common nodes' names are known. */
const widgets: Record<string, readonly string[]> = {
  KSampler: ['seed', 'control', 'steps', 'cfg', 'sampler_name', 'scheduler', 'denoise'],
  KSamplerAdvanced: ['add_noise', 'noise_seed', 'control', 'steps', 'cfg', 'sampler_name', 'scheduler'],
  CLIPTextEncode: ['text'],
  CheckpointLoaderSimple: ['ckpt_name'],
  UNETLoader: ['unet_name'],
  UnetLoaderGGUF: ['unet_name'],
  VAELoader: ['vae_name'],
  LoraLoader: ['lora_name', 'strength_model', 'strength_clip'],
  LoraLoaderModelOnly: ['lora_name', 'strength_model'],
  EmptyLatentImage: ['width', 'height', 'batch_size'],
  EmptySD3LatentImage: ['width', 'height', 'batch_size'],
  ControlNetLoader: ['control_net_name'],
  UpscaleModelLoader: ['model_name'],
  RandomNoise: ['noise_seed'],
  KSamplerSelect: ['sampler_name'],
  BasicScheduler: ['scheduler', 'steps', 'denoise'],
  FluxGuidance: ['guidance'],
  CFGGuider: ['cfg'],
  PrimitiveNode: ['value'],
  PrimitiveInt: ['value'],
  PrimitiveString: ['value'],
  PrimitiveStringMultiline: ['value'],
  SaveImage: ['filename_prefix'],
}

/** Modes of a node that is not executed: a muted one gives nothing, a bypassed one passes its inputs on. */
const [muted, bypassed] = [2, 4]

function drawnGraph(nodes: readonly unknown[], links: unknown): Map<string, GraphNode> {
  const origins = new Map<unknown, readonly unknown[]>()
  for (const link of Array.isArray(links) ? links : []) {
    if (Array.isArray(link)) origins.set(link[0], [String(link[1]), link[2]])
    else if (isFields(link)) origins.set(link.id, [String(link.origin_id), link.origin_slot])
  }
  const graph = new Map<string, GraphNode>()
  for (const node of nodes.slice(0, maxNodes)) {
    if (!isFields(node) || typeof node.type !== 'string' || node.mode === muted) continue
    const values = node.mode === bypassed ? [] : widgetValues(node)
    graph.set(String(node.id), {
      type: node.mode === bypassed ? 'bypassed' : node.type,
      inputs: Object.fromEntries([...values, ...linkedInputs(node, origins)].slice(0, maxInputs)),
    })
  }
  return graph
}

function widgetValues(node: Readonly<Record<string, unknown>>): [string, unknown][] {
  const { type, widgets_values: values } = node
  if (isFields(values)) return Object.entries(values)
  if (!Array.isArray(values)) return []
  const known = typeof type === 'string' && Object.hasOwn(widgets, type) ? widgets[type] : undefined
  const named = (known ?? widgetNames(node.inputs, values)).map((name, index): [string, unknown] => [
    name,
    values[index],
  ])
  // Loaders with lists of LoRAs keep an object for each.
  const listed = values.flatMap((value, index): [string, unknown][] =>
    isFields(value) && typeof value.lora === 'string' ? [[`lora_${index}`, value]] : [],
  )
  return [...named, ...listed]
}

/** Newer graphs name the widget of an input; what controls a seed after its use follows it without a name. */
function widgetNames(inputs: unknown, values: readonly unknown[]): string[] {
  const names: string[] = []
  for (const input of Array.isArray(inputs) ? inputs : []) {
    if (!isFields(input) || typeof input.name !== 'string' || !isFields(input.widget)) continue
    names.push(input.name)
    const next = values[names.length]
    if (/seed$/.test(input.name) && /^(fixed|randomize|increment|decrement)$/.test(String(next))) names.push('control')
  }
  return names
}

function linkedInputs(
  { inputs }: Readonly<Record<string, unknown>>,
  origins: ReadonlyMap<unknown, readonly unknown[]>,
): [string, unknown][] {
  return (Array.isArray(inputs) ? inputs : []).flatMap((input: unknown): [string, unknown][] => {
    const origin = isFields(input) ? origins.get(input.link) : undefined
    return isFields(input) && typeof input.name === 'string' && origin !== undefined ? [[input.name, origin]] : []
  })
}
