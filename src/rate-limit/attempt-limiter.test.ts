import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { openSetupCode } from '../auth/accounts/setup-code.ts'
import { openBrowser } from '../auth/browser.fixture.ts'
import { password, type TemporaryHub, withHub } from '../auth/hub.fixture.ts'
import { enable, totp } from '../auth/sign-in/second-factor.fixture.ts'
import { openSessions, type Sessions } from '../auth/sign-in/sessions.ts'
import { openSqliteDatabase } from '../db/sqlite/open.ts'
import { openAttemptCounter } from './attempt-counter.ts'
import { attemptRate, openAttemptLimiter } from './attempt-limiter.ts'

/* Parallel attempts at secrets, through two connections to one database as two processes have them. */

const { most } = attemptRate
const maxWrongCodes = 10

const withTwo = (run: (hub: TemporaryHub & { both: [Sessions, Sessions] }) => Promise<void>) =>
  withHub(async (hub) => {
    const database = await openSqliteDatabase(hub.databaseFile)
    const { serverSecret, clock } = hub
    const now = () => clock.now
    const other = openSessions({ database, serverSecret, trustedOrigins: [], now, onError: console.error })
    try {
      await run({ ...hub, both: [hub.sessions, other] })
    } finally {
      await other.close()
      await database.close()
    }
  })

const countOf = (statuses: number[], status: number) => statuses.filter((one) => one === status).length

test('attempts of one network are admitted up to the limit, in any interleaving, and again in the next window', () =>
  withHub(async ({ database, databaseFile }) => {
    const second = await openSqliteDatabase(databaseFile)
    const clock = { now: 1_000_000_000_000 }
    const now = () => clock.now
    const processes = [database, second].map((one) =>
      openAttemptLimiter({ database: one, attemptCounter: openAttemptCounter(), now }),
    )
    try {
      await fc.assert(
        fc.asyncProperty(fc.array(fc.nat(1), { minLength: 1, maxLength: 80 }), fc.nat(59_999), async (order, later) => {
          clock.now += 120_000
          const admit = (index: number) => processes[index]?.admit('password', '2001:db8::1')
          const [first, ...others] = order
          const counted = [await admit(first ?? 0)]
          clock.now += later
          counted.push(...(await Promise.all(others.map(admit))))
          assert.equal(counted.filter((one) => one?.admitted).length, Math.min(most, order.length))
          for (const one of counted.slice(1)) assert.equal(one?.resetSeconds, Math.ceil((60_000 - later) / 1000))
          // Another kind, another network.
          assert.ok((await processes[0]?.admit('passkey', '2001:db8::1'))?.admitted)
          assert.ok((await processes[0]?.admit('password', '2001:db8:0:1::1'))?.admitted)
          clock.now += 60_000 - later
          assert.ok((await admit(0))?.admitted)
        }),
        { numRuns: 25 },
      )
      clock.now += 120_000
      await processes[0]?.admit('passkey', '10.0.0.1')
      const rows = await database.kysely.selectFrom('attempt_window').select('kind').execute()
      assert.deepEqual(rows, [{ kind: 'passkey' }], 'windows that are over are deleted')
    } finally {
      await second.close()
    }
  }))

test('passwords of one network are checked up to the limit, by username, e-mail address and in settings together', () =>
  withTwo(async ({ both, addAccount, clock }) => {
    await addAccount('Ada')
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.nat(1), fc.nat(5)), { minLength: 35, maxLength: 50 }), async (attempts) => {
        clock.now += 60_000
        const address = '10.1.0.1'
        const guess = async ([index, door]: [number, number]) => {
          const browser = openBrowser(both[index as 0 | 1], { address })
          const wrong = { password: 'not the password' }
          const doors = [
            () => browser.post('/sign-in/username', { username: 'ada', ...wrong }),
            () => browser.post('/sign-in/email', { email: 'ada@example.org', ...wrong }),
            () => browser.post('/two-factor/enable', wrong),
            () => browser.post('/two-factor/disable', wrong),
            () => browser.post('/two-factor/generate-backup-codes', wrong),
            () => browser.post('/two-factor/get-totp-uri', wrong),
          ]
          return (await doors[door]?.())?.status ?? 0
        }
        const statuses = await Promise.all(attempts.map(guess))
        assert.equal(statuses.length - countOf(statuses, 429), most)
        const late = openBrowser(both[0], { address })
        assert.equal((await late.post('/sign-in/username', { username: 'ada', password })).status, 429)
        const elsewhere = openBrowser(both[1], { address: '10.1.0.2' })
        assert.equal((await elsewhere.post('/sign-in/username', { username: 'ada', password })).status, 200)
      }),
      { numRuns: 3, endOnFailure: true },
    )
  }))

test('an attempt beyond the limit says when to try again', () =>
  withHub(async ({ sessions, addAccount }) => {
    await addAccount('Ada')
    const browser = openBrowser(sessions)
    const attempt = () => browser.post('/sign-in/email', { email: 'ada@example.org', password: 'wrong' })
    for (let times = 0; times < most; times++) assert.equal((await attempt()).status, 401)
    const { status, headers } = await attempt()
    assert.deepEqual([status, headers.get('retry-after')], [429, '60'])
  }))

