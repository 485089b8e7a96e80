import { hashPassword } from 'better-auth/crypto'
import type { Transaction } from 'kysely'
import { z } from 'zod'
import type { Database } from '../db/database.ts'
import type { AccountTable, Schema } from '../db/schema.ts'
import { Refusal } from './refusal.ts'

export interface NewAccount {
  username: string
  email: string
  password: string
  role: AccountTable['role']
}

/** What a username may be made of; also what signing in accepts. */
export const usernameForm = /^[A-Za-z0-9_.-]{1,64}$/

/** Bounds of a password, in characters. */
export const passwordLength = { least: 8, most: 128 }

/** The form in which usernames are compared. */
export const usernameKey = (username: string): string => username.toLowerCase()

/** Makes an account that can sign in; see {@link import('./accounts.ts').Accounts.create}. */
export function createAccount(database: Database): (account: NewAccount) => Promise<{ id: number }> {
  return async (wanted) => {
    const account = readAccount(wanted)
    const passwordHash = await hashPassword(account.password)
    return database.write(
      async (transaction) => {
        const id = await putAccount(transaction, account)
        const at = new Date().toISOString()
        // As the sessions library keeps passwords: provider `credential`, which knows the person by our id.
        await transaction
          .insertInto('credential')
          .values({
            account_id: String(id),
            provider_id: 'credential',
            user_id: id,
            password: passwordHash,
            created_at: at,
            updated_at: at,
          })
          .execute()
        return { id }
      },
      // Public answers name accounts.
      { changes: 'catalog' },
    )
  }
}

/** Checks what a person asked for. Addresses are kept in lower case, as signing in compares them. */
function readAccount({ username, email, password, role }: NewAccount): NewAccount {
  if (!usernameForm.test(username)) {
    throw new Refusal('A username has 1 to 64 letters, digits, dots, hyphens and underscores')
  }
  const address = email.trim().toLowerCase()
  if (!z.email().max(254).safeParse(address).success) throw new Refusal(`"${email}" is not an e-mail address`)
  if (password.length < passwordLength.least || password.length > passwordLength.most) {
    throw new Refusal(`A password has ${passwordLength.least} to ${passwordLength.most} characters`)
  }
  return { username, email: address, password, role }
}

/** Inserts the account, or claims the row of a creator whom only sidecars name. */
async function putAccount(transaction: Transaction<Schema>, { username, email, role }: NewAccount): Promise<number> {
  const accounts = transaction.selectFrom('account')
  const sameName = await accounts
    .select(['id', 'email'])
    .where('username_key', '=', usernameKey(username))
    .executeTakeFirst()
  if (sameName && sameName.email !== null) throw new Refusal(`The username ${username} is taken`)
  const sameEmail = await accounts.select('id').where('email', '=', email).executeTakeFirst()
  if (sameEmail) throw new Refusal(`The e-mail address ${email} is taken`)

  const at = new Date().toISOString()
  const person = { username, name: username, email, role, updated_at: at }
  if (sameName) {
    await transaction.updateTable('account').set(person).where('id', '=', sameName.id).execute()
    return sameName.id
  }
  const nobodyYet = { email_verified: 0, image: null, status: 'active', tier: 'free', model_count: 0 } as const
  const { id } = await transaction
    .insertInto('account')
    .values({ ...person, ...nobodyYet, username_key: usernameKey(username), created_at: at })
    .returning('id')
    .executeTakeFirstOrThrow()
  return id
}
