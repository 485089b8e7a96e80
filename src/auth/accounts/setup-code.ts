import { randomInt, timingSafeEqual } from 'node:crypto'

/** What proves that somebody sees the terminal: one code for the hub, whichever of its processes is asked. */
export interface SetupCode {
  current(): Promise<string>
  /** Counts the wrong guesses; after some the code is another. */
  isRight(given: string): Promise<boolean>
}

/** `onNewCode` gets the code that replaces one which was guessed at too often. */
export function openSetupCode(onNewCode: (code: string) => void): SetupCode {
  let code = makeSetupCode()
  let wrong = 0
  return {
    current: async () => code,
    async isRight(given) {
      if (isSameCode(given, code)) return true
      wrong++
      if (wrong === maxWrongCodes) {
        code = makeSetupCode()
        wrong = 0
        onNewCode(code)
      }
      return false
    },
  }
}

/** So many guesses at a code are nothing against its 40 bits. */
const maxWrongCodes = 10

/** Digits and letters without I, L, O and U: 5 bits each, none taken for another (Crockford's base 32). */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/** `XXXX-XXXX`. */
function makeSetupCode(): string {
  const letters = Array.from({ length: 8 }, () => alphabet[randomInt(alphabet.length)]).join('')
  return `${letters.slice(0, 4)}-${letters.slice(4)}`
}

function isSameCode(given: string, code: string): boolean {
  const [one, other] = [Buffer.from(plain(given)), Buffer.from(plain(code))]
  return one.length === other.length && timingSafeEqual(one, other)
}

/** As people type a code: any letter case, with the look-alikes that it has not, with or without the hyphen. */
const plain = (code: string) =>
  code
    .slice(0, 64)
    .toUpperCase()
    .replaceAll('O', '0')
    .replaceAll(/[IL]/g, '1')
    .replaceAll(/[^0-9A-Z]/g, '')
