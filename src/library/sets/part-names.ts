import { basename, dirname } from 'node:path/posix'
import { genericStems } from '../entries/generic-names.ts'

/** A parsed file name: `model.fp16-00002-of-00003` is part 2 of 3 of `model`. */
export interface PartName {
  /** The name without its counter and variant. */
  base: string
  /** Precision or kind of weights in a generic name, such as `.fp16`; empty if there is none. */
  variant: string
  /** `text` is the counter as written in the name. */
  counter?: { index: number; total: number; text: string }
}

/** Maximum total of a counter. Larger numbers are not part counters. */
const maxParts = 10_000

const counterPattern = /[-_.](?:part[-_.]?)?(\d{1,5})[-_]?of[-_]?(\d{1,5})(?=$|\.)/i
const variantPattern = /[._-](?:fp\d{1,2}|bf16|float16|float32|int8|non_ema|ema_only|ema)$/i

export const isGenericName = (base: string): boolean => genericStems.has(base.toLowerCase())

/** Parses a file name without its extension. A variant is removed only from a generic name; elsewhere it is part of the name. */
export function parsePartName(stem: string): PartName {
  const [text = '', index = '', total = ''] = counterPattern.exec(stem) ?? []
  const isCounter = text !== '' && Number(total) >= 1 && Number(total) <= maxParts && Number(index) <= Number(total)
  const uncounted = isCounter ? stem.replace(text, '') : stem
  const variant = variantPattern.exec(uncounted)?.[0] ?? ''
  const hasVariant = variant !== '' && isGenericName(uncounted.slice(0, -variant.length))
  return {
    base: hasVariant ? uncounted.slice(0, -variant.length) : uncounted,
    variant: hasVariant ? variant.toLowerCase() : '',
    ...(isCounter && { counter: { index: Number(index), total: Number(total), text } }),
  }
}

/** Returns the path of a file's set: `x/model` for `x/model-00001-of-00002`. `stemPath` has no extension. */
export function setPath(stemPath: string): string {
  const { base } = parsePartName(basename(stemPath))
  const directory = dirname(stemPath)
  return directory === '.' ? base : `${directory}/${base}`
}

/** The missing parts of an incomplete set. */
export interface MissingParts {
  /** The path of the first missing part, without its extension. */
  first: string
  missing: number
  total: number
}

/** Returns the incomplete sets among `paths`, in their order. Paths have no extensions. */
export function findMissingParts(paths: readonly string[]): MissingParts[] {
  const counted = paths.flatMap((path) => {
    const name = parsePartName(basename(path))
    return name.counter ? [{ path, ...name, counter: name.counter }] : []
  })
  const sets = Map.groupBy(counted, ({ path, base, variant, counter }) =>
    JSON.stringify([dirname(path), base, variant, counter.total]),
  )
  return [...sets.values()].flatMap((set) => {
    const [{ path, counter }] = set as [(typeof set)[number]] // no set is empty
    const { total, text } = counter
    const there = new Set(set.map((part) => part.counter.index))
    const start = there.has(0) ? 0 : 1
    const missing = total - [...there].filter((index) => index < start + total).length
    if (missing <= 0) return []
    let index = start
    while (there.has(index)) index++
    return [{ first: path.replace(text, withIndex(text, index)), missing, total }]
  })
}

/** Returns the counter with another index and the same number of digits. */
const withIndex = (text: string, index: number) =>
  text.replace(/\d+/, (digits) => String(index).padStart(digits.length, '0'))

/** Returns a key that the parts of one set have in common; undefined for other files. The path has no extension. */
export function partKey(stemPath: string): string | undefined {
  const { base, variant, counter } = parsePartName(basename(stemPath))
  return counter && JSON.stringify([dirname(stemPath), base, variant, counter.total])
}
