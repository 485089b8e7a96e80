import assert from 'node:assert/strict'
import { test } from 'node:test'
import { password } from '../auth/hub.fixture.ts'
import { withServedAccounts } from '../hub/accounts.fixture.ts'

const person = { username: 'Grace', email: 'Grace@example.org', password }
const path = '/api/v1/sign-up'
const tokenOf = (url: string) => new URL(url).hash.slice(1)

test('nobody signs up where sign-up is off, and owners cannot invite', () =>
  withServedAccounts(async ({ ask, addOwner, signIn, accounts }) => {
    await addOwner()
    const { cookie } = await signIn('owner')
    assert.deepEqual((await ask(path, { json: person })).body, { error: 'Nobody can sign up on this hub' })
    const invited = await ask('/api/v1/invitations', { cookie, json: {} })
    assert.deepEqual([invited.status, /--sign-up invitation/.test(invited.body.error)], [403, true])
    assert.equal((await accounts.list()).length, 1)
  }))

test('where sign-up is open everybody gets an account without rights over the hub, but for the first', () =>
  withServedAccounts(
    async ({ ask, addOwner, accounts, signIn }) => {
      const early = await ask(path, { json: person })
      assert.deepEqual([early.status, early.body], [403, { error: 'This hub has not been set up yet' }])
      await addOwner()
      const made = await ask(path, { json: { ...person, role: 'owner' } })
      assert.equal(made.status, 201)
      const found = await accounts.find('grace')
      assert.deepEqual([made.body, found?.role], [{ id: found?.id, username: 'Grace' }, 'user'])
      assert.equal((await signIn('grace')).status, 200)
      for (const [json, reason] of [
        [{ ...person, email: 'other@example.org', username: 'GRACE' }, /username GRACE is taken/],
        [{ ...person, username: 'other' }, /address grace@example\.org is taken/],
        [{ ...person, username: '' }, /username/],
      ] as const) {
        const { status, body } = await ask(path, { json })
        assert.equal(status, 400)
        assert.match(body.error, reason)
      }
    },
    { signUp: 'open' },
  ))

test('who signs up does not become a creator whom only sidecars name', () =>
  withServedAccounts(
    async ({ ask, addOwner, database }) => {
      await addOwner()
      await database.kysely
        .insertInto('account')
        .values({
          username: 'Grace',
          username_key: 'grace',
          name: 'Grace',
          email: null,
          email_verified: 0,
          image: null,
          role: 'user',
          status: 'active',
          tier: 'free',
          model_count: 3,
          created_at: '',
          updated_at: '',
        })
        .execute()
      assert.match((await ask(path, { json: person })).body.error, /username Grace is taken/)
    },
    { signUp: 'open' },
  ))

test('an invitation makes one account, within its time', () =>
  withServedAccounts(
    async ({ ask, addOwner, signIn, clock, origin, database }) => {
      await addOwner()
      const { cookie } = await signIn('owner')
      assert.match((await ask(path, { json: person })).body.error, /invitation is needed/)
      const invited = await ask('/api/v1/invitations', { cookie, json: { expiresInDays: 2 } })
      assert.equal(invited.status, 201)
      assert.ok(invited.body.url.startsWith(`${origin}/sign-up#`))
      assert.equal(Date.parse(invited.body.expiresAt), clock.now + 2 * 86_400_000)
      const invitation = tokenOf(invited.body.url)
      const rows = await database.kysely.selectFrom('invitation').selectAll().execute()
      assert.ok(!JSON.stringify(rows).includes(invitation), 'lies readable in the database')

      const refused = { error: 'The invitation is not valid, has expired, or was used already' }
      assert.deepEqual((await ask(path, { json: { ...person, invitation: 'x' } })).body, refused)
      // What is wrong with the person does not spend it.
      for (const password of ['short', 'password123'])
        assert.equal((await ask(path, { json: { ...person, password, invitation } })).status, 400)
      assert.equal((await ask(path, { json: { ...person, invitation } })).status, 201)
      const other = { ...person, username: 'other', email: 'other@example.org', invitation }
      assert.deepEqual((await ask(path, { json: other })).body, refused)

      const late = tokenOf((await ask('/api/v1/invitations', { cookie, json: {} })).body.url)
      clock.now += 7 * 86_400_000
      assert.deepEqual((await ask(path, { json: { ...other, invitation: late } })).body, refused)
    },
    { signUp: 'invitation' },
  ))

