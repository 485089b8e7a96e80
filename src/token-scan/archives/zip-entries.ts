import { type Entry, fromBufferPromise, fromFdPromise, getFileNameLowLevel } from 'yauzl'
import type { Chunks } from './chunks.ts'

/** A file in a zip archive. `open` rejects if it is encrypted or its compression method is unknown. */
interface ZipEntry {
  name: string
  open(): Promise<Chunks>
}

/**
 * Yields the entries of a zip archive in the order of its directory. `archive` is a file descriptor or a buffer.
 * @throws if the directory is missing or broken
 */
export async function* zipEntries(archive: number | Buffer): AsyncGenerator<ZipEntry> {
  // Invalid names and sizes do no harm: names are only reported, never used as paths, and decompressed bytes are counted.
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
          throw new Error(`it is compressed with the unknown method ${entry.compressionMethod}`)
        return zip.openReadStreamPromise(entry)
      },
    }
  }
}

const nameOf = ({ generalPurposeBitFlag, fileNameRaw, extraFields }: Entry) =>
  getFileNameLowLevel(generalPurposeBitFlag, fileNameRaw, extraFields, false)
