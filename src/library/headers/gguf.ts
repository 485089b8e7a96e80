import type { ByteSource } from './byte-source.ts'
import { GgufReader, invalidText } from './gguf-reader.ts'
import { elementCount, type ModelHeader, type Tensor } from './tensors.ts'
import { invalidKey, invalidValue, maxInvalidNamed, UnreadableHeader } from './unreadable-header.ts'

/** The header of a GGUF file; arrays among its metadata (vocabularies) are skipped. */
export type GgufHeader = ModelHeader & { format: 'GGUF' }

/**
 * Reads the header of a GGUF file, version 2 or 3 (GGUF specification of the ggml project). What claims more than is
 * sensible, or reaches beyond the end of the file, is refused with an `UnreadableHeader`.
 */
export async function readGgufHeader(source: ByteSource, sizeBytes: number): Promise<GgufHeader> {
  const reader = new GgufReader(source, sizeBytes)
  if ((await reader.bytes(4)).toString('latin1') !== 'GGUF') {
    throw new UnreadableHeader('malformed', 'The file does not begin with GGUF')
  }
  const version = await reader.u32()
  if (version !== 2 && version !== 3) {
    throw new UnreadableHeader('unsupported', `GGUF version ${version} is not supported, only 2 and 3 are`)
  }
  const tensorCount = await reader.count('tensors', 1_000_000)
  const pairCount = await reader.count('metadata pairs', 100_000)
  const { metadata, problems } = await readMetadata(reader, pairCount)
  const infos: TensorInfo[] = []
  for (let index = 0; index < tensorCount; index++) infos.push(await readTensorInfo(reader))
  const alignment = Number(metadata['general.alignment'] ?? 32)
  if (!Number.isInteger(alignment) || alignment < 1 || alignment > 65_536) {
    throw new UnreadableHeader('malformed', 'The alignment of the data is out of range')
  }
  const headerBytes = Math.ceil(reader.position / alignment) * alignment
  const tensors = placeTensors(infos, sizeBytes - headerBytes)
  return { format: 'GGUF', headerBytes, metadata, tensors, ...(problems.length > 0 && { problems }) }
}

type TensorInfo = { name: string; shape: number[]; type: number; offset: number }

/** ggml type number → name, elements per block, bytes per block. */
const ggmlTypes: Record<number, readonly [dtype: string, blockElements: number, blockBytes: number]> = {
  0: ['F32', 1, 4],
  1: ['F16', 1, 2],
  2: ['Q4_0', 32, 18],
  3: ['Q4_1', 32, 20],
  6: ['Q5_0', 32, 22],
  7: ['Q5_1', 32, 24],
  8: ['Q8_0', 32, 34],
  9: ['Q8_1', 32, 36],
  10: ['Q2_K', 256, 84],
  11: ['Q3_K', 256, 110],
  12: ['Q4_K', 256, 144],
  13: ['Q5_K', 256, 176],
  14: ['Q6_K', 256, 210],
  15: ['Q8_K', 256, 292],
  16: ['IQ2_XXS', 256, 66],
  17: ['IQ2_XS', 256, 74],
  18: ['IQ3_XXS', 256, 98],
  19: ['IQ1_S', 256, 50],
  20: ['IQ4_NL', 32, 18],
  21: ['IQ3_S', 256, 110],
  22: ['IQ2_S', 256, 82],
  23: ['IQ4_XS', 256, 136],
  24: ['I8', 1, 1],
  25: ['I16', 1, 2],
  26: ['I32', 1, 4],
  27: ['I64', 1, 8],
  28: ['F64', 1, 8],
  29: ['IQ1_M', 256, 56],
  30: ['BF16', 1, 2],
  34: ['TQ1_0', 256, 54],
  35: ['TQ2_0', 256, 66],
  39: ['MXFP4', 32, 17],
}

const blocksByName = new Map(Object.values(ggmlTypes).map(([dtype, blockElements]) => [dtype, blockElements]))

/** How many elements a block of this ggml type has; undefined for an unknown type. */
export const ggmlBlockElements = (dtype: string): number | undefined => blocksByName.get(dtype)

async function readMetadata(reader: GgufReader, pairCount: number) {
  const pairs: [string, string][] = []
  const problems = new Set<string>()
  for (let index = 0; index < pairCount; index++) {
    const key = await reader.text()
    const value = await reader.value(await reader.u32())
    if (key !== invalidText && value !== invalidText) {
      if (value !== undefined) pairs.push([key, value])
    } else if (problems.size < maxInvalidNamed)
      problems.add(key === invalidText ? invalidKey : invalidValue(JSON.stringify(key.slice(0, 120))))
  }
  return { metadata: Object.fromEntries(pairs), problems: [...problems] }
}

async function readTensorInfo(reader: GgufReader): Promise<TensorInfo> {
  const name = await reader.text()
  if (name === invalidText) throw new UnreadableHeader('malformed', 'The name of a tensor is not valid UTF-8')
  const dimensions = await reader.u32()
  if (dimensions > 8) throw new UnreadableHeader('malformed', `A tensor claims ${dimensions} dimensions`)
  const shape: number[] = []
  for (let index = 0; index < dimensions; index++) shape.push(await reader.count('elements', Number.MAX_SAFE_INTEGER))
  const type = await reader.u32()
  const offset = await reader.count('bytes of offset', Number.MAX_SAFE_INTEGER)
  return { name, shape: shape.reverse(), type, offset } // stored innermost first, shown outermost first
}

function placeTensors(infos: readonly TensorInfo[], dataBytes: number): Tensor[] {
  const tensors = infos.map(({ name, shape, type, offset }) => {
    const [dtype, blockElements, blockBytes] = ggmlTypes[type] ?? [`type ${type}`, 1, 0]
    const elements = elementCount(shape)
    const bytes = elements === undefined ? Number.NaN : Math.ceil(elements / blockElements) * blockBytes
    if (!Number.isSafeInteger(offset + bytes)) {
      throw new UnreadableHeader('malformed', `Tensor ${JSON.stringify(name.slice(0, 120))} has an impossible size`)
    }
    return { name, dtype, shape, begin: offset, end: offset + bytes }
  })
  const missing = tensors.filter(({ end }) => end > dataBytes)
  if (missing[0] !== undefined) {
    throw new UnreadableHeader(
      'truncated',
      `The file is cut off: ${missing.length} of ${tensors.length} tensors reach beyond its end, ` +
        `the first is ${JSON.stringify(missing[0].name.slice(0, 120))}`,
    )
  }
  return tensors
}
