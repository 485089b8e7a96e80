/**
 * `Content-Disposition` of a download (RFC 6266). Simple clients take all that follows the last `filename=` for the
 * name, so an encoded name (RFC 8187) stands before the plain one, and only where the plain one cannot say it.
 */
export function attachmentNamed(name: string): string {
  const safe = safeFileName(name)
  const plain = asciiOf(safe)
  return plain === safe
    ? `attachment; filename="${plain}"`
    : `attachment; filename*=UTF-8''${encode(safe)}; filename="${plain}"`
}

/** A name without what ends a quoted text, walks through folders, or cannot be seen. */
export function safeFileName(name: string): string {
  // Cc: control letters; Cf: invisible ones, among them those that turn the direction of reading.
  const safe = name
    .toWellFormed()
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}"/\\]/gu, '_')
    .trim()
  return /^\.*$/.test(safe) ? 'file' : safe
}

/** Letters with accents lose them, everything else beyond ASCII becomes `_`. */
const asciiOf = (name: string): string =>
  name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^\x20-\x7e]/gu, '_')
    .replace(/["/\\]/g, '_')

/** `encodeURIComponent` leaves four letters that RFC 8187's `attr-char` does not hold. */
const encode = (name: string): string =>
  encodeURIComponent(name).replace(/['()*]/g, (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`)
