/**
 * How many values a JSON text holds at most, counted over its bytes without building anything: a few megabytes of
 * commas can become gigabytes of objects, so hostile texts are measured before they are parsed.
 */
export function countJsonValues(bytes: Uint8Array): number {
  let count = 1
  let inString = false
  for (let index = 0; index < bytes.length; index++) {
    const byte = bytes[index]
    if (inString) {
      if (byte === backslash) index++
      else if (byte === quote) inString = false
    } else if (byte === quote) inString = true
    else if (byte === comma || byte === brace || byte === bracket) count++
  }
  return count
}

const quote = 0x22
const comma = 0x2c
const bracket = 0x5b
const backslash = 0x5c
const brace = 0x7b
