import type { Tensor } from './tensors.ts'

/** A layer of a model, or the layer that an adapter changes: its name with `_` between the parts, and its sizes. */
export interface Layer {
  name: string
  /** Size of the input; `undefined` when the tensors do not tell. */
  input?: number | undefined
  output?: number | undefined
}

/**
 * Gathers the layers of a model from tensor names in any of the usual spellings: whole weights, LoRA (kohya, PEFT,
 * diffusers, XLabs), LoHa and LoKr. Prefixes such as `model.diffusion_model.` and `lora_unet_` stay part of the name.
 */
export function layersOf(allTensors: readonly Tensor[]): Layer[] {
  const tensors = allTensors.slice(0, maxTensors).filter(({ name }) => name.length < maxNameLength)
  // Quantized weights are packed: their shapes are not those of the layer.
  const packed = new Set(tensors.flatMap(({ name }) => /^(.*)\.weight\.(?:quant_state|absmax)/.exec(name)?.[1] ?? []))
  const layers = new Map<string, Gathered>()
  for (const { name, shape } of tensors) {
    const match = tensorName.exec(name)
    const [, module = name, kind = ''] = match ?? []
    const key = module.replaceAll('.', '_')
    const layer: Gathered = layers.get(key) ?? { name: key, factors: new Map() }
    layers.set(key, layer)
    const [rows, columns] = shape
    if (/^(?:lora_down|lora_A|lora\.down|lora_linear_layer\.down|down|hada_w1_b)/.test(kind)) layer.input ??= columns
    else if (/^(?:lora_up|lora_B|lora\.up|lora_linear_layer\.up|up|hada_w1_a)/.test(kind)) layer.output ??= rows
    else if (/^lokr_/.test(kind)) layer.factors.set(kind, shape)
    else if (/^(?:weight|diff)$/.test(kind) && !packed.has(module)) {
      layer.output ??= rows
      layer.input ??= columns
    }
  }
  return [...layers.values()].map(({ factors, ...layer }) => ({ ...productOf(factors), ...layer }))
}

type Gathered = Layer & { factors: Map<string, readonly number[]> }

/** No real model comes near; hostile headers must not cost seconds. */
const maxTensors = 50_000
const maxNameLength = 500

const tensorName =
  /^(.+?)[._](lora_(?:down|up|A|B)(?:\.[\w-]{1,40})?\.weight|lora\.(?:down|up)\.weight|lora_linear_layer\.(?:down|up)\.weight|(?:down|up)\.weight|hada_w[12]_[ab]|lokr_w[12](?:_[ab])?|weight|diff)$/

/** LoKr: the Kronecker product of two matrices, each of which may be the product of two. */
function productOf(factors: ReadonlyMap<string, readonly number[]>): { input?: number; output?: number } {
  const rows = (name: string) => factors.get(name)?.[0] ?? factors.get(`${name}_a`)?.[0]
  const columns = (name: string) => factors.get(name)?.[1] ?? factors.get(`${name}_b`)?.[1]
  const product = (one: number | undefined, other: number | undefined) =>
    one === undefined || other === undefined ? undefined : one * other
  const [output, input] = [product(rows('lokr_w1'), rows('lokr_w2')), product(columns('lokr_w1'), columns('lokr_w2'))]
  return { ...(output !== undefined && { output }), ...(input !== undefined && { input }) }
}
