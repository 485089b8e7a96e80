import { tokensInText } from '../../auth/tokens/token-format.ts'
import { openPngTexts } from '../../token-scan/archives/png-texts.ts'
import { findTokenTexts } from '../../token-scan/find-tokens.ts'
import type { ImageTexts } from '../generation/image-texts.ts'
import { gifComments } from './gif-comments.ts'

/**
 * The tokens in an image's own bytes, wherever they stand: as they are, in UTF-16 (EXIF), compressed (PNG), or cut up
 * (GIF). `texts` are those that were read of it.
 */
export async function tokensInImage(bytes: Buffer, mime: string, texts: ImageTexts): Promise<string[]> {
  const found = new Set(findTokenTexts(bytes))
  if (mime === 'image/png') for await (const text of unpackedTexts(bytes)) addAll(found, findTokenTexts(text))
  if (mime === 'image/gif') addAll(found, findTokenTexts(gifComments(bytes)))
  for (const text of [...Object.values(texts.byKeyword), ...texts.comments]) addAll(found, tokensInText(text))
  return [...found]
}

function addAll(found: Set<string>, tokens: Iterable<string>): void {
  for (const token of tokens) found.add(token)
}

/**
 * The compressed texts, including XMP, which the reader of metadata does not decompress. One text at a time is in memory: 1 MiB
 * of compressed texts can decompress to 1 GiB.
 */
async function* unpackedTexts(bytes: Buffer): AsyncGenerator<Buffer> {
  const texts = openPngTexts()
  for await (const _ of texts.collect(inOnePiece(bytes)));
  for (const { text } of texts.inflated()) yield text
}

async function* inOnePiece(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes
}
