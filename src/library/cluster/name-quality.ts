import { genericWords } from '../entries/generic-names.ts'

/**
 * Rates a name that comes from a path: 0 if it is generic (`4x`, `model`, `pytorch_model`, a hash), 1 if it is the name of
 * a copy (`fox (1)`, `Copy of fox`), 2 otherwise.
 */
export function nameQuality(name: string): 0 | 1 | 2 {
  const copy = copyPatterns.find((mark) => mark.test(name))
  const words = name
    .replace(copy ?? '', '')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '' && !isGenericWord(word))
  const letters = words.join('').replace(/\P{L}/gu, '')
  // In a script without an alphabet, one character is a word.
  const says = letters.length >= 3 || /[^\p{Script=Latin}]/u.test(letters)
  if (!says) return 0
  return copy ? 1 : 2
}

const copyPatterns = [/^copy of /i, / - copy( \(\d{1,4}\))?$/i, /[ _-]copy([ _-]\d{1,4})?$/i, / ?\(\d{1,4}\)$/]

const isGenericWord = (word: string): boolean =>
  genericWords.has(word) || /^(v?\d+[a-z]?|\d+x|x\d+|(fp|bf|int|q)\d+|[0-9a-f]{8,})$/.test(word)
