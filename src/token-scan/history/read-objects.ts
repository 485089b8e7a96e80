/** Types of git objects (gitformat-pack). */
export type ObjectType = 'blob' | 'tree' | 'commit' | 'tag'

export interface ObjectHeader {
  id: string
  type: ObjectType
  sizeBytes: number
}

export interface ObjectHandler {
  onBegin(header: ObjectHeader): void
  /** Called with each part of the object. The handler may keep the buffer. */
  onBytes(part: Buffer): void
  onEnd(): void
}

/**
 * Parses the output of `git cat-file --batch`: for each object a line with id, type and size, its bytes, and a line feed.
 * Returns a function that takes the output in chunks of any size.
 */
export function openObjectParser(reader: ObjectHandler): (chunk: Buffer) => void {
  let header = Buffer.alloc(0)
  /** Remaining bytes of the object; undefined while a header is read. */
  let left: number | undefined
  return (chunk) => {
    for (let at = 0; at < chunk.length; ) {
      if (left === undefined) {
        const lineEnd = chunk.indexOf(lineFeed, at)
        header = Buffer.concat([header, chunk.subarray(at, lineEnd < 0 ? chunk.length : lineEnd)])
        if (lineEnd < 0) return
        const read = readHeader(header.toString('latin1'))
        header = Buffer.alloc(0)
        left = read.sizeBytes
        at = lineEnd + 1
        reader.onBegin(read)
      } else if (left > 0) {
        const part = chunk.subarray(at, at + left)
        left -= part.length
        at += part.length
        reader.onBytes(part)
      } else {
        left = undefined
        at++
        reader.onEnd()
      }
    }
  }
}

const lineFeed = 0x0a

function readHeader(line: string): ObjectHeader {
  const [, id, type, size] = /^([0-9a-f]+) (blob|tree|commit|tag) (\d+)$/.exec(line) ?? []
  if (id === undefined || size === undefined)
    throw new Error(`git wrote "${line}", which is not the header of an object`)
  return { id, type: type as ObjectType, sizeBytes: Number(size) }
}
