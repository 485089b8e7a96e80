import { describeHeader, type HeaderFacts } from '../headers/model-metadata.ts'
import type { ModelHeader } from '../headers/tensors.ts'
import { partKey } from './part-names.ts'

/** Maximum tensors of a combined header. Parts that would exceed it are left out. */
const maxTensors = 200_000

/**
 * Describes model files by their headers, in the given order. The headers of one set's parts are combined, because each
 * part has some of the tensors and often only the first has the metadata. Precision and quantization are those of each file.
 */
export function describeParts(parts: readonly { path: string; header: ModelHeader }[]): HeaderFacts[] {
  const sets = Map.groupBy(parts, ({ path }) => partKey(path.replace(/\.[a-z0-9]{1,12}$/i, '')) ?? path)
  const described = new Map<string, HeaderFacts>()
  for (const set of sets.values()) {
    const together = describeHeader(combineHeaders(set.map(({ header }) => header)))
    for (const { path, header } of set) {
      const { fp, quantType } = set.length > 1 ? describeHeader(header) : together
      const { fp: _fp, quantType: _quantType, ...shared } = together
      described.set(path, { ...shared, ...(fp && { fp }), ...(quantType && { quantType }) })
    }
  }
  return parts.map(({ path }) => described.get(path) ?? {})
}

function combineHeaders(headers: readonly ModelHeader[]): ModelHeader {
  const [first, ...others] = headers
  if (!first) throw new Error('a set without parts')
  const tensors = [...first.tensors]
  const metadata = { ...first.metadata }
  for (const header of others) {
    for (const [key, value] of Object.entries(header.metadata)) metadata[key] ??= value
    if (tensors.length + header.tensors.length <= maxTensors) for (const tensor of header.tensors) tensors.push(tensor)
  }
  return { ...first, metadata, tensors }
}
