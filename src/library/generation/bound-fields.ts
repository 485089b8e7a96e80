/** Maximum length of one field of generation data, in characters, and of all fields of an image together. */
export const maxFieldCharacters = 200_000
export const maxImageCharacters = 1_000_000

type Meta = Record<string, unknown>

/**
 * Bounds what is stored of an image. A text that is too long is cut; JSON in a text and lists or objects cannot be cut, and
 * are left out, like every field that does not fit into the bound of the image. `cut` says what was done, for the owner.
 */
export function boundFields(meta: Meta): { meta: Meta; cut: string[] } {
  const cut: string[] = []
  const kept: [string, unknown][] = []
  let left = maxImageCharacters
  for (const [name, value] of Object.entries(meta)) {
    const bounded = boundField(value)
    const size = bounded === undefined ? 0 : charactersIn(bounded) + name.length
    if (bounded === undefined || size > left) cut.push(`${name.slice(0, 60)} is left out`)
    else {
      if (bounded !== value) cut.push(`${name.slice(0, 60)} is cut to ${maxFieldCharacters} characters`)
      kept.push([name, bounded])
      left -= size
    }
  }
  return cut.length === 0 ? { meta, cut } : { meta: Object.fromEntries(kept), cut }
}

function boundField(value: unknown): unknown {
  if (charactersIn(value) <= maxFieldCharacters) return value
  if (typeof value !== 'string' || /^\s{0,100}[[{]/.test(value)) return undefined
  const end = isHighSurrogate(value.charCodeAt(maxFieldCharacters - 1)) ? maxFieldCharacters - 1 : maxFieldCharacters
  return value.slice(0, end)
}

/** A cut between the two halves of a character would leave one that no encoding has. */
const isHighSurrogate = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdbff

/** The length of all texts and keys of a value, with a few characters for everything else; its depth is bounded. */
function charactersIn(value: unknown): number {
  if (typeof value === 'string') return value.length
  if (typeof value !== 'object' || value === null) return 8
  let sum = 2
  for (const [key, child] of Object.entries(value)) sum += key.length + charactersIn(child)
  return sum
}
