/** The commit and path where an object first appears in the history. */
export interface ObjectLocation {
  path: string
  commit: string
  /** Number of the commit, counted from the latest: higher is older. */
  age: number
}

/**
 * Parses the output of `git diff-tree --stdin --raw -z`: the id of each commit, and the old and new object of each path that
 * it changed. Keeps the oldest location of each object in `wanted`.
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
