import { basename } from 'node:path'
import { type Chunks, collect, peek } from './archives/chunks.ts'
import { type ContainerKind, containerKind, headBytes } from './archives/container-kind.ts'
import { gunzipped, unzstd } from './archives/decompressed.ts'
import { openPngTexts } from './archives/png-texts.ts'
import { tarEntries } from './archives/tar-entries.ts'
import { zipEntries } from './archives/zip-entries.ts'
import {
  counted,
  type DecompressionLimit,
  DecompressionLimitError,
  type DecompressionLimits,
  openDecompressionLimit,
} from './decompression-limit.ts'
import { tokensIn } from './find-tokens.ts'
import { reasonOf, type ScanListener } from './match.ts'
import type { TokenFinder } from './token-finder.ts'

/** What every part of a scan works with. */
export interface ScanTools {
  /** One content is searched at a time, so one finder serves all. */
  finder: TokenFinder
  listener: ScanListener
  limits: DecompressionLimits
}

/** Archives in archives in archives; a `.tar.gz` is two. */
const deepest = 6
/** A zip archive that is itself packed is read into memory, because its directory stands at its end. */
const maxZipBytesInMemory = 1 << 25

interface Content {
  path: string
  chunks: Chunks
  /** The open file that the content is, if it is one. */
  file?: number
}

/** Where a content lies among others. */
interface Nesting {
  depth: number
  expansion: DecompressionLimit
}

/**
 * Searches a content, and what is packed in it. What cannot be unpacked is a problem, and whatever could be read of it
 * before has been searched.
 */
export async function scanContent(tools: ScanTools, content: Content, sizeBytes?: number): Promise<void> {
  const expansion = openDecompressionLimit(tools.limits)
  if (sizeBytes !== undefined) expansion.input(sizeBytes)
  const chunks = sizeBytes === undefined ? measured(tools, content, expansion) : content.chunks
  try {
    await scanNested(tools, { ...content, chunks }, { depth: 0, expansion })
  } catch (error) {
    tools.listener.problem(content.path, reasonOf(error))
  }
}

async function scanNested(tools: ScanTools, content: Content, nesting: Nesting): Promise<void> {
  const { head, whole } = await peek(content.chunks, headBytes)
  const kind = containerKind(head)
  const named = { ...content, chunks: whole }
  if (!kind) return scanPlain(tools, named)
  if (nesting.depth >= deepest) {
    tools.listener.problem(content.path, `it lies ${deepest} archives deep, and was not unpacked`)
    return scanPlain(tools, named)
  }
  try {
    await scanners[kind](tools, named, { ...nesting, depth: nesting.depth + 1 })
  } catch (error) {
    if (error instanceof DecompressionLimitError) throw error
    tools.listener.problem(content.path, reasonOf(error))
  }
}

type Scanner = (tools: ScanTools, content: Content, nesting: Nesting) => Promise<void>

const scanners: Record<ContainerKind, Scanner> = {
  gzip: (tools, { path, chunks }, nesting) =>
    scanNested(tools, { path, chunks: counted(gunzipped(chunks), nesting.expansion) }, nesting),
  zstd: (tools, { path, chunks }, nesting) =>
    scanNested(tools, { path, chunks: counted(unzstd(chunks), nesting.expansion) }, nesting),
  async tar(tools, { path, chunks }, nesting) {
    const onDefect = (message: string) => tools.listener.problem(path, message)
    for await (const { name, content } of tarEntries(chunks, { onDefect }))
      await scanEntry(tools, { path: `${path}!${name}`, chunks: content }, nesting)
  },
  async zip(tools, { path, chunks, file }, nesting) {
    const { buffer, whole } = file === undefined ? await collect(chunks, maxZipBytesInMemory) : { whole: chunks }
    const archive = file ?? buffer
    try {
      if (archive === undefined) throw new Error('it is a zip archive too large to be unpacked from within another')
      for await (const { name, open } of zipEntries(archive)) {
        const inside = `${path}!${name}`
        try {
          await scanEntry(tools, { path: inside, chunks: counted(await open(), nesting.expansion) }, nesting)
        } catch (error) {
          if (error instanceof DecompressionLimitError) throw error
          tools.listener.problem(inside, reasonOf(error))
        }
      }
    } catch (error) {
      if (error instanceof DecompressionLimitError) throw error
      // Without its directory it is bytes, some of which may not be packed.
      tools.listener.problem(path, reasonOf(error))
      await scanPlain(tools, { path, chunks: whole })
    }
  },
  async png(tools, { path, chunks }) {
    const texts = openPngTexts()
    await scanPlain(tools, { path, chunks: texts.watch(chunks) })
    for (const { kind, text } of texts.unpacked()) scanBytes(tools, `${path}!${kind}`, text)
  },
}

function scanEntry(tools: ScanTools, content: Content, nesting: Nesting): Promise<void> {
  scanName(tools, content.path)
  return scanNested(tools, content, nesting)
}

/** Searches content as it is. */
async function scanPlain({ finder, listener }: ScanTools, { path, chunks }: Content): Promise<void> {
  finder.begin({ onHit: (hit) => listener.found({ path, part: 'content', ...hit }) })
  try {
    for await (const chunk of chunks) finder.push(chunk)
  } finally {
    finder.end()
  }
}

/** Searches bytes as they are. */
function scanBytes({ finder, listener }: ScanTools, path: string, bytes: Buffer): void {
  finder.begin({ onHit: (hit) => listener.found({ path, part: 'content', ...hit }) })
  finder.push(bytes)
  finder.end()
}

/** A file may be called by the address that it was downloaded from, token and all. */
export function scanName({ listener }: ScanTools, path: string): void {
  for (const { index, ...match } of tokensIn(Buffer.from(basename(path))))
    listener.found({ path, part: 'name', ...match })
}

async function* measured(
  { listener }: ScanTools,
  { path, chunks }: Content,
  expansion: DecompressionLimit,
): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    expansion.input(chunk.length)
    listener.read(path, chunk.length)
    yield chunk
  }
}
