import assert from 'node:assert/strict'
import { test } from 'node:test'
import { password } from '../auth/hub.fixture.ts'
import { withServedAccounts } from '../hub/accounts.fixture.ts'

test('an account learns how one can sign in to it', () =>
  withServedAccounts(async ({ ask, addAccount, addToken, signIn, database }) => {
    const id = await addAccount('Ada')
    const { cookie } = await signIn('ada')
    const { status, body, headers } = await ask('/api/v1/me/account', { cookie })
    assert.deepEqual([status, headers.get('cache-control')], [200, 'private, no-store'])
    const { createdAt, ...rest } = body
    assert.ok(Date.parse(createdAt) > 0)
    const account = {
      id,
      username: 'Ada',
      email: 'ada@example.org',
      emailVerified: false,
      image: null,
      role: 'user',
      status: 'active',
      hasPassword: true,
      twoFactorEnabled: false,
      passkeyCount: 0,
      providers: [],
    }
    assert.deepEqual(rest, account)

    const { kysely } = database
    await kysely.updateTable('account').set({ two_factor_enabled: 1, email_verified: 1 }).where('id', '=', id).execute()
    await kysely.updateTable('credential').set({ provider_id: 'oidc', password: null }).execute()
    const key = { user_id: id, public_key: '', counter: 0, device_type: 'singleDevice', backed_up: 0 }
    await kysely
      .insertInto('passkey')
      .values({ ...key, credential_id: 'a' })
      .execute()
    const answer = await ask('/api/v1/me/account', { token: await addToken(id, ['UserRead']) })
    assert.deepEqual(answer.body, {
      ...account,
      createdAt,
      emailVerified: true,
      hasPassword: false,
      twoFactorEnabled: true,
      passkeyCount: 1,
      providers: ['oidc'],
    })
    assert.equal((await ask('/api/v1/me/account')).status, 401)
  }))

test('owners list who can sign in, and find them by username or address', () =>
  withServedAccounts(async ({ ask, addOwner, addAccount, addToken, signIn, tokens, clock, database }) => {
    const { token } = await addOwner()
    const bob = await addAccount('Bob_1')
    await addAccount('carol')
    const row = { email: null, email_verified: 0, image: null, role: 'user', status: 'active', tier: 'free' } as const
    await database.kysely
      .insertInto('account')
      .values({ ...row, username: 'Creator', username_key: 'creator', name: '', model_count: 1, ...timestamps })
      .execute()
    await addToken(bob)
    const revoked = await tokens.create({ accountId: bob, name: 'n', scope: 1 })
    await tokens.revoke(revoked.id, 'over')

    const list = async (query = '') => (await ask(`/api/v1/accounts${query}`, { token })).body
    const all = await list()
    assert.deepEqual(
      all.items.map(({ username }: { username: string }) => username),
      ['Bob_1', 'carol', 'owner'],
    )
    assert.deepEqual([all.totalItems, all.currentPage, all.pageSize, all.totalPages], [3, 1, 20, 1])
    const { createdAt, ...first } = all.items[0]
    assert.ok(Date.parse(createdAt) > 0)
    assert.deepEqual(first, {
      id: bob,
      username: 'Bob_1',
      email: 'bob_1@example.org',
      role: 'user',
      status: 'active',
      lastSeenAt: null,
      tokenCount: 1,
      twoFactorEnabled: false,
    })
    const names = async (query: string) =>
      (await list(`?query=${encodeURIComponent(query)}`)).items.map(({ username }: { username: string }) => username)
    assert.deepEqual(await names('O_'), [])
    assert.deepEqual(await names('OB_'), ['Bob_1'])
    assert.deepEqual(await names('carol@EXAMPLE'), ['carol'])
    assert.deepEqual(await names('%'), [])
    const second = await list('?limit=2&page=2')
    assert.deepEqual([second.items.length, second.totalItems, second.totalPages], [1, 3, 2])

    await signIn('carol')
    const carol = (await list('?query=carol')).items[0]
    assert.ok(Math.abs(Date.parse(carol.lastSeenAt) - Date.now()) < 60_000)
    const used = await tokens.create({ accountId: bob, name: 'n', scope: 1 })
    clock.now += 5000
    await ask('/api/v1/me', { token: used.text })
    await tokens.flushUse()
    assert.equal(Date.parse((await list('?query=bob')).items[0].lastSeenAt), clock.now)
  }))

