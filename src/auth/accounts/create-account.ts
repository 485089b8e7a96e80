import { hashPassword } from 'better-auth/crypto'
import type { Transaction } from 'kysely'
import { z } from 'zod'
import type { ActorContext } from '../../audit/actor-context.ts'
import type { AccountOrigin } from '../../audit/kinds.ts'
import { recordAudit } from '../../audit/record.ts'
import type { Schema } from '../../db/schema.ts'
import type { AccountTable } from '../../db/tables/accounts.ts'
import { DomainError } from '../errors.ts'
import { type PasswordOwner, passwordFault } from '../sign-in/password-rules.ts'
import { endPendingSignIns } from '../sign-in/pending-sign-ins.ts'
import { isReservedUsername, usernameForm, usernameKey } from './username.ts'

export interface NewAccount {
  username: string
  email: string
  password: string
  role: AccountTable['role']
  /** An owner of the hub vouches for the address; otherwise it is only claimed, and links nobody who signs in with a provider. */
  emailVerified?: boolean
}

/** An account that may be inserted: checked, its password hashed. */
export interface PreparedAccount extends Required<Omit<NewAccount, 'password'>> {
  passwordHash: string
}

/** Who makes an account, by what way, and whether it may be that of a creator. */
interface AccountMaking {
  claimsCreator: boolean
  how: AccountOrigin
  invitationId?: number
  by: ActorContext
}

/**
 * Checks what a person asked for, and hashes the password. Addresses are kept in lower case, as signing in compares them.
 * @throws DomainError when a property is out of bounds
 */
export async function prepareAccount({
  username,
  email,
  password,
  role,
  emailVerified = false,
}: NewAccount): Promise<PreparedAccount> {
  if (!usernameForm.test(username)) {
    throw new DomainError('A username has 1 to 64 letters, digits, dots, hyphens and underscores')
  }
  if (isReservedUsername(username)) throw new DomainError(`The username ${username} is reserved`)
  const address = email.trim().toLowerCase()
  if (!z.email().max(254).safeParse(address).success) throw new DomainError(`"${email}" is not an e-mail address`)
  const passwordHash = await hashNewPassword(password, { username, email: address })
  return { username, email: address, role, emailVerified, passwordHash }
}

/** @throws DomainError when nobody should have the password */
export async function hashNewPassword(password: string, owner: PasswordOwner): Promise<string> {
  const fault = await passwordFault(password, owner)
  if (fault) throw new DomainError(fault)
  return hashPassword(password)
}

/**
 * Makes an account that can sign in, and gives its id. Where `claimsCreator`, it may be that of a creator whom only
 * sidecars name, with all that the creator published: owners alone give that away.
 * @throws DomainError when the username or the e-mail address is taken
 */
export async function insertAccount(
  transaction: Transaction<Schema>,
  { username, email, role, emailVerified, passwordHash }: PreparedAccount,
  { claimsCreator, by, ...origin }: AccountMaking,
): Promise<number> {
  const accounts = transaction.selectFrom('account')
  const sameName = await accounts
    .select(['id', 'email'])
    .where('username_key', '=', usernameKey(username))
    .executeTakeFirst()
  if (sameName && sameName.id === (await defaultCreator(transaction))) {
    throw new DomainError(`The username ${username} is reserved for models without a creator`)
  }
  if (sameName && (sameName.email !== null || !claimsCreator))
    throw new DomainError(`The username ${username} is taken`)
  const sameEmail = await accounts.select('id').where('email', '=', email).executeTakeFirst()
  if (sameEmail) throw new DomainError(`The e-mail address ${email} is taken`)

  const now = new Date()
  const at = now.toISOString()
  const person = { username, name: username, email, email_verified: Number(emailVerified), role, updated_at: at }
  const id = sameName?.id ?? (await insertPlaceholder(transaction, usernameKey(username), at))
  await transaction.updateTable('account').set(person).where('id', '=', id).execute()
  await upsertPassword(transaction, { accountId: id, passwordHash, at })
  const what = { at: now.getTime(), accountId: id, by }
  await recordAudit(transaction, { kind: 'account-made', ...what, details: { ...origin, role } })
  return id
}

/** The account of the default creator, which nobody can sign in with. */
async function defaultCreator(transaction: Transaction<Schema>): Promise<number | undefined> {
  const row = await transaction.selectFrom('default_creator').select('account_id').executeTakeFirst()
  return row?.account_id
}

/** A row that becomes a person's within the same transaction. */
async function insertPlaceholder(transaction: Transaction<Schema>, username_key: string, at: string): Promise<number> {
  const { id } = await transaction
    .insertInto('account')
    .values({
      username: username_key,
      username_key,
      name: username_key,
      email: null,
      email_verified: 0,
      image: null,
      role: 'user',
      status: 'active',
      tier: 'free',
      model_count: 0,
      created_at: at,
      updated_at: at,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  return id
}

/** Gives an account a password, in place of the one it has, and ends what the old one is still good for. */
export async function upsertPassword(
  transaction: Transaction<Schema>,
  { accountId, passwordHash, at }: { accountId: number; passwordHash: string; at: string },
): Promise<void> {
  await endPendingSignIns(transaction, accountId)
  const { numUpdatedRows } = await transaction
    .updateTable('credential')
    .set({ password: passwordHash, updated_at: at })
    .where('user_id', '=', accountId)
    .where('provider_id', '=', passwordProvider)
    .executeTakeFirst()
  if (numUpdatedRows > 0n) return
  // The sessions library knows the person by our id here.
  const owner = { account_id: String(accountId), provider_id: passwordProvider, user_id: accountId }
  await transaction
    .insertInto('credential')
    .values({ ...owner, password: passwordHash, created_at: at, updated_at: at })
    .execute()
}

/** Under which the sessions library keeps passwords. */
export const passwordProvider = 'credential'
