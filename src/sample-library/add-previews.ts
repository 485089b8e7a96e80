import sharp from 'sharp'
import { withText } from './png.ts'
import { draw } from './previews/draw.ts'
import type { PreviewFormat, SamplePreview } from './sample-model.ts'

/** Returns the size of a preview in pixels. */
export const sizeOf = ({ square }: SamplePreview): { width: number; height: number } =>
  square ? { width: 608, height: 608 } : { width: 512, height: 704 }

/** Draws a preview with generation `parameters`: in a text chunk of a PNG, in the EXIF comment of other formats. */
export async function previewBytes(preview: SamplePreview, parameters: string | undefined): Promise<Buffer> {
  const { width, height } = sizeOf(preview)
  // Drawing computes every pixel. At half the size, the first start takes a third of the time.
  const drawn = draw(preview.scene, width / 2, height / 2)
  const raw = { width: drawn.width, height: drawn.height, channels: 3 } as const
  const image = sharp(drawn.bytes, { raw }).resize(width, height, { kernel: 'lanczos3' })
  const format = preview.suffix.slice(preview.suffix.lastIndexOf('.') + 1) as PreviewFormat // by the type of `suffix`
  if (format === 'png') {
    const png = await image.png().toBuffer()
    return parameters === undefined ? png : withText(png, 'parameters', parameters)
  }
  if (parameters !== undefined) image.withExif({ IFD2: { UserComment: parameters } })
  return format === 'jpg' ? image.jpeg({ quality: 86 }).toBuffer() : image.webp({ quality: 86 }).toBuffer()
}
