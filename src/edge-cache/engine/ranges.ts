/** Positions of the first byte and of the one after the last. */
export interface ByteRange {
  start: number
  end: number
}

/**
 * Reads a `Range` for a body of `length` bytes (RFC 9110 §14.1.2, §14.2). Undefined for what is answered whole: another unit, what
 * cannot be read, and several ranges, which a server may ignore.
 */
export function readRange(value: string, length: number): ByteRange | 'unsatisfiable' | undefined {
  const [, first = '', last = ''] = /^bytes\s*=\s*(\d*)\s*-\s*(\d*)$/i.exec(value.trim()) ?? []
  if (first === '' && last === '') return undefined
  if (first === '')
    return Number(last) > 0 && length > 0 ? { start: Math.max(0, length - Number(last)), end: length } : 'unsatisfiable'
  const start = Number(first)
  if (last !== '' && Number(last) < start) return undefined
  if (start >= length) return 'unsatisfiable'
  return { start, end: last === '' ? length : Math.min(length, Number(last) + 1) }
}