test('a ban from an owner ends sessions and tokens; lifting it brings the tokens back', () =>
  withServedAccounts(async ({ ask, addOwner, addAccount, addToken, signIn }) => {
    const { token } = await addOwner()
    const bob = await addAccount('bob')
    const bobs = await addToken(bob)
    const { cookie } = await signIn('bob')
    const change = (json: object) => ask(`/api/v1/accounts/${bob}`, { method: 'PATCH', token, json })
    const banned = await change({ status: 'banned' })
    assert.deepEqual([banned.status, banned.body.id, banned.body.status], [200, bob, 'banned'])
    assert.equal((await ask('/api/v1/me', { token: bobs })).status, 401)
    assert.equal((await ask('/api/v1/me', { cookie })).status, 401)
    assert.equal((await signIn('bob')).status, 403)
    assert.equal((await change({ status: 'active' })).body.status, 'active')
    assert.equal((await ask('/api/v1/me', { token: bobs })).status, 200)
    assert.equal((await ask('/api/v1/me', { cookie })).status, 401)
    assert.equal((await change({ status: 'muted' })).body.status, 'muted')
  }))

test('owners make owners, and a hub keeps one who can act', () =>
  withServedAccounts(async ({ ask, addOwner, addAccount, signIn }) => {
    const ada = await addOwner('ada')
    const bob = await addAccount('bob')
    const { cookie: adas } = await signIn('ada')
    const { cookie: bobs } = await signIn('bob')
    const change = (id: number, json: object, cookie = adas) =>
      ask(`/api/v1/accounts/${id}`, { method: 'PATCH', cookie, json })
    const refusal = async (answer: ReturnType<typeof change>) => {
      const { status, body } = await answer
      return [status, body.error]
    }
    const last = 'A hub keeps at least one owner who is not banned'
    assert.deepEqual(await refusal(change(ada.id, { role: 'user' })), [403, last])
    assert.deepEqual(await refusal(change(ada.id, { status: 'banned' })), [403, 'You cannot ban your own account'])
    assert.equal((await change(bob, { role: 'owner' }, bobs)).status, 403)
    assert.equal((await change(bob, { role: 'owner' })).body.role, 'owner')
    assert.equal((await change(ada.id, { role: 'user' }, bobs)).body.role, 'user')
    assert.equal((await change(bob, { role: 'user' })).status, 403)
    assert.deepEqual(await refusal(change(bob, { role: 'user' }, bobs)), [403, last])

    assert.equal((await change(999, { status: 'muted' }, bobs)).status, 404)
    for (const json of [{}, { status: 'gone' }, { role: 'admin' }, { status: null }, []])
      assert.equal((await change(ada.id, json, bobs)).status, 400, JSON.stringify(json))
  }))

test('no token of an owner opens a way into an account: not its own, not another, not by a role', () =>
  withServedAccounts(
    async ({ ask, addOwner, addAccount, database }) => {
      const owner = await addOwner()
      const bob = await addAccount('bob')
      const alone = { error: "A token may not do this: sign in at the hub's pages" }
      for (const [target, asked] of [
        [`/api/v1/accounts/${owner.id}/password-reset`, { method: 'POST' }],
        [`/api/v1/accounts/${bob}/password-reset`, { method: 'POST' }],
        [`/api/v1/accounts/${bob}`, { method: 'PATCH', json: { role: 'owner', status: 'muted' } }],
        ['/api/v1/invitations', { json: {} }],
      ] as const) {
        const { status, body } = await ask(target, { ...asked, token: owner.token })
        assert.deepEqual([status, body], [403, alone], target)
      }
      const { kysely } = database
      const row = await kysely.selectFrom('account').select(['role', 'status']).where('id', '=', bob).execute()
      assert.deepEqual(row, [{ role: 'user', status: 'active' }])
      assert.deepEqual(await kysely.selectFrom('password_reset').selectAll().execute(), [])
      assert.deepEqual(await kysely.selectFrom('invitation').selectAll().execute(), [])
    },
    { signUp: 'invitation' },
  ))

