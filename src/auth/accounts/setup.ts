import type { ActorContext } from '../../audit/actor-context.ts'
import type { Database } from '../../db/database.ts'
import { ForbiddenError } from '../errors.ts'
import { insertAccount, type NewAccount, prepareAccount } from './create-account.ts'
import { hasAccounts, openHasAccounts } from './has-accounts.ts'
import type { SetupCode } from './setup-code.ts'

/** The first account of a hub, which owns it: made in the browser by whoever sees the terminal. */
export interface Setup {
  /** Nobody can sign in yet. */
  isNeeded(): Promise<boolean>
  /** What proves that somebody sees the terminal; undefined when the hub has been set up. */
  code(): Promise<string | undefined>
  /**
   * Makes the owner's account.
   * @throws ForbiddenError when the code is wrong or somebody has an account; Refusal when a property is out of bounds
   */
  complete(
    owner: Pick<NewAccount, 'username' | 'email' | 'password'> & { code: string },
    by: ActorContext,
  ): Promise<SetUpAccount>
}

interface SetUpAccount {
  id: number
  username: string
}

export function openSetup({ database, code }: { database: Database; code: SetupCode }): Setup {
  const anyAccount = openHasAccounts(database)
  return {
    isNeeded: async () => !(await anyAccount()),
    code: async () => ((await anyAccount()) ? undefined : code.current()),
    async complete({ code: given, ...owner }, by) {
      if (await anyAccount()) throw alreadySetUp()
      if (!(await code.isRight(given))) throw new ForbiddenError('The setup code is not right')
      const account = await prepareAccount({ ...owner, role: 'owner', emailVerified: true })
      const id = await database.write(
        async (transaction) => {
          if (await hasAccounts(transaction)) throw alreadySetUp()
          return insertAccount(transaction, account, { claimsCreator: true, how: 'setup', by })
        },
        { changes: 'catalog' },
      )
      return { id, username: account.username }
    },
  }
}

const alreadySetUp = () => new ForbiddenError('This hub has been set up')
