import { basename } from 'node:path'
import { bufferUpTo, type Chunks, peek } from './archives/chunks.ts'
import { type ContainerKind, containerKind, headBytes } from './archives/container-kind.ts'
import { gunzip, unzstd } from './archives/decompressed.ts'
import { openPngTexts } from './archives/png-texts.ts'
import { tarEntries } from './archives/tar-entries.ts'
import { zipEntries } from './archives/zip-entries.ts'
import {
  type DecompressionLimit,
  DecompressionLimitError,
  type DecompressionLimits,
  limitOutput,
  openDecompressionLimit,
} from './decompression-limit.ts'
import { findTokens } from './find-tokens.ts'
import { reasonOf, type ScanListener } from './scan-listener.ts'
import type { TokenFinder } from './token-finder.ts'

/** The services that every part of a scan uses. */
export interface TokenScanTools {
  /** Shared, because one content is searched at a time. */
  finder: TokenFinder
  listener: ScanListener
  limits: DecompressionLimits
}

/** Maximum nesting of archives; a `.tar.gz` counts as two. */
const maxDepth = 6
/** Maximum size, in bytes, of a nested zip archive: it is read into memory, because its directory is at its end. */
const maxZipBytesInMemory = 1 << 25

interface NestedContent {
  path: string
  chunks: Chunks
  /** File descriptor, if the content is a file. */
  file?: number
}

/** The position of a content in nested archives. */
interface Nesting {
  depth: number
  limit: DecompressionLimit
}

/**
 * Searches content and everything packed in it. Content that cannot be unpacked is reported as a problem; the part read
 * before that is searched.
 */
export async function scanContent(tools: TokenScanTools, content: NestedContent, sizeBytes?: number): Promise<void> {
  const limit = openDecompressionLimit(tools.limits)
  if (sizeBytes !== undefined) limit.addInput(sizeBytes)
  const chunks = sizeBytes === undefined ? reportReads(tools, content, limit) : content.chunks
  try {
    await scanNested(tools, { ...content, chunks }, { depth: 0, limit })
  } catch (error) {
    tools.listener.onProblem(content.path, reasonOf(error))
  }
}

async function scanNested(tools: TokenScanTools, content: NestedContent, nesting: Nesting): Promise<void> {
  const { head, whole } = await peek(content.chunks, headBytes)
  const kind = containerKind(head)
  const named = { ...content, chunks: whole }
  if (!kind) return scanPlain(tools, named)
  if (nesting.depth >= maxDepth) {
    tools.listener.onProblem(content.path, `it is nested ${maxDepth} archives deep and was not unpacked`)
    return scanPlain(tools, named)
  }
  try {
    await scanners[kind](tools, named, { ...nesting, depth: nesting.depth + 1 })
  } catch (error) {
    if (error instanceof DecompressionLimitError) throw error
    tools.listener.onProblem(content.path, reasonOf(error))
  }
}

type Scanner = (tools: TokenScanTools, content: NestedContent, nesting: Nesting) => Promise<void>

const scanners: Record<ContainerKind, Scanner> = {
  gzip: (tools, { path, chunks }, nesting) =>
    scanNested(tools, { path, chunks: limitOutput(gunzip(chunks), nesting.limit) }, nesting),
  zstd: (tools, { path, chunks }, nesting) =>
    scanNested(tools, { path, chunks: limitOutput(unzstd(chunks), nesting.limit) }, nesting),
  async tar(tools, { path, chunks }, nesting) {
    const onDefect = (message: string) => tools.listener.onProblem(path, message)
    for await (const { name, content } of tarEntries(chunks, { onDefect }))
      await scanEntry(tools, { path: `${path}!${name}`, chunks: content }, nesting)
  },
  async zip(tools, { path, chunks, file }, nesting) {
    const { buffer, whole } = file === undefined ? await bufferUpTo(chunks, maxZipBytesInMemory) : { whole: chunks }
    const archive = file ?? buffer
    try {
      if (archive === undefined) throw new Error('the nested zip archive is too large to unpack')
      for await (const { name, open } of zipEntries(archive)) {
        const inside = `${path}!${name}`
        try {
          await scanEntry(tools, { path: inside, chunks: limitOutput(await open(), nesting.limit) }, nesting)
        } catch (error) {
          if (error instanceof DecompressionLimitError) throw error
          tools.listener.onProblem(inside, reasonOf(error))
        }
      }
    } catch (error) {
      if (error instanceof DecompressionLimitError) throw error
      // Without a directory, search the raw bytes: some entries may be stored uncompressed.
      tools.listener.onProblem(path, reasonOf(error))
      await scanPlain(tools, { path, chunks: whole })
    }
  },
  async png(tools, { path, chunks }) {
    const texts = openPngTexts()
    await scanPlain(tools, { path, chunks: texts.collect(chunks) })
    for (const { kind, text } of texts.inflated()) scanBytes(tools, `${path}!${kind}`, text)
  },
}

function scanEntry(tools: TokenScanTools, content: NestedContent, nesting: Nesting): Promise<void> {
  scanName(tools, content.path)
  return scanNested(tools, content, nesting)
}

/** Searches content without unpacking it. */
async function scanPlain({ finder, listener }: TokenScanTools, { path, chunks }: NestedContent): Promise<void> {
  finder.begin({ onHit: (hit) => listener.onFinding({ path, part: 'content', ...hit }) })
  try {
    for await (const chunk of chunks) finder.push(chunk)
  } finally {
    finder.end()
  }
}

/** Searches bytes without unpacking them. */
function scanBytes({ finder, listener }: TokenScanTools, path: string, bytes: Buffer): void {
  finder.begin({ onHit: (hit) => listener.onFinding({ path, part: 'content', ...hit }) })
  finder.push(bytes)
  finder.end()
}

/** Searches a file name: it can be the URL the file was downloaded from, including the token. */
export function scanName({ listener }: TokenScanTools, path: string): void {
  for (const { index, ...match } of findTokens(Buffer.from(basename(path))))
    listener.onFinding({ path, part: 'name', ...match })
}

async function* reportReads(
  { listener }: TokenScanTools,
  { path, chunks }: NestedContent,
  expansion: DecompressionLimit,
): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    expansion.addInput(chunk.length)
    listener.onRead(path, chunk.length)
    yield chunk
  }
}
