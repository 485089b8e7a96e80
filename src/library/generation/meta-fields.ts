/** The fields of any JSON object. */
export type Fields = Readonly<Record<string, unknown>>

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

export const numberOf = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined)

/** A number, or digits that a number cannot hold; a text of digits becomes a number where that is exact. */
export function numberOrDigits(value: unknown): number | string | undefined {
  if (typeof value !== 'string') return numberOf(value)
  const text = value.trim()
  if (!/^-?\d{1,40}(\.\d{1,40})?$/.test(text)) return undefined
  return Number.isSafeInteger(Number(text)) || text.includes('.') ? Number(text) : text
}

/** `512x768`, where both sides are known. */
export const sizeOf = (width: unknown, height: unknown): string | undefined => {
  const sides = [numberOrDigits(width), numberOrDigits(height)]
  return sides.every((side) => side !== undefined) ? sides.join('x') : undefined
}

/** The known fields alone: whatever is undefined, and lists without elements, are absent. */
export function knownFields(meta: Fields): Record<string, unknown> {
  const known = Object.entries(meta).filter(
    ([key, value]) => key !== '__proto__' && value !== undefined && !(Array.isArray(value) && value.length === 0),
  )
  return Object.fromEntries(known)
}

/** Every field but those named, for what a program wrote beyond the fields that are read. */
export function otherFields(fields: Fields, read: readonly string[]): Record<string, unknown> {
  const known = new Set<string>([...read, '__proto__'])
  return Object.fromEntries(Object.entries(fields).filter(([key, value]) => !known.has(key) && value !== null))
}
