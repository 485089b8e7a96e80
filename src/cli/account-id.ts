import { openAccounts } from '../auth/accounts/accounts.ts'
import { DomainError } from '../auth/errors.ts'
import type { OpenHub } from './context.ts'

/** @throws DomainError when there is no such account */
export async function accountIdOf({ database }: OpenHub, username: string): Promise<number> {
  const account = await openAccounts(database).find(username)
  if (!account) throw new DomainError(`There is no account ${username}`)
  return account.id
}
