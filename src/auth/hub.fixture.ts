import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Database } from '../db/database.ts'
import { openSqliteDatabase } from '../db/sqlite/open.ts'
import { type Accounts, openAccounts } from './accounts/accounts.ts'
import { openServerSecret } from './server-secret.ts'
import type { SignInOptions } from './sign-in/better-auth.ts'
import { openSessions, type Sessions } from './sign-in/sessions.ts'
import { openTokens, type Tokens } from './tokens/tokens.ts'

/** What tests of authentication work with: everything real, in a directory of its own, with a clock that they set. */
export interface TemporaryHub {
  directory: string
  databaseFile: string
  database: Database
  serverSecret: Awaited<ReturnType<typeof openServerSecret>>
  accounts: Accounts
  tokens: Tokens
  sessions: Sessions
  clock: { now: number }
  /** Makes an account that can sign in with `password`, and gives its id. */
  addAccount(username: string): Promise<number>
}

export const password = 'correct horse battery'
export const trustedOrigin = 'https://app.example'

/** Runs `run` on a fresh hub, and removes it. */
export async function withHub(
  run: (hub: TemporaryHub) => Promise<void>,
  signIn: Pick<SignInOptions, 'signUp' | 'provider' | 'maxSessionDays'> = {},
): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'modelkeep-auth-'))
  const databaseFile = join(directory, 'modelkeep.db')
  const database = await openSqliteDatabase(databaseFile)
  const serverSecret = await openServerSecret(directory)
  const clock = { now: Date.now() }
  const now = () => clock.now
  const accounts = openAccounts(database)
  const tokens = openTokens({ database, serverSecret, now })
  const sessions = openSessions({
    database,
    serverSecret,
    trustedOrigins: [trustedOrigin],
    now,
    onError: console.error,
    ...signIn,
  })
  const addAccount = async (username: string) =>
    (await accounts.create({ username, email: `${username}@example.org`, password, role: 'user' })).id
  try {
    await run({ directory, databaseFile, database, serverSecret, accounts, tokens, sessions, clock, addAccount })
  } finally {
    await tokens.close()
    await sessions.close()
    await database.close()
    await rm(directory, { recursive: true })
  }
}
