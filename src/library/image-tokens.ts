import { tokensInText } from '../auth/token-format.ts'
import { openPngTexts } from '../token-scan/archives/png-texts.ts'
import { tokenTextsIn } from '../token-scan/find-tokens.ts'
import type { ImageTexts } from './generation/image-texts.ts'
import { gifComments } from './gif-comments.ts'

/**
 * The tokens in an image's own bytes, wherever they stand: as they are, in UTF-16 (EXIF), compressed (PNG), or cut up
 * (GIF). `texts` are those that were read of it.
 */
export async function tokensInImage(bytes: Buffer, mime: string, texts: ImageTexts): Promise<string[]> {
  const hidden = mime === 'image/png' ? await unpackedTexts(bytes) : mime === 'image/gif' ? [gifComments(bytes)] : []
  const read = [...Object.values(texts.byKeyword), ...texts.comments]
  return [...new Set([...[bytes, ...hidden].flatMap(tokenTextsIn), ...read.flatMap(tokensInText)])]
}

/** XMP among them, which the reader of metadata does not unpack. */
async function unpackedTexts(bytes: Buffer): Promise<Buffer[]> {
  const texts = openPngTexts()
  for await (const _ of texts.watch(inOnePiece(bytes)));
  return [...texts.unpacked()].map(({ text }) => text)
}

async function* inOnePiece(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes
}
