import type { Stats } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import type { ServerResponse } from 'node:http'
import { EndpointError } from '../../endpoints/core/errors.ts'
import type { Piece } from './multipart.ts'

/**
 * Sends a body and ends the response, or breaks it off; lets go of what it held in either case. To be called once. That
 * the client leaves is no failure; others are thrown, for the log. `onSent` is told of bytes that the system has taken.
 */
export type SendBody = (response: ServerResponse, onSent?: (bytes: number) => void) => Promise<void>

/** Of 64 KiB to 1 MiB: larger ones are hardly faster, and each client that takes nothing holds one. */
export const chunkBytes = 256 * 1024

/**
 * Gives what sends pieces of an open file, as fast as the client takes them, and closes the file. Its one buffer is read
 * into again once the system has taken what was in it, so that a transfer neither reads ahead nor makes garbage.
 * `opened` is what the file was when its headers were made.
 */
export function streamRanges(file: FileHandle, pieces: readonly Piece[], opened: Stats): SendBody {
  return async (response, onSent = () => undefined) => {
    const takes = openWriter(response, onSent)
    try {
      const buffer = Buffer.allocUnsafeSlow(chunkBytes)
      for (const piece of pieces) {
        if (!('first' in piece)) {
          if (!(await takes(piece))) return
          continue
        }
        for (let position = piece.first; position <= piece.last; position += chunkBytes) {
          const chunk = buffer.subarray(0, Math.min(chunkBytes, piece.last - position + 1))
          await readUnchanged(file, { into: chunk, position, opened })
          if (!(await takes(chunk))) return
        }
      }
      response.end()
    } catch (error) {
      // Nobody is to take what came so far for the whole.
      response.destroy()
      throw error
    } finally {
      await file.close()
    }
  }
}

/**
 * Fills `into`. A writer moves the time of a file before its bytes, so looking after reading misses none.
 * @throws EndpointError `unavailable` when the file is not what it was when it was opened: what was read may be of another
 */
export async function readUnchanged(
  file: FileHandle,
  { into, position, opened }: { into: Buffer; position: number; opened: Stats },
): Promise<void> {
  for (let filled = 0; filled < into.length; ) {
    const { bytesRead } = await file.read(into, filled, into.length - filled, position + filled)
    if (bytesRead === 0) throw fileChanged()
    filled += bytesRead
  }
  const now = await file.stat()
  if (now.mtimeMs !== opened.mtimeMs || now.size !== opened.size) throw fileChanged()
}

export const fileChanged = () =>
  new EndpointError({ kind: 'unavailable', what: 'The file has changed and is being read again' })

/** Gives what writes to a client and tells, once the system took it, that it did; or that the client has left. */
function openWriter(response: ServerResponse, onSent: (bytes: number) => void): (chunk: Buffer) => Promise<boolean> {
  let settle: (error?: Error | null) => void = () => undefined
  const leave = () => settle(new Error('the client has left'))
  response.on('close', leave)
  response.on('error', leave)
  return (chunk) =>
    new Promise((resolve) => {
      settle = (error) => {
        if (!error) onSent(chunk.length)
        resolve(!error)
      }
      if (response.destroyed) leave()
      else response.write(chunk, settle)
    })
}
