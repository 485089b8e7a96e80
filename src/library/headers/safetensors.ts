import { isUtf8 } from 'node:buffer'
import { z } from 'zod'
import { type ByteSource, readExactly } from './byte-source.ts'
import { parseLenientJson, UnreadableJson } from './lenient-json.ts'
import { elementCount, type ModelHeader, type Tensor } from './tensors.ts'
import { invalidKey, invalidValue, maxInvalidNamed, UnreadableHeader } from './unreadable-header.ts'

/** The header of a safetensors file, as it stands in the file. */
export type SafetensorsHeader = ModelHeader & { format: 'SafeTensor' }

/**
 * Reads the header of a safetensors file: 8 bytes of little-endian length, then as many bytes of JSON. A header that is
 * longer than 100 MB or than the file, that is not such JSON, or whose tensors reach beyond the end of the file is
 * refused with an `UnreadableHeader` whose message says what is wrong.
 */
export async function readSafetensorsHeader(source: ByteSource, sizeBytes: number): Promise<SafetensorsHeader> {
  if (sizeBytes < lengthBytes) {
    throw new UnreadableHeader('too-short', `The file has ${sizeBytes} bytes, too few for a safetensors header`)
  }
  const jsonBytes = (await readExactly(source, 0, lengthBytes)).readBigUInt64LE()
  if (jsonBytes > BigInt(maxJsonBytes)) {
    throw new UnreadableHeader(
      'too-large',
      `The header claims ${jsonBytes} bytes, more than the 100 MB that are allowed`,
    )
  }
  const headerBytes = lengthBytes + Number(jsonBytes)
  if (headerBytes > sizeBytes) {
    throw new UnreadableHeader('truncated', `The header claims ${jsonBytes} bytes, and the file has only ${sizeBytes}`)
  }
  const json = await readExactly(source, lengthBytes, Number(jsonBytes))
  return parseHeader(json, headerBytes, sizeBytes - headerBytes)
}

const lengthBytes = 8
const maxJsonBytes = 100_000_000
const maxJsonValues = 2_000_000

const dtypeBits: Record<string, number> = {
  F64: 64,
  I64: 64,
  U64: 64,
  C64: 64,
  F32: 32,
  I32: 32,
  U32: 32,
  F16: 16,
  BF16: 16,
  I16: 16,
  U16: 16,
  I8: 8,
  U8: 8,
  BOOL: 8,
  F8_E4M3: 8,
  F8_E5M2: 8,
  F8_E8M0: 8,
  F8_E4M3FNUZ: 8,
  F8_E5M2FNUZ: 8,
  F6_E2M3: 6,
  F6_E3M2: 6,
  F4: 4,
}

/** Whether the size of a tensor follows from its type and shape, which the reader compares. */
export const isKnownDtype = (dtype: string): boolean => Object.hasOwn(dtypeBits, dtype)

const count = z.number().int().nonnegative()
const tensorEntry = z.object({
  dtype: z.string().max(40),
  shape: z.array(count).max(64),
  data_offsets: z.tuple([count, count]),
})

function parseHeader(json: Buffer, headerBytes: number, dataBytes: number): SafetensorsHeader {
  const { __metadata__: metadata, ...entries } = parseObject(json)
  const tensors = Object.entries(entries).map(([name, entry]) => readTensor(name, entry))
  refuseMissingBytes(tensors, dataBytes)
  const header = { format: 'SafeTensor' as const, headerBytes, metadata: readMetadata(metadata), tensors }
  return isUtf8(json) ? header : withoutInvalidText(header)
}

function parseObject(json: Buffer): Record<string, unknown> {
  const value = parseJson(json.toString('utf8'))
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new UnreadableHeader('malformed', 'The header is JSON but not an object')
  }
  return value as Record<string, unknown> // an object of JSON has no other shape
}

function parseJson(json: string): unknown {
  try {
    return parseLenientJson(json, { maxCharacters: maxJsonBytes, maxValues: maxJsonValues })
  } catch (error) {
    if (!(error instanceof UnreadableJson)) throw error
    if (error.exceeded !== undefined) throw new UnreadableHeader('too-large', `The header ${error.exceeded}`)
    throw new UnreadableHeader('malformed', 'The header is not JSON; this is no safetensors file, or it is damaged')
  }
}

function readTensor(name: string, entry: unknown): Tensor {
  const parsed = tensorEntry.safeParse(entry)
  if (!parsed.success) throw new UnreadableHeader('malformed', `The entry of tensor ${quoted(name)} is malformed`)
  const { dtype, shape, data_offsets: offsets } = parsed.data
  const [begin, end] = offsets
  if (begin > end) throw new UnreadableHeader('malformed', `Tensor ${quoted(name)} ends before it begins`)
  const bits = dtypeBits[dtype]
  if (bits !== undefined) {
    const elements = elementCount(shape)
    if (elements === undefined || Math.ceil((elements * bits) / 8) !== end - begin) {
      throw new UnreadableHeader('malformed', `Tensor ${quoted(name)} does not have the size of its shape`)
    }
  }
  return { name, dtype, shape, begin, end }
}

function refuseMissingBytes(tensors: readonly Tensor[], dataBytes: number): void {
  const missing = tensors.filter(({ end }) => end > dataBytes)
  if (missing.length === 0) return
  const needed = missing.reduce((furthest, { end }) => Math.max(furthest, end), 0)
  const first = missing.reduce((earliest, tensor) => (tensor.begin < earliest.begin ? tensor : earliest))
  throw new UnreadableHeader(
    'truncated',
    `The file is cut off: ${needed - dataBytes} bytes are missing, ` +
      `${missing.length} of ${tensors.length} tensors from ${quoted(first.name)} on`,
  )
}

/** Leaves out metadata whose invalid bytes were decoded as U+FFFD; the names of tensors have to be valid. */
function withoutInvalidText(header: SafetensorsHeader): SafetensorsHeader {
  const isValid = (text: string) => !text.includes('\uFFFD')
  if (!header.tensors.every(({ name, dtype }) => isValid(name) && isValid(dtype)))
    throw new UnreadableHeader('malformed', 'The name of a tensor is not valid UTF-8')
  const entries = Object.entries(header.metadata)
  const valid = entries.filter(([key, value]) => isValid(key) && isValid(value))
  const problems = entries
    .filter(([key, value]) => isValid(key) && !isValid(value))
    .slice(0, maxInvalidNamed)
    .map(([key]) => invalidValue(quoted(key)))
  return {
    ...header,
    metadata: Object.fromEntries(valid),
    problems: problems.length > 0 ? problems : [invalidKey],
  }
}

function readMetadata(metadata: unknown): Record<string, string> {
  if (typeof metadata !== 'object' || metadata === null) return {}
  const texts = Object.entries(metadata).filter((entry): entry is [string, string] => typeof entry[1] === 'string')
  return Object.fromEntries(texts)
}

function quoted(name: string): string {
  return JSON.stringify(name.length > 120 ? `${name.slice(0, 120)}...` : name)
}
