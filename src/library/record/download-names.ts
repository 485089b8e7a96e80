import { basename, dirname } from 'node:path/posix'

/** A file of a version, at the first of its places. */
export interface PlacedFile {
  id: number
  /** Relative to its library folder. */
  path: string
}

/**
 * The name under which each file of one version is offered to clients, by file id: its name on disk. Files that share a
 * name, in any letter case, are offered as `<component>_<name>` after the folder that holds them, with further parent
 * folders while names are still shared, so that a client that downloads all of them into one folder overwrites none
 * (contract §5). A file directly in the library folder keeps its name. Names stay within 255 bytes of UTF-8, the maximum of
 * common file systems.
 */
export function downloadNames(files: readonly PlacedFile[]): Map<number, string> {
  const names = new Map(files.map(({ id, path }) => [id, basename(path)]))
  const deepest = Math.max(0, ...files.map(({ path }) => path.split('/').length - 1))
  for (let depth = 1; depth <= deepest; depth++) {
    const shared = filesSharingNames(files, names)
    if (shared.length === 0) return names
    for (const { id, path } of shared) names.set(id, withComponents(path, depth))
  }
  // The same path in two library folders, or names that were cut.
  for (const { id, path } of filesSharingNames(files, names)) names.set(id, joinWithinLimit(String(id), basename(path)))
  return names
}

const maxNameBytes = 255

function filesSharingNames(files: readonly PlacedFile[], names: ReadonlyMap<number, string>): PlacedFile[] {
  const byName = Map.groupBy(files, ({ id }) => collisionKey(names.get(id) ?? ''))
  return [...byName.values()].filter((group) => group.length > 1).flat()
}

/** Names that differ only in letter case or in characters that downloads replace are the same file to some clients. */
const collisionKey = (name: string) =>
  name
    .normalize('NFC')
    .toLowerCase()
    .replace(/["\\=;]/g, '_')

function withComponents(path: string, depth: number): string {
  const folders = dirname(path) === '.' ? [] : dirname(path).split('/')
  return joinWithinLimit(folders.slice(-depth).join('_'), basename(path))
}

/** `<component>_<name>`; the component loses characters from its start where the whole would be too long. */
function joinWithinLimit(component: string, name: string): string {
  if (component === '') return name
  const characters = [...component]
  while (characters.length > 0 && Buffer.byteLength(`${characters.join('')}_${name}`) > maxNameBytes) characters.shift()
  return characters.length > 0 ? `${characters.join('')}_${name}` : name
}
