import { gunzipSync } from 'node:zlib'
import sharp from 'sharp'
import { redactTokens } from '../../auth/tokens/token-format.ts'
import { parseLenientJson } from '../headers/lenient-json.ts'
import { decodeText } from './decode-text.ts'
import { type ImageTexts, maxTextBytes } from './image-texts.ts'
import { isFields } from './meta-fields.ts'

/**
 * Reads the texts that NovelAI, and an extension of the web UI, hide in the lowest bit of each alpha value, where they survive
 * services that remove text chunks. `undefined` when there are none, or the image has more than 16 megapixels.
 */
export async function stealthTextsOf(bytes: Buffer): Promise<ImageTexts | undefined> {
  const image = sharp(bytes, { limitInputPixels: maxPixels, failOn: 'none' })
  try {
    if (!(await image.metadata()).hasAlpha) return undefined
    const { data, info } = await image
      .extractChannel('alpha')
      .raw()
      .timeout({ seconds: 30 })
      .toBuffer({ resolveWithObject: true })
    const text = stealthTextIn(data, info)
    return text === undefined ? undefined : asTexts(redactTokens(text))
  } catch {
    return undefined // an image that is too large or damaged has no text of this kind
  }
}

const maxPixels = 16_000_000

/** The text in the lowest bits of alpha values, read column by column: a signature, a length in bits, and the payload. */
export function stealthTextIn(
  alpha: Uint8Array,
  { width, height }: { width: number; height: number },
): string | undefined {
  const bytesAt = (start: number, count: number): Buffer => {
    const bytes = Buffer.alloc(count)
    for (let bit = 0; bit < count * 8; bit++) {
      const pixel = start * 8 + bit
      const value = alpha[(pixel % height) * width + Math.floor(pixel / height)] ?? 0
      bytes[bit >> 3] = ((bytes[bit >> 3] ?? 0) << 1) | (value & 1)
    }
    return bytes
  }
  const available = Math.floor((width * height) / 8)
  if (available <= headBytes) return undefined
  const signature = bytesAt(0, signatureBytes).toString('latin1')
  if (signature !== 'stealth_pngcomp' && signature !== 'stealth_pnginfo') return undefined
  const length = Math.ceil(bytesAt(signatureBytes, 4).readUInt32BE() / 8)
  if (length > Math.min(available - headBytes, maxTextBytes)) return undefined
  const payload = bytesAt(headBytes, length)
  return decodeText(signature === 'stealth_pngcomp' ? gunzipSync(payload, { maxOutputLength: maxTextBytes }) : payload)
}

const signatureBytes = 'stealth_pngcomp'.length
const headBytes = signatureBytes + 4

/** NovelAI hides its text chunks as JSON, the web UI its parameters. */
function asTexts(text: string): ImageTexts {
  const texts: ImageTexts = { byKeyword: { parameters: text }, comments: [], problems: [] }
  if (!text.startsWith('{')) return texts
  const chunks = parseLenientJson(text)
  if (!isFields(chunks) || typeof chunks.Comment !== 'string') return texts
  const entries = Object.entries(chunks).filter((entry): entry is [string, string] => typeof entry[1] === 'string')
  return { ...texts, byKeyword: Object.fromEntries(entries) }
}
