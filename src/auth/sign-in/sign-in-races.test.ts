import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { KyselyPlugin, RootOperationNode } from 'kysely'
import { hubItself } from '../../audit/actor-context.ts'
import type { Database } from '../../db/database.ts'
import { openSqliteDatabase } from '../../db/sqlite/open.ts'
import { oneTimeSecrets } from '../accounts/one-time-secret.ts'
import { openPasswordResets } from '../accounts/password-resets.ts'
import { type Browser, openBrowser } from '../browser.fixture.ts'
import { password, type TemporaryHub, withHub } from '../hub.fixture.ts'
import { enable } from './second-factor.fixture.ts'
import { openSessions } from './sessions.ts'

/* Requests of the sessions library with a change committed in the middle, right after one of their statements. */

const resetPassword = 'another horse battery'
const attackersPassword = 'a stolen horse battery'

/** The hub with a statement, the first that `isMoment` selects, that is followed by `change` on a connection of another process. */
async function interrupted(
  { database, databaseFile, serverSecret, clock }: TemporaryHub,
  isMoment: (node: RootOperationNode) => boolean,
  change: (database: Database) => Promise<unknown>,
) {
  const elsewhere = await openSqliteDatabase(databaseFile)
  const moments = new WeakSet<object>()
  let isDone = false
  const plugin: KyselyPlugin = {
    transformQuery({ node, queryId }) {
      if (isMoment(node)) moments.add(queryId)
      return node
    },
    async transformResult({ queryId, result }) {
      if (!isDone && moments.has(queryId)) {
        isDone = true
        await change(elsewhere)
      }
      return result
    },
  }
  const sessions = openSessions({
    database: { ...database, kysely: database.kysely.withPlugin(plugin) },
    serverSecret,
    trustedOrigins: [],
    now: () => clock.now,
    onError: console.error,
  })
  const close = async () => {
    await sessions.close()
    await elsewhere.close()
  }
  return { sessions, isDone: () => isDone, [Symbol.asyncDispose]: close }
}

const readsPassword = (node: RootOperationNode) =>
  node.kind === 'SelectQueryNode' && JSON.stringify(node.from).includes('"credential"')
const endsVerification = (node: RootOperationNode) =>
  node.kind === 'DeleteQueryNode' && JSON.stringify(node.from).includes('"verification"')

async function reset({ database, serverSecret, clock }: TemporaryHub, accountId: number): Promise<void> {
  const secrets = oneTimeSecrets(serverSecret, 'password reset')
  const resets = openPasswordResets({ database, secrets, now: () => clock.now })
  const link = await resets.create(accountId, hubItself)
  assert.ok(link)
  await resets.complete(link.text, resetPassword, hubItself)
}

const countOf = async ({ database }: TemporaryHub, table: 'session' | 'verification') =>
  (await database.kysely.selectFrom(table).select('id').execute()).length

/** A browser with the cookies of another. */
const takeOver = (sessions: TemporaryHub['sessions'], from: Browser, address: string): Browser =>
  openBrowser(sessions, { address, cookies: from.cookie() })

test('a sign-in that checked the old password creates no session after a reset', () =>
  withHub(async (hub) => {
    const accountId = await hub.addAccount('Ada')
    await using other = await interrupted(hub, readsPassword, (database) => reset({ ...hub, database }, accountId))
    const browser = openBrowser(other.sessions)
    const signedIn = await browser.post('/sign-in/username', { username: 'ada', password })
    assert.ok(other.isDone())
    assert.equal(signedIn.status, 401)
    assert.equal(await hub.sessions.principalOf(browser.cookie()), undefined)
    assert.equal(await countOf(hub, 'session'), 0)
    const owner = openBrowser(hub.sessions, { address: '10.1.7.1' })
    assert.equal((await owner.post('/sign-in/username', { username: 'ada', password: resetPassword })).status, 200)
  }))

test('a sign-in that checked the old password creates no challenge for the second factor after a reset', () =>
  withHub(async (hub) => {
    const accountId = await hub.addAccount('Ada')
    await enable(hub)
    const before = await countOf(hub, 'verification')
    await using other = await interrupted(hub, readsPassword, (database) => reset({ ...hub, database }, accountId))
    const browser = openBrowser(other.sessions, { address: '10.1.7.2' })
    const signedIn = await browser.post('/sign-in/username', { username: 'ada', password })
    assert.ok(other.isDone())
    assert.equal(signedIn.status, 401)
    assert.equal(await countOf(hub, 'verification'), before)
  }))

