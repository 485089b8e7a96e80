/** A node of a graph: `inputs` holds values, or links as `[node id, output]`. */
export type GraphNode = { type: string; inputs: Record<string, unknown> }

/** The nodes of a ComfyUI graph by id, from its executed or its drawn form; empty when the JSON is neither. */
export function graphOf(json: object): ReadonlyMap<string, GraphNode> {
  return 'nodes' in json && Array.isArray(json.nodes)
    ? drawnGraph(json.nodes, 'links' in json ? json.links : [])
    : executedGraph(json)
}

const mostNodes = 5000

function executedGraph(json: object): Map<string, GraphNode> {
  const graph = new Map<string, GraphNode>()
  for (const [id, node] of Object.entries(json).slice(0, mostNodes)) {
    if (!isObject(node) || typeof node.class_type !== 'string' || !isObject(node.inputs)) continue
    graph.set(id, { type: node.class_type, inputs: node.inputs })
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
}

function drawnGraph(nodes: readonly unknown[], links: unknown): Map<string, GraphNode> {
  const origins = new Map<unknown, readonly unknown[]>()
  for (const link of Array.isArray(links) ? links : [])
    if (Array.isArray(link)) origins.set(link[0], [String(link[1]), link[2]])
  const graph = new Map<string, GraphNode>()
  for (const node of nodes.slice(0, mostNodes)) {
    if (!isObject(node) || typeof node.type !== 'string') continue
    graph.set(String(node.id), {
      type: node.type,
      inputs: Object.fromEntries([...widgetValues(node), ...linkedInputs(node, origins)]),
    })
  }
  return graph
}

function widgetValues({ type, widgets_values: values }: Record<string, unknown>): [string, unknown][] {
  if (isObject(values)) return Object.entries(values)
  const names = typeof type === 'string' && Object.hasOwn(widgets, type) ? widgets[type] : undefined
  return Array.isArray(values) ? (names ?? []).map((name, index) => [name, values[index]]) : []
}

function linkedInputs(
  { inputs }: Record<string, unknown>,
  origins: ReadonlyMap<unknown, readonly unknown[]>,
): [string, unknown][] {
  return (Array.isArray(inputs) ? inputs : []).flatMap((input: unknown): [string, unknown][] => {
    const origin = isObject(input) ? origins.get(input.link) : undefined
    return isObject(input) && typeof input.name === 'string' && origin !== undefined ? [[input.name, origin]] : []
  })
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
