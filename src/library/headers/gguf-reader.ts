import { isUtf8 } from 'node:buffer'
import { type ByteSource, readExactly } from './byte-source.ts'
import { UnreadableHeader } from './unreadable-header.ts'

/** Reads the values of a GGUF header one after another, in bounded pieces and never more than 100 MB in all. */
export class GgufReader {
  position = 0
  readonly #source: ByteSource
  readonly #sizeBytes: number
  #buffer: Buffer = Buffer.alloc(0)
  #bufferStart = 0

  constructor(source: ByteSource, sizeBytes: number) {
    this.#source = source
    this.#sizeBytes = sizeBytes
  }

  async bytes(length: number): Promise<Buffer> {
    const end = this.position + length
    if (end > this.#sizeBytes) {
      throw new UnreadableHeader('truncated', `The file ends at byte ${this.#sizeBytes}, inside its header`)
    }
    if (end > maxHeaderBytes)
      throw new UnreadableHeader('too-large', 'The header is longer than the 100 MB that are allowed')
    if (end > this.#bufferStart + this.#buffer.length) {
      const wanted = Math.min(Math.max(length, pieceBytes), this.#sizeBytes - this.position)
      this.#buffer = await readExactly(this.#source, this.position, wanted)
      this.#bufferStart = this.position
    }
    const start = this.position - this.#bufferStart
    this.position = end
    return this.#buffer.subarray(start, start + length)
  }

  async u32(): Promise<number> {
    return (await this.bytes(4)).readUInt32LE()
  }

  /** An unsigned 64-bit number that counts `what`; over `most` is refused. */
  async count(what: string, most: number): Promise<number> {
    const value = (await this.bytes(8)).readBigUInt64LE()
    if (value > BigInt(most)) throw new UnreadableHeader('too-large', `The header claims ${value} ${what}`)
    return Number(value)
  }

  /** Returns a text; `invalidText` when its bytes are not valid UTF-8, which the format requires. */
  async text(): Promise<string | typeof invalidText> {
    const bytes = await this.bytes(await this.count('bytes of text', maxHeaderBytes))
    return isUtf8(bytes) ? bytes.toString('utf8') : invalidText
  }

  /** Returns a metadata value as text; `undefined` for an array, which is skipped. */
  async value(type: number): Promise<string | typeof invalidText | undefined> {
    if (type === textType) return this.text()
    if (type === arrayType) return this.#skipArray()
    const scalar = scalars[type]
    if (scalar === undefined) throw new UnreadableHeader('malformed', `A metadata value has the unknown type ${type}`)
    return scalar.read(await this.bytes(scalar.bytes))
  }

  async #skipArray(): Promise<undefined> {
    const type = await this.u32()
    const length = await this.count('array elements', maxHeaderBytes)
    const scalar = scalars[type]
    if (scalar === undefined && type !== textType) {
      throw new UnreadableHeader('malformed', `A metadata array has the unknown element type ${type}`)
    }
    if (scalar !== undefined) await this.#skip(length * scalar.bytes)
    else
      for (let index = 0; index < length; index++) await this.#skip(await this.count('bytes of text', maxHeaderBytes))
  }

  async #skip(length: number): Promise<void> {
    let left = length
    while (left > 0) {
      const piece = Math.min(left, pieceBytes)
      await this.bytes(piece)
      left -= piece
    }
  }
}

export const invalidText = Symbol('invalid UTF-8')

const maxHeaderBytes = 100_000_000
const pieceBytes = 1 << 18
const textType = 8
const arrayType = 9

/** GGUF value type number → its width in bytes and its text. */
const scalars: Record<number, { bytes: number; read: (bytes: Buffer) => string }> = {
  0: { bytes: 1, read: (bytes) => String(bytes.readUInt8()) },
  1: { bytes: 1, read: (bytes) => String(bytes.readInt8()) },
  2: { bytes: 2, read: (bytes) => String(bytes.readUInt16LE()) },
  3: { bytes: 2, read: (bytes) => String(bytes.readInt16LE()) },
  4: { bytes: 4, read: (bytes) => String(bytes.readUInt32LE()) },
  5: { bytes: 4, read: (bytes) => String(bytes.readInt32LE()) },
  6: { bytes: 4, read: (bytes) => String(bytes.readFloatLE()) },
  7: { bytes: 1, read: (bytes) => String(bytes.readUInt8() !== 0) },
  10: { bytes: 8, read: (bytes) => String(bytes.readBigUInt64LE()) },
  11: { bytes: 8, read: (bytes) => String(bytes.readBigInt64LE()) },
  12: { bytes: 8, read: (bytes) => String(bytes.readDoubleLE()) },
}