// The library removes the count of attempts and then the challenge, each in several statements; the last one is the fifth.
for (const moment of [1, 2, 3, 4, 5])
  test(`a reset after removal ${moment} of a code's check leaves no session and no trusted browser`, () =>
    withHub(async (hub) => {
      const accountId = await hub.addAccount('Ada')
      const { backupCodes } = await enable(hub)
      const waiting = openBrowser(hub.sessions, { address: '10.1.7.3' })
      assert.equal((await waiting.post('/sign-in/username', { username: 'ada', password })).status, 200)
      let seen = 0
      const isMoment = (node: RootOperationNode) => endsVerification(node) && ++seen === moment
      await using other = await interrupted(hub, isMoment, (database) => reset({ ...hub, database }, accountId))
      const late = takeOver(other.sessions, waiting, '10.1.7.3')
      const given = await late.post('/two-factor/verify-backup-code', { code: backupCodes[0], trustDevice: true })
      assert.ok(other.isDone())
      assert.equal(given.status, 401)
      assert.equal(await hub.sessions.principalOf(late.cookie()), undefined)
      assert.equal(await countOf(hub, 'session'), 0)
    }))

test('a sign-in of an account that is banned after its status was read leaves no session behind', () =>
  withHub(async (hub) => {
    await hub.addAccount('Ada')
    let isBanned = false
    const lookup: Database['lookup'] = (build) => {
      const prepared = hub.database.lookup(build)
      return {
        ...prepared,
        async first(values) {
          const row = await prepared.first(values)
          if (!isBanned && Object.keys(row ?? {}).join() === 'status') {
            isBanned = true
            await hub.accounts.changeStatus('ada', 'ban')
          }
          return row
        },
      }
    }
    await using other = await interrupted(
      { ...hub, database: { ...hub.database, lookup } },
      () => false,
      async () => {},
    )
    const browser = openBrowser(other.sessions)
    assert.equal((await browser.post('/sign-in/username', { username: 'ada', password })).status, 401)
    assert.ok(isBanned)
    await hub.accounts.changeStatus('ada', 'unban')
    assert.equal(await hub.sessions.principalOf(browser.cookie()), undefined)
    assert.equal(await countOf(hub, 'session'), 0)
  }))

for (const revokeOtherSessions of [false, true])
  test(`changing the password does not replace one that was reset meanwhile, other sessions ended: ${revokeOtherSessions}`, () =>
    withHub(async (hub) => {
      const accountId = await hub.addAccount('Ada')
      const browser = openBrowser(hub.sessions, { address: '10.1.7.4' })
      assert.equal((await browser.post('/sign-in/username', { username: 'ada', password })).status, 200)
      await using other = await interrupted(hub, readsPassword, (database) => reset({ ...hub, database }, accountId))
      const attacker = takeOver(other.sessions, browser, '10.1.7.5')
      const body = { currentPassword: password, newPassword: attackersPassword, revokeOtherSessions }
      assert.equal((await attacker.post('/change-password', body)).status, 401)
      assert.ok(other.isDone())
      assert.equal(await hub.sessions.principalOf(attacker.cookie()), undefined)
      assert.equal(await countOf(hub, 'session'), 0)
      const signIn = async (text: string) =>
        (await openBrowser(hub.sessions).post('/sign-in/username', { username: 'ada', password: text })).status
      assert.equal(await signIn(attackersPassword), 401)
      assert.equal(await signIn(resetPassword), 200)
    }))

test('changing the password with nothing in between works, and leaves a session that works', () =>
  withHub(async (hub) => {
    await hub.addAccount('Ada')
    const browser = openBrowser(hub.sessions)
    await browser.post('/sign-in/username', { username: 'ada', password })
    const body = { currentPassword: password, newPassword: resetPassword, revokeOtherSessions: true }
    assert.equal((await browser.post('/change-password', body)).status, 200)
    assert.ok(await hub.sessions.principalOf(browser.cookie()))
    assert.equal(await countOf(hub, 'session'), 1)
    const again = openBrowser(hub.sessions)
    assert.equal((await again.post('/sign-in/username', { username: 'ada', password: resetPassword })).status, 200)
  }))
