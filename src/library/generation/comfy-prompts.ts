import { type Budget, linked } from './comfy-links.ts'
import type { Graph, GraphNode } from './comfy-nodes.ts'

/** The prompt to find. */
export type Role = 'positive' | 'negative'

/**
 * Returns the text that a conditioning was encoded from, following its links through the nodes between them. The text can be empty.
 * Undefined for a conditioning that was zeroed out, or whose text the graph does not contain. Only linked nodes are read.
 */
export function promptBehind(graph: Graph, input: unknown, role: Role): string | undefined {
  return textBehind({ graph, role, budget: { nodes: 500 }, path: new Set() }, input)
}

interface Search {
  graph: Graph
  role: Role
  budget: Budget
  /** The nodes from the start to the current one, because a graph can have cycles. */
  path: Set<GraphNode>
}

function textBehind(search: Search, input: unknown): string | undefined {
  if (typeof input === 'string') return input
  const link = linked(search.graph, input)
  if (link === undefined || search.path.has(link.node) || search.budget.nodes-- <= 0) return undefined
  search.path.add(link.node)
  const text = textOfNode(search, link.node, link.output)
  search.path.delete(link.node)
  return text
}

function textOfNode(search: Search, node: GraphNode, output: unknown): string | undefined {
  const { inputs, type } = node
  if (/zero.?out/i.test(type)) return undefined
  const has = (name: string) => Object.hasOwn(inputs, name) && inputs[name] !== null
  if (has('positive') && has('negative')) return textBehind(search, inputs[sideOf(node, output, search.role)])
  if (has('text_g')) return joinedPair(textBehind(search, inputs.text_g), textBehind(search, inputs.text_l))
  if (/concat|join|append/i.test(type) && !/conditioning/i.test(type)) return joined(search, node)
  for (const name of textInputs(search.role)) {
    const text = has(name) ? textBehind(search, inputs[name]) : undefined
    if (text !== undefined) return text
  }
  const conditionings = Object.entries(inputs).filter(([name]) => /^(conditioning|cond)(_?\w{1,8})?$/i.test(name))
  if (conditionings.length > 0) {
    const texts = conditionings.map(([, value]) => textBehind(search, value)).filter((text) => text !== undefined)
    const said = [...new Set(texts.filter((text) => text !== ''))]
    return texts.length === 0 ? undefined : said.join(', ')
  }
  return passedOn(search, node)
}

/**
 * Returns which input of a node with both prompts to follow. Some nodes have an output for each, so the output decides; for others
 * the requested role does.
 */
function sideOf({ type, inputs }: GraphNode, output: unknown, role: Role): Role {
  const hasBothOutputs =
    /control.?net|inpaint|conditioning|tovideo|reference/i.test(type) && Array.isArray(inputs.positive)
  if (hasBothOutputs && output === 0) return 'positive'
  return hasBothOutputs && output === 1 ? 'negative' : role
}

const textInputs = (role: Role): string[] => [
  'populated_text',
  `text_${role}`,
  `${role}_prompt`,
  role,
  'text',
  'prompt',
  'user_prompt',
  't5xxl',
  'mt5xl',
  'clip_l',
  'string',
  'Text',
  'value',
  'wildcard_text',
  'string_field',
]

/** Joins the texts of the two encoders of SDXL. They can be equal, one can be empty, or each has a part of the prompt. */
function joinedPair(one: string | undefined, other: string | undefined): string | undefined {
  if (one === undefined || one === '') return other ?? one
  return other === undefined || other === '' || other === one ? one : `${one}, ${other}`
}

/** Joins the texts of a node's inputs in their order, with the separator that the node names. */
function joined(search: Search, { inputs }: GraphNode): string | undefined {
  const isSeparator = (name: string) => /delim|separator|clean|linebreak|strip|mode/i.test(name)
  const separator = Object.entries(inputs).find(([name]) => /delim|separator/i.test(name))?.[1]
  const texts = Object.entries(inputs)
    .filter(([name]) => !isSeparator(name))
    .map(([, value]) => textBehind(search, value))
    .filter((text) => text !== undefined && text !== '')
  return texts.length === 0 ? undefined : texts.join(typeof separator === 'string' ? separator : '')
}

/** Follows a node without its own text: its only link or, for a switch, the first link that leads to a text. */
function passedOn(search: Search, { type, inputs }: GraphNode): string | undefined {
  const links = Object.entries(inputs).filter(([, value]) => linked(search.graph, value) !== undefined)
  if (links.length === 1) return textBehind(search, links[0]?.[1])
  if (!/switch|reroute|pipe|context|bypassed|any|guider/i.test(type)) return undefined
  for (const [, value] of links) {
    const text = textBehind(search, value)
    if (text !== undefined) return text
  }
  return undefined
}
