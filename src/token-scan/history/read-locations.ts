/** Where an object came into the history. */
export interface ObjectLocation {
  path: string
  commit: string
  /** Commits are numbered from the latest one on: the higher, the older. */
  age: number
}

/**
 * Reads what `git diff-tree --stdin --raw -z` writes: for each commit its id, and for each path that it changed the old
 * and the new object. Keeps the oldest place of each object that is wanted.
 */
export function openLocationParser(wanted: ReadonlySet<string>): {
  read(text: string): void
  locations: ReadonlyMap<string, ObjectLocation>
} {
  const locations = new Map<string, ObjectLocation>()
  let rest = ''
  let commit = ''
  let age = 0
  let object: string | undefined
  return {
    locations,
    read(text) {
      const fields = (rest + text).split('\0')
      rest = fields.pop() ?? ''
      for (const field of fields) {
        if (object !== undefined) {
          if (wanted.has(object)) locations.set(object, { path: field, commit, age })
          object = undefined
        } else if (field.startsWith(':')) object = field.split(' ')[3]
        else {
          commit = field.trim()
          age++
        }
      }
    },
  }
}
