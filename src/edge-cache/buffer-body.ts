import { Readable } from 'node:stream'
import { unpoolBuffer } from './unpool-buffer.ts'

/**
 * Passes a body on while it is collected. `whole` is all of it, to be kept, once it is complete; undefined when it broke off, or is more than
 * `maxBytes`.
 *
 * Collecting waits for no reader, and goes on when the reader leaves: others wait for the same body. A body that turns out to be too
 * large has no others; from then on its reader holds it back, and ends it by leaving.
 */
export function bufferBody(body: Readable, maxBytes: number): { passed: Readable; whole: Promise<Buffer | undefined> } {
  const { promise: whole, resolve } = Promise.withResolvers<Buffer | undefined>()
  const chunks: Buffer[] = []
  let bytes = 0
  const isTooLarge = () => bytes > maxBytes
  const passed = new Readable({
    read: () => void body.resume(),
    destroy(error, done) {
      if (isTooLarge()) body.destroy()
      else body.resume()
      done(error)
    },
  })
  body.on('data', (chunk: Buffer) => {
    bytes += chunk.length
    if (!isTooLarge()) chunks.push(chunk)
    else {
      chunks.length = 0
      resolve(undefined)
    }
    if (passed.destroyed) {
      if (isTooLarge()) body.destroy()
    } else if (!passed.push(chunk) && isTooLarge()) body.pause()
  })
  body.on('end', () => {
    passed.push(null)
    resolve(isTooLarge() ? undefined : unpoolBuffer(Buffer.concat(chunks)))
  })
  body.on('error', (error) => passed.destroy(error))
  body.on('close', () => {
    resolve(undefined)
    if (!body.readableEnded) passed.destroy(new Error('The origin broke off'))
  })
  return { passed, whole }
}
