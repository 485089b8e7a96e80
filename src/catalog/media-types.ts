/**
 * The media types that the hub shows, and how their addresses end. Every browser shows these, and runs nothing that
 * they hold: SVG is not among them.
 */
const extensions: Record<string, string> = {
  'image/jpeg': 'jpeg',
  'image/png': 'png',
  'image/webp': 'webp',
  'image/gif': 'gif',
  'image/avif': 'avif',
  'video/mp4': 'mp4',
  'video/webm': 'webm',
}

export const deliverableTypes: ReadonlySet<string> = new Set(Object.keys(extensions))

/** How the address of an image of this type ends. */
export const extensionOf = (mime: string): string => extensions[mime] ?? 'bin'
