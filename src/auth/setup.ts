import { randomInt, timingSafeEqual } from 'node:crypto'
import type { Asker } from '../audit/asker.ts'
import type { Database } from '../db/database.ts'
import { isAnyAccount, openAnyAccount } from './any-account.ts'
import { insertAccount, type NewAccount, readyAccount } from './new-account.ts'
import { NotAllowed } from './refusal.ts'

/** The first account of a hub, which owns it: made in the browser by whoever sees the terminal. */
export interface Setup {
  /** Nobody can sign in yet. */
  isNeeded(): Promise<boolean>
  /** What proves that somebody sees the terminal; undefined when the hub has been set up. */
  code(): Promise<string | undefined>
  /**
   * Makes the owner's account.
   * @throws NotAllowed when the code is wrong or somebody has an account; Refusal when a property is out of bounds
   */
  complete(
    owner: Pick<NewAccount, 'username' | 'email' | 'password'> & { code: string },
    by: Asker,
  ): Promise<SetUpAccount>
}

interface SetUpAccount {
  id: number
  username: string
}

/** `onNewCode` gets the code that replaces one which was guessed at too often. */
export function openSetup({ database, onNewCode }: { database: Database; onNewCode: (code: string) => void }): Setup {
  const anyAccount = openAnyAccount(database)
  let code = makeSetupCode()
  let wrong = 0

  const check = (given: string) => {
    if (isSameCode(given, code)) return
    wrong++
    if (wrong === mostWrong) {
      code = makeSetupCode()
      wrong = 0
      onNewCode(code)
    }
    throw new NotAllowed('The setup code is not right')
  }
  return {
    isNeeded: async () => !(await anyAccount()),
    code: async () => ((await anyAccount()) ? undefined : code),
    async complete({ code: given, ...owner }, by) {
      if (await anyAccount()) throw alreadySetUp()
      check(given)
      const account = await readyAccount({ ...owner, role: 'owner', emailVerified: true })
      const id = await database.write(
        async (transaction) => {
          if (await isAnyAccount(transaction)) throw alreadySetUp()
          return insertAccount(transaction, account, { claimsCreator: true, how: 'setup', by })
        },
        { changes: 'catalog' },
      )
      return { id, username: account.username }
    },
  }
}

const alreadySetUp = () => new NotAllowed('This hub has been set up')

/** So many guesses at a code are nothing against its 40 bits. */
const mostWrong = 10

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
