import type { MediaType } from '../../catalog/enums.ts'

interface Preview {
  /** Relative to the library folder, or to the hub's own images when `owned`. */
  path: string
  owned: boolean
  type: MediaType
}

/**
 * Returns the path of the still image of a video: a picture of the same entry with the same name, where `.preview` and
 * `.thumb` do not count (`fox.mp4` and `fox.preview.png`; `fox.preview.1.mp4` and `fox.preview.1.png`). The same name to
 * the letter comes first, then the order of `previews`. Undefined for pictures, and for videos without one.
 */
export function stillOf(video: Preview, previews: readonly Preview[]): string | undefined {
  if (video.type !== 'video') return undefined
  const name = shownName(video.path)
  const stills = previews.filter(({ type, owned, path }) => type === 'image' && !owned && shownName(path) === name)
  const same = stills.find(({ path }) => withoutExtension(path) === withoutExtension(video.path))
  return (same ?? stills[0])?.path
}

const withoutExtension = (path: string) => path.replace(/\.[^./]+$/, '')
const shownName = (path: string) => withoutExtension(path).replace(/\.(?:preview|thumb)(?=\.\d{1,3}$|$)/i, '')