test('a page elsewhere cannot have an owner change accounts', () =>
  withServedAccounts(async ({ addOwner, addAccount, signIn, origin }) => {
    await addOwner('ada')
    const bob = await addAccount('bob')
    const { cookie } = await signIn('ada')
    const answer = await fetch(`${origin}/api/v1/accounts/${bob}`, {
      method: 'PATCH',
      headers: { cookie, origin: 'https://evil.example', 'content-type': 'application/json' },
      body: '{"role":"owner"}',
    })
    assert.equal(answer.status, 403)
  }))

test('a link of an owner sets a new password once, and ends the sessions', () =>
  withServedAccounts(async ({ ask, addOwner, addAccount, addToken, signIn, clock, database, origin }) => {
    await addOwner()
    const { cookie: owner } = await signIn('owner')
    const bob = await addAccount('Bob')
    const bobs = await addToken(bob)
    const { cookie } = await signIn('bob')
    const link = async () =>
      (await ask(`/api/v1/accounts/${bob}/password-reset`, { cookie: owner, method: 'POST' })).body
    const reset = (url: string, chosen: string) =>
      ask('/api/v1/password-reset', { json: { token: new URL(url).hash.slice(1), password: chosen } })
    const over = { error: 'The link is not valid, has expired, or was used already' }

    const replaced = await link()
    const made = await link()
    assert.ok(made.url.startsWith(`${origin}/reset-password#`))
    assert.equal(Date.parse(made.expiresAt), clock.now + 86_400_000)
    const rows = await database.kysely.selectFrom('password_reset').selectAll().execute()
    assert.ok(!JSON.stringify(rows).includes(new URL(made.url).hash.slice(1)), 'lies readable in the database')

    assert.deepEqual((await reset(replaced.url, 'another password')).body, over)
    assert.match((await reset(made.url, 'short')).body.error, /8 to 128/)
    assert.match((await reset(made.url, 'password1234')).body.error, /Too many people/)
    assert.match((await reset(made.url, 'bob@example.org')).body.error, /neither the username/)
    const done = await reset(made.url, 'another password')
    assert.deepEqual([done.status, done.body], [200, { username: 'Bob' }])
    assert.deepEqual((await reset(made.url, 'third password')).body, over)
    assert.equal((await ask('/api/v1/me', { cookie })).status, 401)
    assert.equal((await ask('/api/v1/me', { token: bobs })).status, 200)
    assert.equal((await signIn('bob', password)).status, 401)
    assert.equal((await signIn('bob', 'another password')).status, 200)

    const late = await link()
    clock.now += 86_400_000
    const { status, body } = await reset(late.url, 'third password')
    assert.deepEqual([status, body], [403, over])
  }))

test('an account that never had a password gets one by the link; creators without an account get none', () =>
  withServedAccounts(async ({ ask, addOwner, addAccount, addToken, signIn, database }) => {
    await addOwner()
    const { cookie } = await signIn('owner')
    const bob = await addAccount('bob')
    await database.kysely.deleteFrom('credential').where('user_id', '=', bob).execute()
    const made = await ask(`/api/v1/accounts/${bob}/password-reset`, { cookie, method: 'POST' })
    assert.equal(made.status, 201)
    const link = new URL(made.body.url).hash.slice(1)
    await ask('/api/v1/password-reset', { json: { token: link, password: 'first password' } })
    assert.equal((await signIn('bob', 'first password')).status, 200)

    await database.kysely.updateTable('account').set({ email: null }).where('id', '=', bob).execute()
    assert.equal((await ask(`/api/v1/accounts/${bob}/password-reset`, { cookie, method: 'POST' })).status, 404)
    const others = await addToken(await addAccount('carol'))
    assert.equal((await ask(`/api/v1/accounts/${bob}/password-reset`, { token: others, method: 'POST' })).status, 403)
  }))

const timestamps = { created_at: '', updated_at: '' }
