/**
 * Decodes the bytes of an EXIF UserComment: eight bytes name the character code (Exif 2.32 §4.6.5). `UNICODE` does not
 * say in which byte order, so the one that gives more plain letters is taken. Bytes without a known code are UTF-8.
 */
export function decodeUserComment(bytes: Uint8Array): string {
  const code = Buffer.from(bytes.subarray(0, 8)).toString('latin1')
  const rest = bytes.subarray(8)
  if (code.startsWith('UNICODE')) return trimmed(decodeUtf16(rest))
  if (code === 'ASCII\0\0\0' || code === '\0\0\0\0\0\0\0\0') return trimmed(new TextDecoder().decode(rest))
  return trimmed(new TextDecoder().decode(bytes))
}

function decodeUtf16(bytes: Uint8Array): string {
  const [little, big] = [new TextDecoder('utf-16le').decode(bytes), new TextDecoder('utf-16be').decode(bytes)]
  return plainLetters(big) > plainLetters(little) ? big : little
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
