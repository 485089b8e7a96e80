import { constants, gunzipSync, zstdDecompressSync } from 'node:zlib'

/** How much of the beginning of a file tells what it is, in bytes. */
export const headBytes = 4096

/**
 * Names what the beginning of a file is when it is surely no model, in words that follow "it is"; `undefined` for binary
 * data that may be a model. Downloads that failed leave web pages, error messages and pointers behind.
 * @param isConfig whether plain text and JSON are what is expected
 */
export function foreignContent(head: Buffer, { isConfig }: { isConfig: boolean }): string | undefined {
  const binary = binaries.find(({ magic }) => magic.test(head.toString('latin1', 0, 16)))
  if (binary) return binary.name
  if (head.length >= headBytes && head.every((byte) => byte === 0))
    return 'empty at its beginning (the download did not finish)'
  const unpacked = unpack(head)
  const text = textOf(unpacked ?? head)
  if (text === undefined) return undefined
  const name = nameText(text, isConfig)
  return name === undefined ? undefined : unpacked ? `${name} (compressed)` : name
}

const binaries = [
  { magic: /^\x89PNG\r\n/, name: 'a PNG image' },
  { magic: /^\xff\xd8\xff/, name: 'a JPEG image' },
  { magic: /^GIF8/, name: 'a GIF image' },
  { magic: /^RIFF[\s\S]{4}WEBP/, name: 'a WebP image' },
  { magic: /^[\s\S]{4}ftyp/, name: 'a video' },
  { magic: /^%PDF-/, name: 'a PDF document' },
]

function nameText(text: string, isConfig: boolean): string | undefined {
  const trimmed = text.replace(/^(?:\s+|<!--[\s\S]*?-->)+/, '')
  if (/^version https?:\/\/git-lfs\.github\.com\/|^version https:\/\/hawser\./.test(trimmed))
    return 'a Git LFS pointer (run git lfs pull to download the file)'
  if (/^# xet version/.test(trimmed)) return 'a Xet pointer (download the file itself)'
  if (/^(?:\.\.\/)*\.?\/?(?:\.git\/)?annex\/objects\//.test(trimmed))
    return 'a git-annex pointer (run git annex get to download the file)'
  if (/^<(?:!doctype\s+html|html|head|body|script|title|meta|div|p|h1|center)\b/i.test(trimmed))
    return `a web page${quoted(/<title[^>]*>([^<]*)/i.exec(trimmed)?.[1])}`
  if (/^<\?xml[^>]*>\s*(?:<!doctype\s+html|<html)/i.test(trimmed)) return 'a web page'
  if (/^<(?:\?xml|[a-z][\w:.-]*[\s/>])/i.test(trimmed))
    return `an XML text${quoted(/<(?:Message|Code)>([^<]*)/.exec(trimmed)?.[1])}`
  if (isConfig) return undefined
  if (/^[{[]/.test(trimmed))
    return `a JSON text${quoted(/"(?:error|message|detail|error_description)"\s*:\s*"((?:[^"\\]|\\.)*)"/.exec(trimmed)?.[1])}`
  return trimmed === '' ? 'a text without content' : `a text${quoted(trimmed.split(/[\r\n]/, 1)[0])}`
}

/** The error that a text tells of, shortened. */
function quoted(message: string | undefined): string {
  const words = message?.replace(/\s+/g, ' ').trim()
  if (!words) return ''
  return ` that says "${words.length > 80 ? `${words.slice(0, 80)}...` : words}"`
}

/** The beginning of compressed data. At most 4 KiB are unpacked, which are no more than some megabytes. */
function unpack(head: Buffer): Buffer | undefined {
  const limits = { maxOutputLength: 16_000_000 }
  try {
    if (head[0] === 0x1f && head[1] === 0x8b)
      return gunzipSync(head, { ...limits, finishFlush: constants.Z_SYNC_FLUSH }).subarray(0, headBytes)
    if (head.length > 4 && head.readUInt32LE(0) === 0xfd2fb528)
      return zstdDecompressSync(head, { ...limits, finishFlush: constants.ZSTD_e_continue }).subarray(0, headBytes)
  } catch {
    // Not compressed, or damaged: the bytes speak for themselves.
  }
  return undefined
}

/** The text that bytes are; `undefined` when they are none. A byte order mark determines the encoding. */
function textOf(bytes: Buffer): string | undefined {
  const [first, second] = bytes
  const encoding =
    first === 0xff && second === 0xfe ? 'utf-16le' : first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8'
  let text: string
  try {
    // A character that the end of the sample cuts is no error.
    text = new TextDecoder(encoding, { fatal: true }).decode(bytes, { stream: bytes.length >= headBytes })
  } catch {
    // Pages in other encodings have their markup in ASCII.
    text = bytes.toString('latin1')
    if (!/^\s*<(?:!doctype|html|\?xml)/i.test(text)) return undefined
  }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what tells binary data from text
  return /[\x00-\x08\x0e-\x1a\x1c-\x1f]/.test(text) ? undefined : text
}
