import { parseLenientJson } from './lenient-json.ts'

/**
 * Reads `Name: value, Name: value` settings. A value ends at a comma or a line's end, unless it is quoted or JSON: then
 * it ends where that does, and JSON is parsed. Linear in the length of the text.
 */
export function readSettings(text: string): Map<string, unknown> {
  const settings = new Map<string, unknown>()
  let position = 0
  while (position < text.length && settings.size < mostSettings) {
    settingName.lastIndex = position
    const name = settingName.exec(text)
    if (name?.[1] === undefined) {
      position = endOfPlain(text, position) + 1
      continue
    }
    const start = position + name[0].length
    const end = endOfValue(text, start)
    if (name[1] !== '__proto__') settings.set(name[1], readValue(text.slice(start, end).trim()))
    position = Math.max(endOfPlain(text, end), start) + 1
  }
  return settings
}

const mostSettings = 500
const settingName = /[\s,]{0,8}(\w[\w /-]{0,79}):[ \t]*/y

function endOfPlain(text: string, start: number): number {
  for (let index = start; index < text.length; index++) if (text[index] === ',' || text[index] === '\n') return index
  return text.length
}

function endOfValue(text: string, start: number): number {
  const opening = text[start]
  const end =
    opening === '"'
      ? endOfQuoted(text, start)
      : opening === '{' || opening === '['
        ? endOfBrackets(text, start)
        : undefined
  return end ?? endOfPlain(text, start)
}

function endOfQuoted(text: string, start: number): number | undefined {
  for (let index = start + 1; index < text.length; index++) {
    if (text[index] === '\\') index++
    else if (text[index] === '"') return index + 1
  }
  return undefined
}

function endOfBrackets(text: string, start: number): number | undefined {
  let depth = 0
  for (let index = start; index < text.length; index++) {
    const letter = text[index]
    if (letter === '"') {
      const end = endOfQuoted(text, index)
      if (end === undefined) return undefined
      index = end - 1
    } else if (letter === '{' || letter === '[') depth++
    else if ((letter === '}' || letter === ']') && --depth === 0) return index + 1
  }
  return undefined
}

function readValue(value: string): unknown {
  if (!/^["{[]/.test(value)) return value
  try {
    return parseLenientJson(value)
  } catch {
    return value
  }
}
