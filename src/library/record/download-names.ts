import { basename, dirname } from 'node:path/posix'

/** A file of a version with the first of its places. */
export interface PlacedFile {
  id: number
  /** Relative to its library folder. */
  path: string
}

/**
 * Returns the download name of each file of a version, by file id: its name on disk. Files that share a name, ignoring
 * case, get `<component>_<name>` after their folder, with further parent folders while names are still shared, so a client
 * that downloads all of them into one folder overwrites none (contract §5). A file directly in the library folder keeps its
 * name. Names have at most 255 bytes of UTF-8, the maximum of common file systems.
 */
export function downloadNames(files: readonly PlacedFile[]): Map<number, string> {
  const names = new Map(files.map(({ id, path }) => [id, basename(path)]))
  const deepest = Math.max(0, ...files.map(({ path }) => path.split('/').length - 1))
  for (let depth = 1; depth <= deepest; depth++) {
    const shared = filesSharingNames(files, names)
    if (shared.length === 0) return names
    for (const { id, path } of shared) names.set(id, withComponents(path, depth))
  }
  // Names are still equal for the same path in two library folders, or after truncation.
  for (const { id, path } of filesSharingNames(files, names)) names.set(id, joinWithinLimit(String(id), basename(path)))
  return names
}

const maxNameBytes = 255

function filesSharingNames(files: readonly PlacedFile[], names: ReadonlyMap<number, string>): PlacedFile[] {
  const byName = Map.groupBy(files, ({ id }) => collisionKey(names.get(id) ?? ''))
  return [...byName.values()].filter((group) => group.length > 1).flat()
}

/** Some clients write names that differ only in case, or in characters they replace, to the same file. */
const collisionKey = (name: string) =>
  name
    .normalize('NFC')
    .toLowerCase()
    .replace(/["\\=;]/g, '_')

function withComponents(path: string, depth: number): string {
  const folders = dirname(path) === '.' ? [] : dirname(path).split('/')
  return joinWithinLimit(folders.slice(-depth).join('_'), basename(path))
}

/** Returns `<component>_<name>`, with the start of the component cut off if the result is too long. */
function joinWithinLimit(component: string, name: string): string {
  if (component === '') return name
  const characters = [...component]
  while (characters.length > 0 && Buffer.byteLength(`${characters.join('')}_${name}`) > maxNameBytes) characters.shift()
  return characters.length > 0 ? `${characters.join('')}_${name}` : name
}
