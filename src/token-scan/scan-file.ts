import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { containerKind, headBytes } from './archives/container-kind.ts'
import { scanContent, scanName, type TokenScanTools } from './scan-content.ts'
import { reasonOf } from './scan-listener.ts'

/** Searches a file, its name, and everything packed in it. */
export async function scanFile(tools: TokenScanTools, path: string): Promise<void> {
  scanName(tools, path)
  let file: number | undefined
  try {
    file = openSync(path, 'r')
    const head = Buffer.alloc(headBytes)
    const isPacked = containerKind(head.subarray(0, readSync(file, head, 0, headBytes, 0))) !== undefined
    if (!isPacked) return scanPlainFile(tools, path, file)
    await scanContent(tools, { path, chunks: readChunks(tools, path, file), file }, fstatSync(file).size)
  } catch (error) {
    tools.listener.onProblem(path, reasonOf(error))
  } finally {
    if (file !== undefined) closeSync(file)
  }
}

/** Reads directly into the window of the finder, without copying. */
function scanPlainFile({ finder, listener }: TokenScanTools, path: string, file: number): void {
  finder.begin({
    onHit: (hit) => listener.onFinding({ path, part: 'content', ...hit }),
    reread: (from, to) => readPieces(file, from, to),
  })
  try {
    for (let offset = 0; ; ) {
      const room = finder.freeSpace()
      const count = readSync(file, room, 0, room.length, offset)
      if (count === 0) break
      finder.commit(count)
      offset += count
      listener.onRead(path, count)
    }
  } finally {
    finder.end()
  }
}

function* readPieces(file: number, from: number, to: number): Generator<Buffer> {
  const piece = Buffer.allocUnsafe(pieceBytes)
  for (let offset = from; offset < to; ) {
    const count = readSync(file, piece, 0, Math.min(piece.length, to - offset), offset)
    if (count === 0) return
    yield piece.subarray(0, count)
    offset += count
  }
}

/** Yields a file in newly allocated chunks, which the consumer may keep. Does not read ahead, so iteration can stop anywhere. */
async function* readChunks({ listener }: TokenScanTools, path: string, file: number): AsyncGenerator<Buffer> {
  for (let offset = 0; ; ) {
    const chunk = Buffer.allocUnsafe(pieceBytes)
    const count = readSync(file, chunk, 0, chunk.length, offset)
    if (count === 0) return
    listener.onRead(path, count)
    yield chunk.subarray(0, count)
    offset += count
  }
}

const pieceBytes = 1 << 18