test('of two who use an invitation at once one gets an account', () =>
  withServedAccounts(
    async ({ ask, addOwner, signIn, accounts }) => {
      await addOwner()
      const { cookie } = await signIn('owner')
      const invitation = tokenOf((await ask('/api/v1/invitations', { cookie, json: {} })).body.url)
      const both = await Promise.all(
        ['a', 'b'].map((username) =>
          ask(path, { json: { ...person, username, email: `${username}@example.org`, invitation } }),
        ),
      )
      assert.deepEqual(both.map(({ status }) => status).sort(), [201, 403])
      assert.equal((await accounts.list()).length, 2)
    },
    { signUp: 'invitation' },
  ))

test('an invitation for an address is for that address, and vouches for it', () =>
  withServedAccounts(
    async ({ ask, addOwner, signIn, database }) => {
      await addOwner()
      const { cookie } = await signIn('owner')
      const made = await ask('/api/v1/invitations', { cookie, json: { email: 'grace@EXAMPLE.org' } })
      const invitation = tokenOf(made.body.url)
      const elsewhere = await ask(path, { json: { ...person, email: 'eve@example.org', invitation } })
      assert.deepEqual([elsewhere.status, /another e-mail address/.test(elsewhere.body.error)], [403, true])
      assert.equal((await ask(path, { json: { ...person, invitation } })).status, 201)
      const vouched = await database.kysely
        .selectFrom('account')
        .select('email_verified')
        .where('username_key', '=', 'grace')
        .executeTakeFirst()
      assert.equal(vouched?.email_verified, 1)
    },
    { signUp: 'invitation' },
  ))

test('owners see their invitations, and take them back', () =>
  withServedAccounts(
    async ({ ask, addOwner, signIn, addAccount, addToken, clock }) => {
      await addOwner()
      const { cookie } = await signIn('owner')
      const createdAt = new Date(clock.now).toISOString()
      const first = (await ask('/api/v1/invitations', { cookie, json: { email: 'grace@example.org' } })).body
      const second = (await ask('/api/v1/invitations', { cookie, json: {} })).body
      await ask(path, { json: { ...person, invitation: tokenOf(first.url) } })
      const common = { createdAt, createdBy: 'owner' }
      assert.deepEqual((await ask('/api/v1/invitations', { cookie })).body.items, [
        { ...common, id: second.id, email: null, expiresAt: second.expiresAt, usedAt: null, usedBy: null },
        {
          ...common,
          id: first.id,
          email: 'grace@example.org',
          expiresAt: first.expiresAt,
          usedAt: createdAt,
          usedBy: 'Grace',
        },
      ])
      const remove = async (id: number) => (await ask(`/api/v1/invitations/${id}`, { cookie, method: 'DELETE' })).status
      assert.deepEqual([await remove(second.id), await remove(second.id)], [204, 404])
      const over = { ...person, username: 'b', email: 'b@example.org', invitation: tokenOf(second.url) }
      assert.equal((await ask(path, { json: over })).status, 403)

      const others = await addToken(await addAccount('bob'))
      for (const [target, asked] of [
        ['/api/v1/invitations', {}],
        ['/api/v1/invitations', { json: {} }],
        [`/api/v1/invitations/${first.id}`, { method: 'DELETE' }],
      ] as const)
        assert.equal((await ask(target, { ...asked, token: others })).status, 403)
      for (const json of [{ email: 'nobody' }, { expiresInDays: 0 }, { expiresInDays: 366 }, { expiresInDays: '7' }])
        assert.equal((await ask('/api/v1/invitations', { cookie, json })).status, 400, JSON.stringify(json))
    },
    { signUp: 'open' },
  ))
