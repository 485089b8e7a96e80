import { decodeText } from './decode-text.ts'

/**
 * Decodes the bytes of an EXIF UserComment. Eight bytes name the character code (Exif 3.0 §4.6.6): `ASCII`, `JIS`,
 * `UNICODE`, or none. `UNICODE` does not say in which byte order, so a byte order mark decides, else the order that gives
 * more plain letters. Bytes without a code are in UTF-16 if they have its mark, else UTF-8 or Latin-1.
 */
export function decodeUserComment(bytes: Uint8Array): string {
  const code = Buffer.from(bytes.subarray(0, 8)).toString('latin1')
  const rest = bytes.subarray(8)
  if (/^UNICODE[\0 ]?$/i.test(code)) return trimmed(isPlainUtf8(rest) ? decodeText(rest) : decodeUtf16(rest))
  if (code === 'JIS\0\0\0\0\0') return trimmed(decodeJis(rest))
  if (/^ASCII[\0 ]{3}$/i.test(code) || code === '\0\0\0\0\0\0\0\0') return trimmed(withMark(rest) ?? decodeText(rest))
  return trimmed(withMark(bytes) ?? decodeText(bytes))
}

/** Some programs name UNICODE and write UTF-8. Western text in UTF-16 has a NUL in every letter, other text is no UTF-8. */
function isPlainUtf8(bytes: Uint8Array): boolean {
  if (withMark(bytes) !== undefined) return false
  const start = bytes.subarray(0, 1000)
  return !start.includes(0) && /^[\x20-\x7e\r\n\t]{8}/.test(Buffer.from(start.subarray(0, 16)).toString('latin1'))
}

/** The text behind a byte order mark of UTF-16. */
function withMark(bytes: Uint8Array): string | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes)
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes)
  return undefined
}

function decodeUtf16(bytes: Uint8Array): string {
  const marked = withMark(bytes)
  if (marked !== undefined) return marked
  const [little, big] = [new TextDecoder('utf-16le').decode(bytes), new TextDecoder('utf-16be').decode(bytes)]
  return plainLetters(big) > plainLetters(little) ? big : little
}

/** JIS X 0208 with its escapes (ISO-2022-JP), or what Windows calls so (Shift_JIS). */
function decodeJis(bytes: Uint8Array): string {
  for (const encoding of ['iso-2022-jp', 'shift_jis', 'euc-jp']) {
    try {
      return new TextDecoder(encoding, { fatal: true }).decode(bytes)
    } catch {
      // The next one may fit.
    }
  }
  return decodeText(bytes)
}

function plainLetters(text: string): number {
  let count = 0
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index)
    if ((unit >= 0x20 && unit < 0x7f) || unit === 0x0a) count++
  }
  return count
}

function trimmed(text: string): string {
  let end = text.length
  while (end > 0 && text[end - 1] === '\0') end--
  return text.slice(text.startsWith('\uFEFF') ? 1 : 0, end)
}
