/**
 * `Content-Disposition` of a download (RFC 6266), as Unicode text: `attachment; filename="<name>"`.
 *
 * The plain parameter is the only one. Simple clients take everything after the last `filename=`, or everything between
 * the first and the second `=`, so a `filename*` (RFC 8187) on either side of it costs them the extension. Clients that
 * know `filename*` read UTF-8 in the plain parameter too; `docs/downloads.md` has the names that each client saves.
 */
export const attachmentNamed = (name: string): string => `attachment; filename="${safeFileName(name)}"`

/** A header value that Node sends as the bytes of `text` in UTF-8: Node writes each code unit as one byte (Latin-1). */
export const utf8HeaderValue = (text: string): string => Buffer.from(text, 'utf8').toString('latin1')

/**
 * A file name without characters that end a quoted string or a parameter, change folders, or are invisible. Each of them
 * becomes `_`; a name that is empty or only dots becomes `file`.
 */
export function safeFileName(name: string): string {
  // Cc: control characters. Cf: invisible ones, including those that change the direction of the text.
  const safe = name
    .toWellFormed()
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}"/\\=;]/gu, '_')
    .trim()
  return /^\.*$/.test(safe) ? 'file' : safe
}
