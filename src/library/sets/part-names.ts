import { basename, dirname } from 'node:path/posix'
import { genericStems } from '../generic-names.ts'

/** What the name of a part says: `model.fp16-00002-of-00003` is part 2 of 3 of `model`. */
export interface PartName {
  /** The name without counter and variant. */
  base: string
  /** The precision or the kind of weights that a generic name carries, such as `.fp16`; empty for none. */
  variant: string
  /** `text` is the counter as it stands in the name. */
  counter?: { index: number; total: number; text: string }
}

/** Counters beyond this are no parts of one model. */
const maxParts = 10_000

const counterForm = /[-_.](?:part[-_.]?)?(\d{1,5})[-_]?of[-_]?(\d{1,5})(?=$|\.)/i
const variantForm = /[._-](?:fp\d{1,2}|bf16|float16|float32|int8|non_ema|ema_only|ema)$/i

export const isGenericName = (base: string): boolean => genericStems.has(base.toLowerCase())

/** Reads a file name without its extension. A variant is only taken off a generic name: elsewhere it is a part of the name. */
export function readPartName(stem: string): PartName {
  const [text = '', index = '', total = ''] = counterForm.exec(stem) ?? []
  const isCounter = text !== '' && Number(total) >= 1 && Number(total) <= maxParts && Number(index) <= Number(total)
  const uncounted = isCounter ? stem.replace(text, '') : stem
  const variant = variantForm.exec(uncounted)?.[0] ?? ''
  const hasVariant = variant !== '' && isGenericName(uncounted.slice(0, -variant.length))
  return {
    base: hasVariant ? uncounted.slice(0, -variant.length) : uncounted,
    variant: hasVariant ? variant.toLowerCase() : '',
    ...(isCounter && { counter: { index: Number(index), total: Number(total), text } }),
  }
}

/** The path of a file without its extension, `x/model-00001-of-00002`, as the path of its set: `x/model`. */
export function setPath(stemPath: string): string {
  const { base } = readPartName(basename(stemPath))
  const directory = dirname(stemPath)
  return directory === '.' ? base : `${directory}/${base}`
}

/**
 * Counts the parts that are missing of sets of which some are there, and names the first `maxNamed` of them. `paths` are
 * without extensions, as are the results.
 */
export function missingParts(paths: readonly string[], maxNamed: number): { count: number; named: string[] } {
  const counted = paths.flatMap((path) => {
    const name = readPartName(basename(path))
    return name.counter ? [{ path, ...name, counter: name.counter }] : []
  })
  const sets = Map.groupBy(counted, ({ path, base, variant, counter }) =>
    JSON.stringify([dirname(path), base, variant, counter.total]),
  )
  const named: string[] = []
  let count = 0
  for (const set of sets.values()) {
    const [{ path, counter }] = set as [(typeof set)[number]] // no set is empty
    const there = new Set(set.map((part) => part.counter.index))
    const start = there.has(0) ? 0 : 1
    const end = start + counter.total
    count += counter.total - [...there].filter((index) => index < end).length
    for (let index = start; index < end && named.length < maxNamed; index++)
      if (!there.has(index)) named.push(path.replace(counter.text, counterOf(counter.text, index)))
  }
  return { count, named }
}

/** The same counter with another index, in as many digits. */
const counterOf = (text: string, index: number) =>
  text.replace(/\d+/, (digits) => String(index).padStart(digits.length, '0'))

/** Whether two parts are of one set: their headers belong together. Paths without extensions. */
export function partKey(stemPath: string): string | undefined {
  const { base, variant, counter } = readPartName(basename(stemPath))
  return counter && JSON.stringify([dirname(stemPath), base, variant, counter.total])
}
