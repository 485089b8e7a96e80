import { createHash } from 'node:crypto'
import { crc32 } from 'node:zlib'

/** A tensor of a sample model. */
export interface SampleTensor {
  name: string
  dtype: 'F32' | 'F16' | 'BF16' | 'F8_E4M3'
  shape: readonly number[]
}

/** The bytes of a model file. `dataSha256` is the hash of the bytes after the header, in lower-case hex. */
export interface SampleData {
  bytes: Buffer
  dataSha256: string
}

/**
 * Returns a safetensors file whose tensors have small pseudo-random values.
 * @param seed determines the values
 * @param describe returns the metadata, which can contain the hash of the data
 */
export function modelBytes(
  seed: string,
  tensors: readonly SampleTensor[],
  describe: (dataSha256: string) => Record<string, string>,
): SampleData {
  const data = Buffer.concat(tensors.map((tensor) => tensorBytes(seed, tensor)))
  const dataSha256 = createHash('sha256').update(data).digest('hex')
  const entries: Record<string, unknown> = { __metadata__: { format: 'pt', ...describe(dataSha256) } }
  let begin = 0
  for (const { name, dtype, shape } of tensors) {
    const end = begin + sizeOf({ dtype, shape })
    entries[name] = { dtype, shape, data_offsets: [begin, end] }
    begin = end
  }
  const json = Buffer.from(JSON.stringify(entries))
  const header = Buffer.alloc(8 + Math.ceil(json.length / 8) * 8, ' ') // tensors start at a multiple of 8
  header.writeBigUInt64LE(BigInt(header.length - 8))
  json.copy(header, 8)
  return { bytes: Buffer.concat([header, data]), dataSha256 }
}

/** Bit masks below the sign: `vary` is random and `set` is fixed, so that every value is finite and well below 1. */
const numberBits = {
  F32: { bytes: 4, vary: 0x00ffffff, set: 0x3c000000 },
  F16: { bytes: 2, vary: 0x07ff, set: 0x2000 },
  BF16: { bytes: 2, vary: 0x01ff, set: 0x3c00 },
  F8_E4M3: { bytes: 1, vary: 0x0f, set: 0x20 },
}

function sizeOf({ dtype, shape }: Pick<SampleTensor, 'dtype' | 'shape'>): number {
  return shape.reduce((product, side) => product * side, numberBits[dtype].bytes)
}

function tensorBytes(seed: string, tensor: SampleTensor): Buffer {
  const { bytes: width, vary, set } = numberBits[tensor.dtype]
  const bytes = Buffer.alloc(sizeOf(tensor))
  const signBit = 2 ** (width * 8 - 1)
  let state = crc32(`${seed} ${tensor.name}`) | 1
  for (let at = 0; at < bytes.length; at += width) {
    // xorshift32
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    bytes.writeUIntLE(((state & vary) | set) + (state < 0 ? signBit : 0), at, width)
  }
  return bytes
}
