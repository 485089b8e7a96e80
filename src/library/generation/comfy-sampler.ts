import { linked, nodesBehind } from './comfy-links.ts'
import type { Graph, GraphNode } from './comfy-nodes.ts'

/**
 * The sampler whose result was saved: the nearest one on the way back from a node that saves an image, else from one that
 * shows it, else from any node that nothing follows. What samples parts of an image again (a face, tiles) counts only where
 * there is no other.
 */
export function findSampler(graph: Graph): GraphNode | undefined {
  const nodes = [...graph.values()]
  const followed = new Set(
    nodes.flatMap(({ inputs }) => Object.values(inputs).map((input) => linked(graph, input)?.node)),
  )
  const ends = [
    ...nodes.filter(({ type }) => /save/i.test(type)),
    ...nodes.filter(({ type }) => /preview/i.test(type)),
    ...nodes.filter((node) => !followed.has(node)),
  ]
  for (const isWanted of [isSampler, isResampler]) {
    const seen = new Set<GraphNode>()
    for (const end of ends) {
      if (isWanted(end)) return end
      for (const node of nodesBehind(graph, Object.values(end.inputs), { seen })) if (isWanted(node)) return node
    }
    const anywhere = nodes.find(isWanted)
    if (anywhere !== undefined) return anywhere
  }
  return undefined
}

function isSampler({ type, inputs }: GraphNode): boolean {
  return (
    /sampler/i.test(type) && ['positive', 'guider', 'latent_image', 'pipe', 'basic_pipe'].some((name) => name in inputs)
  )
}

const isResampler = ({ inputs }: GraphNode): boolean => 'positive' in inputs && ('seed' in inputs || 'steps' in inputs)
