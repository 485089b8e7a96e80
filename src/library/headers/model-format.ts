import { type ByteSource, readExactly } from './byte-source.ts'
import { foreignContent, headBytes } from './foreign-content.ts'
import { UnreadableHeader } from './unreadable-header.ts'

/** The format that the bytes of a model file have, whatever its name is. */
export type BytesFormat = 'SafeTensor' | 'GGUF' | 'PickleTensor' | 'ONNX' | 'Archive'

/**
 * Detects the format of a model file by its bytes; `undefined` for binary data of an unknown format.
 * @param isConfig whether the file is a text by its nature, as a `.yaml` next to a checkpoint is
 * @throws UnreadableHeader when the bytes are no model (a web page, an error message, a pointer to a file, an image), or
 * an archive that is cut off
 */
export async function detectFormat(
  source: ByteSource,
  sizeBytes: number,
  { isConfig }: { isConfig: boolean },
): Promise<BytesFormat | undefined> {
  const head = await readExactly(source, 0, Math.min(sizeBytes, headBytes))
  if (isSafetensors(head)) return 'SafeTensor'
  if (head.subarray(0, 4).equals(ggufMagic)) return 'GGUF'
  if (head.subarray(0, 4).equals(zipMagic)) return zipFormat(source, sizeBytes, head)
  if (isPickle(head)) return 'PickleTensor'
  if (isOnnx(head)) return 'ONNX'
  const foreign = foreignContent(head, { isConfig })
  if (foreign !== undefined) throw new UnreadableHeader('malformed', `it is ${foreign}, not a model`)
  return undefined
}

const ggufMagic = Buffer.from('GGUF')
const zipMagic = Buffer.from('PK\x03\x04', 'latin1')
const zipEnd = Buffer.from('PK\x05\x06', 'latin1')

/** 8 bytes of length, then a JSON object; a length below 4 GiB has zeros that no text has. */
const isSafetensors = (head: Buffer) => head.length > 8 && head.readUInt32LE(4) === 0 && head[8] === 0x7b

/** A pickle of protocol 2 to 5, or one of protocol 0 or 1 that begins with a collection or a class. */
function isPickle(head: Buffer): boolean {
  const [first, protocol = 0] = head
  if (first === 0x80) return protocol >= 2 && protocol <= 5
  return /^(?:\([dl]?p\d*\n|\(dp?\d*\n|c[\w.]+\n[\w.]+\n)/.test(head.toString('latin1', 0, 200))
}

/** A protobuf whose first field is `ir_version` (ModelProto of the ONNX specification), of a version that exists. */
const isOnnx = (head: Buffer) =>
  head[0] === 0x08 &&
  head[1] !== undefined &&
  head[1] >= 1 &&
  head[1] <= 64 &&
  head[2] !== undefined &&
  onnxFields.has(head[2])

/** Tags of the fields that may follow: opset_import, producer, domain, version, doc, graph, metadata. */
const onnxFields = new Set([0x12, 0x1a, 0x22, 0x28, 0x32, 0x3a, 0x42, 0x72])

/** PyTorch writes `NAME/data.pkl` first (`torch.save` since 1.6). The end of a zip archive is a record of its own. */
async function zipFormat(source: ByteSource, sizeBytes: number, head: Buffer): Promise<BytesFormat> {
  const tailBytes = Math.min(sizeBytes, maxCommentBytes + 22)
  const tail = await readExactly(source, sizeBytes - tailBytes, tailBytes)
  if (tail.lastIndexOf(zipEnd) < 0)
    throw new UnreadableHeader('truncated', 'it is cut off: the end of the archive is missing')
  const nameBytes = head.length >= 30 ? head.readUInt16LE(26) : 0
  const name = head.toString('utf8', 30, 30 + nameBytes)
  return /(?:^|\/)data\.pkl$/.test(name) ? 'PickleTensor' : 'Archive'
}

/** Longest comment of a zip archive. */
const maxCommentBytes = 65_535
