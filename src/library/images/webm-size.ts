import type { ByteSource } from '../headers/byte-source.ts'
import { readExactly } from '../headers/byte-source.ts'
import type { VideoSize } from './mp4-size.ts'

/**
 * The size of the first picture track of a WebM or Matroska file (RFC 9559 §5.1.4); `undefined` when there is none.
 * Reads the heads of elements up to the tracks, never the pictures, which come after.
 * @throws UnreadableHeader when the file ends inside an element that matters
 */
export async function readWebmSize(source: ByteSource, sizeBytes: number): Promise<VideoSize | undefined> {
  const budget = { elements: maxElements }
  const file: Element = { id: 0, begin: 0, end: sizeBytes }
  for await (const segment of elementsIn(source, file, segmentId, budget)) {
    for await (const tracks of elementsIn(source, segment, tracksId, budget)) {
      for await (const track of elementsIn(source, tracks, trackId, budget)) {
        for await (const video of elementsIn(source, track, videoId, budget)) {
          const size = await readVideo(source, video, budget)
          if (size !== undefined) return size
        }
      }
    }
  }
  return undefined
}

/** `begin` and `end` are positions in the file, of what the element holds. */
interface Element {
  id: number
  begin: number
  end: number
}

const [segmentId, tracksId, trackId, videoId] = [0x18538067, 0x1654ae6b, 0xae, 0xe0]
const clusterId = 0x1f43b675
const ids = { pixelWidth: 0xb0, pixelHeight: 0xba, displayWidth: 0x54b0, displayHeight: 0x54ba, displayUnit: 0x54b2 }
const maxElements = 10_000

/** The children of `parent` with the id `wanted`, or all of them without it, up to where pictures begin. */
async function* elementsIn(
  source: ByteSource,
  parent: Element,
  wanted: number | undefined,
  budget: { elements: number },
): AsyncGenerator<Element> {
  let position = parent.begin
  while (position + 2 <= parent.end && budget.elements-- > 0) {
    const head = await readExactly(source, position, Math.min(12, parent.end - position))
    const id = readVint(head, 0)
    const size = id && readVint(head, id.bytes)
    if (id === undefined || size === undefined || id.withMarker === clusterId) return
    const begin = position + id.bytes + size.bytes
    // an unknown size reaches to the end: writers that stream do not know better
    const end = size.value === undefined ? parent.end : Math.min(begin + size.value, parent.end)
    if (wanted === undefined || id.withMarker === wanted) yield { id: id.withMarker, begin, end }
    position = end
  }
}

/** A number whose leading zeros tell its length (RFC 8794 §4); `value` is undefined when all its bits are set. */
function readVint(bytes: Buffer, at: number): { bytes: number; withMarker: number; value?: number } | undefined {
  const length = Math.clz32(bytes[at] ?? 0) - 23
  if (length > 8 || at + length > bytes.length) return undefined
  let withMarker = 0
  for (const byte of bytes.subarray(at, at + length)) withMarker = withMarker * 256 + byte
  const marker = 2 ** (7 * length)
  const value = withMarker - marker
  // beyond 2^53 the last bits are lost, which no longer matters: every such size is beyond the file
  return value === marker - 1 ? { bytes: length, withMarker } : { bytes: length, withMarker, value }
}

/** What is shown counts where it is in pixels; else the pictures themselves (RFC 9559 §5.1.4.1.28). */
async function readVideo(
  source: ByteSource,
  video: Element,
  budget: { elements: number },
): Promise<VideoSize | undefined> {
  const numbers = new Map<number, number>()
  for await (const { id, begin, end } of elementsIn(source, video, undefined, budget)) {
    const bytes = end - begin
    if (Object.values(ids).includes(id) && bytes >= 1 && bytes <= 6) {
      numbers.set(id, (await readExactly(source, begin, bytes)).readUIntBE(0, bytes))
    }
  }
  const inPixels = (numbers.get(ids.displayUnit) ?? 0) === 0
  const width = (inPixels ? numbers.get(ids.displayWidth) : undefined) ?? numbers.get(ids.pixelWidth) ?? 0
  const height = (inPixels ? numbers.get(ids.displayHeight) : undefined) ?? numbers.get(ids.pixelHeight) ?? 0
  return width > 0 && height > 0 && width <= 65535 && height <= 65535 ? { width, height } : undefined
}
