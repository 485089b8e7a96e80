import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { openSqliteDatabase } from '../../db/sqlite/open.ts'
import { type TemporaryHub, withHub } from '../hub.fixture.ts'
import { dayOf } from './token-usage.ts'
import { openTokens } from './tokens.ts'

const day = 86_400_000

async function withToken(run: (hub: TemporaryHub & { id: number; text: string; accountId: number }) => Promise<void>) {
  await withHub(async (hub) => {
    const accountId = await hub.addAccount('Ada')
    await run({ ...hub, ...(await hub.tokens.create({ accountId, name: 'n', scope: 1 })), accountId })
  })
}

const asked = (text: string, address = '10.0.0.1', userAgent = 'curl/8') =>
  ({
    text,
    form: 'header',
    use: 'api',
    address,
    userAgent,
    method: 'GET',
    target: '/api/v1/me',
    scope: 'UserRead',
    origin: undefined,
    fromForeignPage: false,
  }) as const

const bearer = (text: string) => ({ authorization: `Bearer ${text}`, queryToken: undefined, cookie: undefined })

const daysIn = async ({ database }: TemporaryHub) =>
  (await database.kysely.selectFrom('token_day').selectAll().orderBy('day').execute()).map(({ day, requests }) => [
    day,
    requests,
  ])

test('last use and requests per day reach the database, counted over several writes', () =>
  withToken(async (hub) => {
    const { tokens, clock, text, accountId } = hub
    const first = dayOf(clock.now)
    await tokens.verify(asked(text))
    await tokens.verify(asked(text, '::ffff:10.0.0.2'))
    await tokens.flushUse()
    await tokens.verify(asked(text))
    clock.now += day
    await tokens.verify(asked(text, '10.0.0.3', 'x'.repeat(1000)))
    await tokens.flushUse()
    assert.deepEqual(await daysIn(hub), [
      [first, 3],
      [first + 1, 1],
    ])
    const [token] = await tokens.list(accountId)
    assert.equal(token?.lastUsedAt, clock.now)
    assert.equal(token.secrets[0]?.lastUsedNetwork, '10.0.0.3')
    assert.equal(token.secrets[0]?.lastUsedAgent, 'x'.repeat(256))
  }))

test('a refused token leaves no use', () =>
  withToken(async (hub) => {
    await hub.accounts.changeStatus('Ada', 'ban')
    await hub.tokens.verify(asked(hub.text))
    await hub.tokens.flushUse()
    assert.deepEqual(await daysIn(hub), [])
  }))

test('a request that is looked at once more is counted once', () =>
  withToken(async (hub) => {
    const { tokens, text, accountId, clock } = hub
    await tokens.verify(asked(text))
    const again = { ...asked(text), isRepeated: true } as const
    assert.equal((await tokens.verify(again))?.accountId, accountId)
    await hub.accounts.changeStatus('Ada', 'ban')
    assert.equal(await tokens.verify(again), undefined)
    await tokens.flushUse()
    assert.deepEqual(await daysIn(hub), [[dayOf(clock.now), 1]])
    assert.deepEqual(await tokens.refusals(hub.id), [])
  }))

test('what has not the form of a token, checksum included, costs no look-up', () =>
  withToken(async ({ database, serverSecret, text }) => {
    let lookups = 0
    const counting = {
      ...database,
      keptLookup: ((build) => {
        const prepared = database.keptLookup(build)
        return {
          ...prepared,
          first(values) {
            lookups++
            return prepared.first(values)
          },
        }
      }) as typeof database.keptLookup,
    }
    const tokens = openTokens({ database: counting, serverSecret })
    const wrong = `${text.slice(0, -1)}${text.endsWith('x') ? 'y' : 'x'}`
    for (const garbage of ['', 'x', wrong, text.slice(0, -1), `${text}x`, text.toLowerCase(), 'mk_'.padEnd(49, '0')]) {
      assert.equal(await tokens.verify(asked(garbage)), undefined)
      assert.equal(await tokens.inspect(garbage), undefined)
      await tokens.reportLeaks([garbage], { address: '10.0.0.1', userAgent: undefined })
    }
    assert.equal(lookups, 0)
    assert.ok(await tokens.verify(asked(text)))
    assert.equal(lookups, 1, 'so they would have been counted')
  }))

