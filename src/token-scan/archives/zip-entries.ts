import { type Entry, fromBufferPromise, fromFdPromise, getFileNameLowLevel } from 'yauzl'
import type { Chunks } from './chunks.ts'

/** A file in a zip archive; `open` fails when it is encrypted or packed in a way that is not known. */
interface ZipEntry {
  name: string
  open(): Promise<Chunks>
}

/**
 * What the directory of a zip archive lists, in order; of an open file or of a buffer.
 * @throws when there is no directory, or it is broken
 */
export async function* zipEntries(archive: number | Buffer): AsyncGenerator<ZipEntry> {
  // Names are only told, never used as paths, and sizes are counted as they come: neither is a reason to stop.
  const options = { autoClose: false, lazyEntries: true, decodeStrings: false, validateEntrySizes: false }
  const zip = await (typeof archive === 'number'
    ? fromFdPromise(archive, options)
    : fromBufferPromise(archive, options))
  for await (const entry of zip.eachEntry()) {
    const name = nameOf(entry)
    if (name.endsWith('/')) continue
    yield {
      name,
      async open() {
        if (entry.isEncrypted()) throw new Error('it is encrypted')
        if (!entry.canDecodeFileData())
          throw new Error(`it is packed by method ${entry.compressionMethod}, which is not known`)
        return zip.openReadStreamPromise(entry)
      },
    }
  }
}

const nameOf = ({ generalPurposeBitFlag, fileNameRaw, extraFields }: Entry) =>
  getFileNameLowLevel(generalPurposeBitFlag, fileNameRaw, extraFields, false)