/** Browsers that have given the password and are asked for a code, each at a network of its own. */
async function challenged({ both }: { both: [Sessions, Sessions] }, count: number, run: number) {
  const browsers = Array.from({ length: count }, (_, index) =>
    openBrowser(both[index % 2 === 0 ? 0 : 1], { address: `10.${run}.${index >> 8}.${index & 255}` }),
  )
  await Promise.all(browsers.map((browser) => browser.post('/sign-in/username', { username: 'ada', password })))
  return browsers
}

test('of parallel codes no more than the limit are checked, and a right one in last place is not', () =>
  withTwo(async (hub) => {
    await hub.addAccount('Ada')
    const { secret } = await enable(hub)
    const browsers = await challenged(hub, 60, 20)
    const right = totp(secret, 1)
    const wrong = right === '000000' ? '111111' : '000000'
    const guesses = browsers.slice(0, -1).map((browser) => browser.post('/two-factor/verify-totp', { code: wrong }))
    const guessed = (await Promise.all(guesses)).map(({ status }) => status)
    assert.deepEqual([countOf(guessed, 401), countOf(guessed, 429)], [maxWrongCodes, 59 - maxWrongCodes])
    const last = await browsers.at(-1)?.post('/two-factor/verify-totp', { code: right })
    assert.equal(last?.status, 429)
    assert.ok(Number(last?.headers.get('retry-after')) > 0)
  }))

test('between two right codes no more wrong ones than the limit are checked, in any mixture and order', () =>
  withTwo(async (hub) => {
    await hub.addAccount('Ada')
    const { backupCodes } = await enable(hub)
    const [used = '', ...unused] = backupCodes
    const stored = () => hub.database.kysely.selectFrom('two_factor').select('backup_codes').executeTakeFirstOrThrow()
    const whole = await stored()
    const browsers = await challenged(hub, 1, 30)
    assert.equal((await browsers[0]?.post('/two-factor/verify-backup-code', { code: used }))?.status, 200)
    const { backup_codes } = await stored()
    assert.notEqual(backup_codes, whole.backup_codes)
    const wrong = ['wrong', used, 'totp'] as const
    let run = 30
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom(...wrong), { minLength: 8, maxLength: 24 }),
        fc.nat(24),
        async (guesses, place) => {
          const afresh = { failed_verification_count: 0, locked_until: null, backup_codes }
          await hub.database.kysely.updateTable('two_factor').set(afresh).execute()
          const codes = guesses.toSpliced(place, 0, unused[0] ?? '')
          const asked = await challenged(hub, codes.length, ++run)
          const sent = asked.map((browser, index) =>
            codes[index] === 'totp'
              ? browser.post('/two-factor/verify-totp', { code: 'wrong' })
              : browser.post('/two-factor/verify-backup-code', { code: codes[index] }),
          )
          const statuses = (await Promise.all(sent)).map(({ status }) => status)
          const rights = countOf(statuses, 200)
          assert.equal(statuses.length, rights + countOf(statuses, 401) + countOf(statuses, 429))
          assert.ok(rights <= 1)
          assert.ok(countOf(statuses, 401) <= maxWrongCodes * (rights + 1), `${statuses}`)
          if (guesses.length < maxWrongCodes) assert.equal(rights, 1)
          const isIn = await Promise.all(asked.map((browser) => hub.sessions.principalOf(browser.cookie())))
          assert.equal(isIn.filter(Boolean).length, rights)
        },
      ),
      { numRuns: 8, endOnFailure: true },
    )
  }))

test('a right code begins a new count, and a lock that is over does as well', () =>
  withTwo(async (hub) => {
    await hub.addAccount('Ada')
    const { backupCodes } = await enable(hub)
    const send = async (code: string | undefined, run: number) => {
      const [browser] = await challenged(hub, 1, run)
      return (await browser?.post('/two-factor/verify-backup-code', { code }))?.status
    }
    for (let times = 0; times < maxWrongCodes - 1; times++) assert.equal(await send('wrong', 40), 401)
    assert.equal(await send(backupCodes[0], 41), 200)
    for (let times = 0; times < maxWrongCodes; times++) assert.equal(await send(backupCodes[0], 42), 401)
    assert.equal(await send(backupCodes[1], 43), 429)
    const over = { locked_until: new Date(Date.now() - 1).toISOString() }
    await hub.database.kysely.updateTable('two_factor').set(over).execute()
    for (let times = 0; times < maxWrongCodes; times++) assert.equal(await send('wrong', 44), 401)
    assert.equal(await send(backupCodes[1], 45), 429)
  }))

test('the setup code is checked up to the limit, then it is another', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(30), async (wrong) => {
      const replaced: string[] = []
      const setupCode = openSetupCode((code) => replaced.push(code))
      const code = await setupCode.current()
      const guesses = [...Array.from({ length: wrong }, () => '0000-000'), code]
      const answers = await Promise.all(guesses.map((guess) => setupCode.isRight(guess)))
      assert.equal(answers.at(-1), wrong < maxWrongCodes)
      const counted = wrong < maxWrongCodes ? wrong : wrong + 1
      assert.equal(replaced.length, Math.floor(counted / maxWrongCodes))
    }),
  )
})