test('requests write nothing; a minute later one transaction does', async (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] })
  await withToken(async (hub) => {
    let writes = 0
    const { database, serverSecret, clock, text } = hub
    const counting = {
      ...database,
      write: ((...change: Parameters<typeof database.write>) => {
        writes++
        return database.write(...change)
      }) as typeof database.write,
    }
    const tokens = openTokens({ database: counting, serverSecret, now: () => clock.now })
    for (let request = 0; request < 50; request++) await tokens.verify(asked(text))
    context.mock.timers.tick(59_999)
    assert.equal(writes, 0)
    context.mock.timers.tick(1)
    await tokens.flushUse()
    assert.equal(writes, 1)
    assert.deepEqual(await daysIn(hub), [[dayOf(clock.now), 50]])
    context.mock.timers.tick(600_000)
    assert.equal(writes, 1)
    await tokens.close()
  })
})

test('a write that fails loses nothing', () =>
  withToken(async (hub) => {
    let broken = true
    const { database, serverSecret, clock, text } = hub
    const failing = {
      ...database,
      write: ((...change: Parameters<typeof database.write>) =>
        broken ? Promise.reject(new Error('disk full')) : database.write(...change)) as typeof database.write,
    }
    const tokens = openTokens({ database: failing, serverSecret, now: () => clock.now })
    await tokens.verify(asked(text))
    await assert.rejects(tokens.flushUse(), /disk full/)
    await tokens.verify(asked(text))
    broken = false
    await tokens.close()
    assert.deepEqual(await daysIn(hub), [[dayOf(clock.now), 2]])
  }))

test('an older use of another process does not replace a newer one', () =>
  withToken(async ({ tokens, databaseFile, serverSecret, clock, text, accountId }) => {
    const elsewhere = await openSqliteDatabase(databaseFile)
    const early = clock.now
    const others = openTokens({ database: elsewhere, serverSecret, now: () => early })
    await others.verify(asked(text, '10.0.0.9'))
    clock.now += 1000
    await tokens.verify(asked(text, '10.0.0.1'))
    await tokens.flushUse()
    await others.close()
    await elsewhere.close()
    const [token] = await tokens.list(accountId)
    assert.deepEqual([token?.lastUsedAt, token?.secrets[0]?.lastUsedNetwork], [clock.now, '10.0.0.1'])
  }))

test('what several processes see of one client is one row and one warning, and adds up', () =>
  withToken(async ({ tokens, databaseFile, serverSecret, clock, text, id, accountId }) => {
    const elsewhere = await openSqliteDatabase(databaseFile)
    const others = openTokens({ database: elsewhere, serverSecret, now: () => clock.now })
    await tokens.verify(asked(text))
    await tokens.flushUse()
    const inQuery = { ...asked(text, '10.0.0.7'), form: 'query' } as const
    for (const process of [tokens, others]) {
      await process.verify(inQuery)
      await process.verify(asked(text))
    }
    await tokens.revoke(id, 'test')
    await Promise.all([tokens, others].map((process) => process.verify(inQuery)))
    await Promise.all([tokens.flushUse(), others.flushUse()])
    await others.close()
    await elsewhere.close()
    const [token] = await tokens.list(accountId)
    assert.deepEqual(
      token?.secrets[0]?.clients.map(({ network, form, requests }) => [network, form, requests]).sort(),
      [
        ['10.0.0.1', 'header', 3],
        ['10.0.0.7', 'query', 2],
      ],
    )
    assert.deepEqual(token.warnings.map(({ kind, network }) => [kind, network]).sort(), [
      ['network', '10.0.0.7'],
      ['query', '10.0.0.7'],
    ])
    assert.equal(token.refusalCount, 2)
    assert.equal((await tokens.refusals(id)).length, 2)
  }))

test('a write that fails loses no client, no warning and no refusal, and what is kept stays bounded', () =>
  withToken(async (hub) => {
    let broken = true
    const { database, serverSecret, clock, text, id, accountId } = hub
    const failing = {
      ...database,
      write: ((...change: Parameters<typeof database.write>) =>
        broken ? Promise.reject(new Error('disk full')) : database.write(...change)) as typeof database.write,
    }
    const tokens = openTokens({ database: failing, serverSecret, now: () => clock.now })
    for (const address of ['10.0.0.1', '10.0.0.2', '10.0.0.1']) {
      for (let agent = 0; agent < 40; agent++) await tokens.verify(asked(text, address, `agent/${agent}`))
      for (let time = 0; time < 40; time++) tokens.noteMissingScope(id, { ...asked(text), ...bearer(text) })
      await assert.rejects(tokens.flushUse(), /disk full/)
    }
    // What cannot be written is no reason to refuse the list.
    assert.equal((await tokens.list(accountId))[0]?.refusalCount, 0)
    broken = false
    await tokens.close()
    const [token] = await tokens.list(accountId)
    assert.equal(token?.requests.at(-1)?.count, 120)
    assert.equal(token.refusalCount, 120)
    assert.equal((await tokens.refusals(id)).length, 50)
    assert.equal(token.secrets[0]?.clients.length, 50)
    assert.ok(token.secrets[0].clients.filter(({ network }) => network === '10.0.0.1').length >= 40)
    assert.deepEqual(
      token.warnings.map(({ kind, network }) => [kind, network]),
      [['network', '10.0.0.2']],
    )
  }))

