import { textOf } from '../../parts/search-text.ts'

/** What the address of the models page says is shown. Every part is left out where it is as usual. */
export interface ModelsSearch {
  query?: string | undefined
  /** Comma-joined, as the API takes lists. */
  types?: string | undefined
  baseModels?: string | undefined
  tag?: string | undefined
  username?: string | undefined
  sort?: string | undefined
  period?: string | undefined
  favorites?: true | undefined
  hidden?: true | undefined
}

/** The orders that the API has, the usual one first. */
export const sorts = [
  'Highest Rated',
  'Most Downloaded',
  'Most Liked',
  'Most Discussed',
  'Most Collected',
  'Most Images',
  'Newest',
  'Oldest',
] as const

/** How long ago a model was published at most; the value is the API's. */
export const periods = [
  ['AllTime', 'Any time'],
  ['Day', 'Past day'],
  ['Week', 'Past week'],
  ['Month', 'Past month'],
  ['Year', 'Past year'],
] as const

/** Reads an address that anybody may have typed: what it cannot mean is left out. */
export const readModelsSearch = (asked: Record<string, unknown>): ModelsSearch => ({
  query: textOf(asked.query),
  types: listOf(asked.types),
  baseModels: listOf(asked.baseModels),
  tag: textOf(asked.tag),
  username: textOf(asked.username),
  sort: sorts.slice(1).find((sort) => sort === asked.sort),
  period: periods.slice(1).find(([period]) => period === asked.period)?.[0],
  favorites: isTrue(asked.favorites),
  hidden: isTrue(asked.hidden),
})

/** Whether anything narrows the list; an order alone does not. */
export const isNarrowed = ({ sort: _, ...filters }: ModelsSearch): boolean =>
  Object.values(filters).some((value) => value !== undefined)

/** Whether the list is of somebody's own marks, which nobody else has. */
export const isPersonal = ({ favorites, hidden }: ModelsSearch): boolean => favorites === true || hidden === true

/** The parts of a comma-joined list. */
export const partsOf = (list: string | undefined): string[] => list?.split(',').filter((part) => part !== '') ?? []

/** A list with `part` in it, or without it when it was. Undefined for an empty one. */
export function toggled(list: string | undefined, part: string): string | undefined {
  const parts = partsOf(list)
  const next = parts.includes(part) ? parts.filter((other) => other !== part) : [...parts, part]
  return next.length > 0 ? next.join(',') : undefined
}

function listOf(value: unknown): string | undefined {
  const texts = (Array.isArray(value) ? value : [value]).map(textOf)
  return textOf(
    texts
      .filter((text) => text !== undefined)
      .flatMap(partsOf)
      .join(','),
  )
}

const isTrue = (value: unknown): true | undefined =>
  value === true || value === 'true' || value === 1 ? true : undefined
