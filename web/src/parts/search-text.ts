/** A text of the address, which the router reads as a number in `?query=12`. Undefined for none, and for white space. */
export function textOf(value: unknown): string | undefined {
  if (value === null || typeof value === 'object' || value === undefined) return undefined
  const text = String(value)
  return text.trim() === '' ? undefined : text
}