test('uses and refusals of a token that is gone are dropped, and those of others are written', () =>
  withToken(async ({ tokens, database, text, accountId, addAccount }) => {
    const gone = await addAccount('Bob')
    const bobs = await tokens.create({ accountId: gone, name: 'n', scope: 1 })
    for (const used of [bobs.text, text]) await tokens.verify(asked(used))
    tokens.noteMissingScope(bobs.id, { ...asked(bobs.text), ...bearer(bobs.text) })
    await database.write((transaction) => transaction.deleteFrom('account').where('id', '=', gone).execute())
    await tokens.flushUse()
    assert.equal((await tokens.list(accountId))[0]?.secrets[0]?.clients.length, 1)
    assert.equal((await database.kysely.selectFrom('token_client').select('id').execute()).length, 1)
    assert.deepEqual(await tokens.refusals(bobs.id), [])
  }))

test('a token that was used before its clients were recorded is known from where it was used last', () =>
  withToken(async ({ tokens, database, text, accountId }) => {
    await tokens.verify(asked(text, '10.0.0.1'))
    await tokens.flushUse()
    await database.write((transaction) => transaction.deleteFrom('token_client').execute())
    for (const address of ['10.0.0.1', '10.0.0.2']) await tokens.verify(asked(text, address))
    assert.deepEqual(
      (await tokens.list(accountId))[0]?.warnings.map(({ network }) => network),
      ['10.0.0.2'],
    )
  }))

test('an address that is none, and a program that names itself at length, are kept short', () =>
  withToken(async ({ tokens, text, accountId }) => {
    for (const address of ['x'.repeat(30_000), `fe80::1%${'a'.repeat(30_000)}`, '', 'unknown'])
      for (let time = 0; time < 2; time++) await tokens.verify(asked(text, address, 'y'.repeat(30_000)))
    const clients = (await tokens.list(accountId))[0]?.secrets[0]?.clients
    assert.deepEqual(
      clients?.map(({ network, agent, requests }) => [network, agent.length, requests]),
      [['', 256, 8]],
    )
  }))

test('remembered uses do not keep the process alive', () =>
  withToken(async ({ databaseFile, directory, text }) => {
    const at = (file: string) => JSON.stringify(new URL(file, import.meta.url).href)
    const script = `
      import { openSqliteDatabase } from ${at('../../db/sqlite/open.ts')}
      import { openServerSecret } from ${at('../server-secret.ts')}
      import { openTokens } from ${at('./tokens.ts')}
      const database = await openSqliteDatabase(${JSON.stringify(databaseFile)})
      const tokens = openTokens({ database, serverSecret: await openServerSecret(${JSON.stringify(directory)}) })
      const principal = await tokens.verify({ text: ${JSON.stringify(text)}, form: 'header', use: 'api', address: '::1', method: 'GET', target: '/' })
      await database.close()
      console.log(principal.kind)`
    const ran = promisify(execFile)(process.execPath, ['--eval', script], { timeout: 20_000 })
    assert.equal((await ran).stdout, 'account\n')
  }))

test('a secret that has ended by silence stays ended when an earlier use of it is written late', () =>
  withToken(async ({ tokens, clock, id, text }) => {
    const hour = 3_600_000
    await tokens.rotate(id, { overlapMs: 5 * hour, silenceMs: hour })
    const isAccepted = async () => (await tokens.verify(asked(text))) !== undefined
    clock.now += hour - 1
    assert.ok(await isAccepted())
    clock.now += 1
    assert.equal(await isAccepted(), false)
    await tokens.flushUse()
    assert.equal(await isAccepted(), false)
    clock.now += hour
    assert.equal(await isAccepted(), false)
  }))
