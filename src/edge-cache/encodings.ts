import { promisify } from 'node:util'
import { brotliCompress, constants, gzip, zstdCompress } from 'node:zlib'

/** How the bytes of an answer are written (RFC 9110 §8.4.1); `identity` is as they are. */
export type Encoding = 'identity' | 'gzip' | 'br' | 'zstd'

/** The smaller and the faster, the earlier: of those that a client likes equally, the first. */
export const preferredEncodings = ['zstd', 'br', 'gzip'] as const

/**
 * The encoding that an `Accept-Encoding` asks for (RFC 9110 §12.5.3): of those that it names the one with the greatest
 * weight. Deflate is left out, since some clients that name it cannot read it, and `*` asks for nothing in particular.
 */
export function negotiateEncoding(acceptEncoding: string | undefined): Encoding {
  if (acceptEncoding === undefined) return 'identity'
  const weights = new Map<string, number>()
  for (const part of acceptEncoding.toLowerCase().split(',')) {
    const [name = '', ...parameters] = part.split(';').map((text) => text.trim())
    const weight = parameters.find((parameter) => /^q\s*=/.test(parameter))?.split('=')[1]
    weights.set(name === 'x-gzip' ? 'gzip' : name, weight === undefined ? 1 : Number(weight) || 0)
  }
  const weightOf = (encoding: Encoding) => weights.get(encoding) ?? 0
  const best = preferredEncodings.reduce((one, other) => (weightOf(other) > weightOf(one) ? other : one))
  return weightOf(best) > 0 && weightOf(best) >= weightOf('identity') ? best : 'identity'
}

/** What fits into one packet anyway gains nothing by being written smaller. */
export const minEncodedBytes = 1400

/** Writes bytes in an encoding, off the thread that serves. */
export function encode(bytes: Buffer, encoding: Exclude<Encoding, 'identity'>): Promise<Buffer> {
  switch (encoding) {
    case 'gzip':
      return gzipped(bytes, { level: 6 })
    case 'br':
      return brotlied(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } })
    case 'zstd':
      return zstdCompressed(bytes, { params: { [constants.ZSTD_c_compressionLevel]: 3 } })
  }
}

const gzipped = promisify(gzip) as (bytes: Buffer, options: object) => Promise<Buffer>
const brotlied = promisify(brotliCompress) as (bytes: Buffer, options: object) => Promise<Buffer>
const zstdCompressed = promisify(zstdCompress) as (bytes: Buffer, options: object) => Promise<Buffer>
