import type { ByteSource } from '../headers/byte-source.ts'
import { readExactly } from '../headers/byte-source.ts'

/** What a player shows, in pixels. */
export interface VideoSize {
  width: number
  height: number
}

/**
 * The size of the first picture track of an MP4 or QuickTime file, turned as the track says (ISO 14496-12 §8.3.2);
 * `undefined` when there is none. Reads a few bytes of each box on the way, never a box that holds pictures.
 * @throws UnreadableHeader when the file ends inside a box that matters
 */
export async function readMp4Size(source: ByteSource, sizeBytes: number): Promise<VideoSize | undefined> {
  const budget = { boxes: maxBoxes }
  const inside = (parent: Box) => boxesIn(source, parent, budget)
  for await (const movie of inside({ type: '', begin: 0, end: sizeBytes })) {
    if (movie.type !== 'moov') continue
    for await (const track of inside(movie)) {
      if (track.type !== 'trak') continue
      const size = await readTrack(source, inside(track), inside)
      if (size !== undefined) return size
    }
  }
  return undefined
}

/** `begin` and `end` are positions in the file, of what the box holds. */
interface Box {
  type: string
  begin: number
  end: number
}

/** A movie in fragments has one box or two for each second; its `moov` comes before them. */
const maxBoxes = 10_000

/** The boxes that follow each other inside `parent`; one that claims to be longer than its parent ends with it. */
async function* boxesIn(source: ByteSource, parent: Box, budget: { boxes: number }): AsyncGenerator<Box> {
  let position = parent.begin
  while (position + 8 <= parent.end && budget.boxes-- > 0) {
    const head = await readExactly(source, position, Math.min(16, parent.end - position))
    const size = head.readUInt32BE(0)
    const type = head.toString('latin1', 4, 8)
    const headBytes = size === 1 ? 16 : 8
    if (head.length < headBytes) return
    // 0: up to the end; 1: the size follows in 64 bits, which may be more than a number can hold exactly
    const claimed = size === 0 ? parent.end - position : size === 1 ? Number(head.readBigUInt64BE(8)) : size
    if (claimed < headBytes) return
    const end = Math.min(position + claimed, parent.end)
    yield { type, begin: position + headBytes, end }
    position = end
  }
}

/** Sound and subtitles are tracks as well, and some of those have a size. */
async function readTrack(
  source: ByteSource,
  track: AsyncIterable<Box>,
  inside: (parent: Box) => AsyncIterable<Box>,
): Promise<VideoSize | undefined> {
  let size: VideoSize | undefined
  let handler: string | undefined
  for await (const box of track) {
    if (box.type === 'tkhd') size = await readTrackHeader(source, box)
    if (box.type !== 'mdia') continue
    for await (const child of inside(box)) {
      if (child.type === 'hdlr' && child.end - child.begin >= 12) {
        handler = (await readExactly(source, child.begin + 8, 4)).toString('latin1')
      }
    }
  }
  return handler === 'vide' ? size : undefined
}

/** The box ends with a matrix of nine 32-bit numbers and the size in 16.16 fixed point. */
async function readTrackHeader(source: ByteSource, { begin, end }: Box): Promise<VideoSize | undefined> {
  if (end - begin < 84) return undefined
  const body = await readExactly(source, begin, Math.min(end - begin, 96))
  const matrix = body[0] === 1 ? 52 : 40
  if (body.length < matrix + 44) return undefined
  const width = Math.round(body.readUInt32BE(matrix + 36) / 65536)
  const height = Math.round(body.readUInt32BE(matrix + 40) / 65536)
  if (width === 0 || height === 0) return undefined
  const [a, b, d] = [body.readInt32BE(matrix), body.readInt32BE(matrix + 4), body.readInt32BE(matrix + 16)]
  const quarterTurn = a === 0 && d === 0 && b !== 0
  return quarterTurn ? { width: height, height: width } : { width, height }
}
