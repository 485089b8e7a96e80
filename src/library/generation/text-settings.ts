import { parseLenientJson } from '../headers/lenient-json.ts'

/** The settings of a text, and what reading them took. */
export interface SettingsScan {
  settings: Map<string, unknown>
  /** Characters that were looked at; at most a small multiple of the text's length. */
  scannedCharacters: number
}

/**
 * Reads `Name: value, Name: value` settings. A value ends at a comma or a line's end, unless it is quoted or JSON: then
 * it ends where that does, and JSON is parsed. The first of several settings of one name counts. Linear in the length of
 * the text: brackets and quotes that never close are looked for within a budget, and are plain text beyond it.
 */
export function scanSettings(text: string): SettingsScan {
  const settings = new Map<string, unknown>()
  const budget = { characters: failedScansPerCharacter * text.length }
  let scannedCharacters = 0
  let position = 0
  const endOfPlain = (start: number): number => {
    let end = start
    while (end < text.length && text[end] !== ',' && text[end] !== '\n') end++
    scannedCharacters += end - start + 1
    return end
  }
  /** Where the quotes or brackets at `start` close; undefined when they do not. */
  const endOfClosed = (start: number): number | undefined => {
    const opening = text[start]
    if (opening !== '"' && opening !== '{' && opening !== '[') return undefined
    const limit = Math.min(text.length, start + budget.characters)
    const { end, reached } = opening === '"' ? closingQuote(text, start, limit) : closingBracket(text, start, limit)
    scannedCharacters += reached - start
    if (end === undefined) budget.characters -= reached - start
    return end
  }
  while (position < text.length && settings.size < maxSettings) {
    settingName.lastIndex = position
    const name = settingName.exec(text)
    if (name?.[1] === undefined) {
      position = endOfPlain(position) + 1
      continue
    }
    scannedCharacters += name[0].length
    const start = position + name[0].length
    const closed = endOfClosed(start)
    const end = closed ?? endOfPlain(start)
    if (name[1] !== '__proto__' && !settings.has(name[1]))
      settings.set(name[1], readValue(text.slice(start, end).trim()))
    position = closed === undefined ? end + 1 : Math.max(endOfPlain(end), start) + 1
  }
  return { settings, scannedCharacters }
}

const maxSettings = 500
/** Scans that find no end may look at this many times the text in all. */
const failedScansPerCharacter = 4
const settingName = /[\s,]{0,8}(\w[\w /-]{0,79}):[ \t]{0,8}/y

type Closing = { end: number | undefined; reached: number }

function closingQuote(text: string, start: number, limit: number): Closing {
  for (let index = start + 1; index < limit; index++) {
    if (text[index] === '\\') index++
    else if (text[index] === '"') return { end: index + 1, reached: index + 1 }
  }
  return { end: undefined, reached: limit }
}

function closingBracket(text: string, start: number, limit: number): Closing {
  let depth = 0
  for (let index = start; index < limit; index++) {
    const letter = text[index]
    if (letter === '"') {
      const quoted = closingQuote(text, index, limit)
      if (quoted.end === undefined) return quoted
      index = quoted.end - 1
    } else if (letter === '{' || letter === '[') depth++
    else if ((letter === '}' || letter === ']') && --depth === 0) return { end: index + 1, reached: index + 1 }
  }
  return { end: undefined, reached: limit }
}

function readValue(value: string): unknown {
  if (!/^["{[]/.test(value)) return value
  try {
    return parseLenientJson(value)
  } catch {
    return value
  }
}
