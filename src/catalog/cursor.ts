/**
 * Cursors of lists: where a page ended, as opaque text that needs no escaping in a URL. A cursor holds the order that
 * it belongs to and the values of its keys, the id last, so that the next page begins behind that row however many
 * rows were added since.
 */
export interface Cursor {
  /** Name of the order. */
  order: string
  keys: readonly number[]
}

/** A cursor that this list did not write: malformed, of another order, or of another number of keys. */
export class BadCursor extends Error {
  override name = 'BadCursor'
}

const version = 1
const maxTextLength = 400

export const writeCursor = ({ order, keys }: Cursor): string =>
  Buffer.from(JSON.stringify([version, order, ...keys])).toString('base64url')

/**
 * The keys of a cursor of this order.
 * @throws BadCursor
 */
export function readCursor(text: string, expected: { order: string; keyCount: number }): number[] {
  const [found, order, ...keys] = partsOf(text)
  if (found !== version || typeof order !== 'string') throw new BadCursor('The cursor is not valid')
  if (order !== expected.order)
    throw new BadCursor(`The cursor belongs to another order: ${expected.order} was asked for`)
  if (keys.length !== expected.keyCount || !keys.every(Number.isSafeInteger))
    throw new BadCursor('The cursor is not valid')
  return keys as number[]
}

function partsOf(text: string): unknown[] {
  if (text.length > maxTextLength || !/^[\w-]+$/.test(text)) return []
  try {
    const parts: unknown = JSON.parse(Buffer.from(text, 'base64url').toString())
    return Array.isArray(parts) ? parts : []
  } catch {
    return []
  }
}

/** The order that a cursor says it is of; undefined when it says nothing that can be read. */
export function orderOfCursor(text: string): string | undefined {
  const [, order] = partsOf(text)
  return typeof order === 'string' ? order : undefined
}
