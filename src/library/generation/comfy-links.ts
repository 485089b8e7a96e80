import type { Graph, GraphNode } from './comfy-nodes.ts'
import { isFields } from './meta-fields.ts'

/** How many more nodes a search may visit. A graph can be a circle, and a hostile one fans out. */
export interface Budget {
  nodes: number
}

/** The node that an input links to, and by which of its outputs. */
export function linked(graph: Graph, input: unknown): { node: GraphNode; output: unknown } | undefined {
  if (!Array.isArray(input) || input.length !== 2) return undefined
  const node = graph.get(String(input[0]))
  return node && { node, output: input[1] }
}

/** The nodes behind some links, nearest first, each once; `follows` tells which inputs to go back through. */
export function* nodesBehind(
  graph: Graph,
  inputs: readonly unknown[],
  { seen = new Set(), follows = () => true }: { seen?: Set<GraphNode>; follows?: (input: string) => boolean } = {},
): Generator<GraphNode> {
  const queue: GraphNode[] = []
  const add = (input: unknown) => {
    const node = linked(graph, input)?.node
    if (node === undefined || seen.has(node)) return
    seen.add(node)
    queue.push(node)
  }
  for (const input of inputs) add(input)
  for (const node of queue) {
    yield node
    for (const [name, next] of Object.entries(node.inputs)) if (follows(name)) add(next)
  }
}

/**
 * A number or a text: the input itself, or what it links to, however many links away. Of the node behind a link counts an
 * input of one of `names`, else the value of a primitive, else its only link.
 */
export function valueBehind(
  graph: Graph,
  input: unknown,
  names: readonly string[],
  budget: Budget = { nodes: 200 },
): number | string | undefined {
  if (typeof input === 'number' || typeof input === 'string') return input
  // Some loaders wrap the name that was chosen.
  if (isFields(input)) return valueBehind(graph, input.content ?? input.__value__, names, budget)
  const node = linked(graph, input)?.node
  if (node === undefined || budget.nodes-- <= 0) return undefined
  for (const name of [...names, ...valueInputs]) {
    const found = Object.hasOwn(node.inputs, name) ? valueBehind(graph, node.inputs[name], names, budget) : undefined
    if (found !== undefined) return found
  }
  const links = Object.values(node.inputs).filter((value) => linked(graph, value) !== undefined)
  const isSwitch = /switch|reroute|bypassed|any/i.test(node.type)
  return links.length === 1 || isSwitch ? valueBehind(graph, links[0], names, budget) : undefined
}

/** Inputs that hold the value of a node which is nothing but a value. */
const valueInputs = ['value', 'Value', 'int', 'INT', 'float', 'number', 'string', 'text', 'seed']
