import { decodeText } from './decode-text.ts'
import { decodeUserComment } from './user-comment.ts'

/** The texts of an EXIF block that may hold how an image was made. */
export interface ExifTexts {
  /** Texts that name their keyword, as ComfyUI's own WebP node writes them: `prompt:{…}` in Model, `workflow:{…}` in Make. */
  byKeyword: [string, string][]
  /** UserComment first, then ImageDescription and XPComment. */
  comments: string[]
}

/**
 * Reads a TIFF structure (Exif 3.0 §4.6), with or without `Exif\0\0` before it: its first directory and the EXIF directory.
 * `takes` is asked for the room that each text needs. What is damaged is left out.
 */
export function exifTexts(block: Buffer, takes: (bytes: number) => boolean): ExifTexts {
  const bytes = block.toString('latin1', 0, 6) === 'Exif\0\0' ? block.subarray(6) : block
  const texts: ExifTexts = { byKeyword: [], comments: [] }
  const order = bytes.toString('latin1', 0, 2)
  if ((order !== 'II' && order !== 'MM') || bytes.length < 8) return texts
  const isLittle = order === 'II'
  const u32 = (at: number) => (isLittle ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at))
  const first = entriesOf(bytes, isLittle, u32(4))
  const exifAt = first.find(({ tag }) => tag === tags.exifDirectory)?.data
  const second =
    exifAt?.length === 4 ? entriesOf(bytes, isLittle, isLittle ? exifAt.readUInt32LE() : exifAt.readUInt32BE()) : []
  const userComments: string[] = []
  for (const { tag, type, data } of [...first, ...second]) {
    const isText = type === types.ascii || tag === tags.userComment || tag === tags.xpComment
    if (!isText || data.length === 0 || !takes(data.length)) continue
    if (tag === tags.userComment) userComments.push(decodeUserComment(data))
    else if (tag === tags.xpComment) texts.comments.push(withoutNul(data.toString('utf16le')))
    else {
      const text = withoutNul(decodeText(data))
      const keyword = /^([A-Za-z]\w{0,40}): ?(?=[{["])/.exec(text)
      if (keyword?.[1] !== undefined) texts.byKeyword.push([lowerFirst(keyword[1]), text.slice(keyword[0].length)])
      else if (tag === tags.imageDescription) texts.comments.push(text)
    }
  }
  texts.comments.unshift(...userComments)
  return texts
}

const tags = { imageDescription: 0x010e, exifDirectory: 0x8769, userComment: 0x9286, xpComment: 0x9c9c }
const types = { ascii: 2 }
/** Bytes of a value by its type (TIFF 6.0 §2); others hold no text. */
const typeBytes: Record<number, number> = { 1: 1, 2: 1, 4: 4, 7: 1 }
const maxEntries = 1000

interface Entry {
  tag: number
  type: number
  data: Buffer
}

function entriesOf(bytes: Buffer, isLittle: boolean, start: number): Entry[] {
  if (start + 2 > bytes.length) return []
  const u16 = (at: number) => (isLittle ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at))
  const u32 = (at: number) => (isLittle ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at))
  const entries: Entry[] = []
  const count = Math.min(u16(start), maxEntries)
  for (let at = start + 2; at + 12 <= bytes.length && entries.length < count; at += 12) {
    const type = u16(at + 2)
    const length = (typeBytes[type] ?? 0) * u32(at + 4)
    const from = length <= 4 ? at + 8 : u32(at + 8)
    const isWhole = from + length <= bytes.length
    entries.push({ tag: u16(at), type, data: isWhole ? bytes.subarray(from, from + length) : Buffer.alloc(0) })
  }
  return entries
}

const withoutNul = (text: string): string => {
  const end = text.indexOf('\0')
  return end < 0 ? text : text.slice(0, end)
}

/** Some programs write `Prompt:` and `Workflow:`. */
const lowerFirst = (keyword: string): string => keyword.charAt(0).toLowerCase() + keyword.slice(1)
