/** What the bytes of a file say that it shows. */
export interface ImageFormat {
  type: 'image' | 'video'
  mime: string
}

/** The format that the first 32 bytes of a file tell (their magic numbers); `undefined` when it is none that a browser shows. */
export function imageFormatOf(head: Buffer): ImageFormat | undefined {
  const text = head.toString('latin1')
  if (text.startsWith('\x89PNG\r\n\x1a\n')) return { type: 'image', mime: 'image/png' }
  if (text.startsWith('\xff\xd8\xff')) return { type: 'image', mime: 'image/jpeg' }
  if (/^GIF8[79]a/.test(text)) return { type: 'image', mime: 'image/gif' }
  if (/^RIFF.{4}WEBP/s.test(text)) return { type: 'image', mime: 'image/webp' }
  if (text.startsWith('\x1a\x45\xdf\xa3')) return { type: 'video', mime: 'video/webm' }
  return text.slice(4, 8) === 'ftyp' ? isoMedia(text) : undefined
}

/** Pictures and films share a container: the major brand tells them apart, or the compatible ones after it. */
function isoMedia(text: string): ImageFormat {
  const brands = [text.slice(8, 12), ...(text.slice(16).match(/.{4}/gs) ?? [])]
  const major = brands[0] ?? ''
  if (major === 'qt  ') return { type: 'video', mime: 'video/quicktime' }
  if (/^(avif|avis|mif1|msf1|miaf|hei[cxms]|hev[cxms])$/.test(major)) {
    return { type: 'image', mime: brands.includes('avif') || brands.includes('avis') ? 'image/avif' : 'image/heic' }
  }
  return { type: 'video', mime: 'video/mp4' }
}
