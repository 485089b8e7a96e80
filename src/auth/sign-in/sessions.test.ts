import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { password, type TemporaryHub, trustedOrigin, withHub } from '../hub.fixture.ts'

const origin = 'http://hub.example:3333'

function ask(
  { sessions }: Pick<TemporaryHub, 'sessions'>,
  path: string,
  { body, headers = {}, at = origin }: { body?: object; headers?: Record<string, string>; at?: string } = {},
) {
  return sessions.handler(
    new Request(`${at}/api/auth${path}`, {
      method: body ? 'POST' : 'GET',
      headers: { ...(body && { 'content-type': 'application/json' }), ...headers },
      ...(body && { body: JSON.stringify(body) }),
    }),
    '10.0.0.1',
  )
}

const cookieOf = (response: Response) =>
  response.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';', 1)[0])
    .join('; ')

const signIn = async (hub: TemporaryHub, username = 'ada') =>
  cookieOf(await ask(hub, '/sign-in/username', { body: { username, password } }))

test('signing in by username in any letter case gives a cookie that speaks for the account', () =>
  withHub(async (hub) => {
    const id = await hub.addAccount('Ada')
    const response = await ask(hub, '/sign-in/username', { body: { username: 'ADA', password } })
    assert.equal(response.status, 200)
    assert.match(response.headers.get('set-cookie') ?? '', /^modelkeep\.session_token=.*HttpOnly.*SameSite=Lax/)
    const principal = await hub.sessions.principalOf(cookieOf(response))
    assert.ok(principal?.via.kind === 'session')
    assert.deepEqual([principal.accountId, principal.role, principal.scope], [id, 'user', 33554431])
    const session = await hub.database.kysely.selectFrom('session').selectAll().executeTakeFirstOrThrow()
    assert.deepEqual([session.id, session.ip_address], [principal.via.sessionId, '10.0.0.1'])
  }))

test('signing in by e-mail address works as well', () =>
  withHub(async (hub) => {
    const id = await hub.addAccount('Ada')
    const response = await ask(hub, '/sign-in/email', { body: { email: 'ADA@example.org', password } })
    assert.equal(response.status, 200)
    assert.equal((await hub.sessions.principalOf(cookieOf(response)))?.accountId, id)
    const session = await ask(hub, '/get-session', { headers: { cookie: cookieOf(response) } })
    const { user } = (await session.json()) as { user: Record<string, unknown> }
    assert.deepEqual([user.id, user.displayUsername, user.email], [String(id), 'Ada', 'ada@example.org'])
  }))

test('usernames of one character, of digits, and with dots and hyphens can sign in', () =>
  withHub(async (hub) => {
    for (const username of ['a', '007', 'A.b-c_d', 'x'.repeat(64)]) {
      const id = await hub.addAccount(username)
      assert.equal((await hub.sessions.principalOf(await signIn(hub, username)))?.accountId, id, username)
    }
  }))

test('a wrong password, an unknown name and a creator without a password are told apart by nothing', () =>
  withHub(async (hub) => {
    await hub.addAccount('Ada')
    await hub.database.kysely
      .insertInto('account')
      .values({
        username: 'Eve',
        username_key: 'eve',
        name: 'Eve',
        email: null,
        email_verified: 0,
        image: null,
        role: 'user',
        status: 'active',
        tier: 'free',
        model_count: 1,
        created_at: '',
        updated_at: '',
      })
      .execute()
    const answers = []
    for (const [username, tried] of [
      ['Ada', 'not the password'],
      ['Bob', password],
      ['Eve', password],
    ]) {
      const response = await ask(hub, '/sign-in/username', { body: { username, password: tried } })
      assert.deepEqual(response.headers.getSetCookie(), [])
      answers.push([response.status, await response.text()])
    }
    assert.equal(answers[0]?.[0], 401)
    assert.deepEqual(answers[1], answers[0])
    assert.deepEqual(answers[2], answers[0])
  }))

test('signing out ends the session at once', () =>
  withHub(async (hub) => {
    await hub.addAccount('Ada')
    const cookie = await signIn(hub)
    assert.ok(await hub.sessions.principalOf(cookie))
    const response = await ask(hub, '/sign-out', { body: {}, headers: { cookie, origin } })
    assert.equal(response.status, 200)
    assert.equal(await hub.sessions.principalOf(cookie), undefined)
  }))

test('a ban ends the sessions of an account, and it cannot sign in again before it is lifted', () =>
  withHub(async (hub) => {
    await hub.addAccount('Ada')
    const cookie = await signIn(hub)
    await hub.accounts.changeStatus('Ada', 'ban')
    assert.equal(await hub.sessions.principalOf(cookie), undefined)
    const refused = await ask(hub, '/sign-in/username', { body: { username: 'Ada', password } })
    assert.equal(refused.status, 403)
    assert.deepEqual(refused.headers.getSetCookie(), [])
    await hub.accounts.changeStatus('Ada', 'unban')
    assert.equal(await hub.sessions.principalOf(cookie), undefined)
    assert.ok(await hub.sessions.principalOf(await signIn(hub)))
  }))

test('a session ends at its time', () =>
  withHub(async (hub) => {
    await hub.addAccount('Ada')
    const cookie = await signIn(hub)
    hub.clock.now += 6 * 86_400_000
    assert.ok(await hub.sessions.principalOf(cookie))
    hub.clock.now += 86_400_000 + 60_000
    assert.equal(await hub.sessions.principalOf(cookie), undefined)
  }))

/** Makes a session as old as one that has been used ever since, and uses it once more; gives how many days are left of it. */
async function useAfter(hub: TemporaryHub, cookie: string, days: number): Promise<number> {
  const created_at = new Date(Date.now() - days * dayMs).toISOString()
  const expires_at = new Date(Date.now() + 5 * dayMs).toISOString()
  await hub.database.kysely.updateTable('session').set({ created_at, expires_at }).execute()
  assert.equal((await ask(hub, '/get-session', { headers: { cookie } })).status, 200)
  const renewed = await hub.database.kysely.selectFrom('session').select('expires_at').executeTakeFirstOrThrow()
  return Math.round((Date.parse(renewed.expires_at) - Date.now()) / dayMs)
}

const dayMs = 86_400_000

test('a session that is used goes on, and ends 90 days after it began', () =>
  withHub(async (hub) => {
    await hub.addAccount('Ada')
    const cookie = await signIn(hub)
    assert.equal(await useAfter(hub, cookie, 3), 7)
    assert.equal(await useAfter(hub, cookie, 89), 1)
    assert.ok(await hub.sessions.principalOf(cookie))
    assert.equal(await useAfter(hub, cookie, 91), -1)
    assert.equal(await hub.sessions.principalOf(cookie), undefined)
    assert.equal((await ask(hub, '/list-accounts', { headers: { cookie } })).status, 401)
  }))

test('owners may have sessions end sooner, as soon as after a day', () =>
  withHub(
    async (hub) => {
      await hub.addAccount('Ada')
      const cookie = await signIn(hub)
      hub.clock.now += dayMs - 60_000
      assert.ok(await hub.sessions.principalOf(cookie))
      hub.clock.now += 120_000
      assert.equal(await hub.sessions.principalOf(cookie), undefined)
    },
    { maxSessionDays: 1 },
  ))

test('a cookie whose signature is not ours speaks for nobody, and what is no cookie throws nothing', () =>
  withHub(async (hub) => {
    await hub.addAccount('Ada')
    const cookie = await signIn(hub)
    const [name, value = ''] = cookie.split('=', 2)
    const [token] = decodeURIComponent(value).split('.')
    const forged = ['x', `${token}`, `${token}.`, `${token}.AAAA`, `.${value}`, value.slice(0, -8), '%', '%00']
    for (const other of forged) {
      assert.equal(await hub.sessions.principalOf(`${name}=${other}`), undefined, other)
      assert.ok(hub.sessions.holdsSession(`${name}=${other}`) || other.includes('%'))
    }
    assert.equal(hub.sessions.holdsSession(undefined), false)
    assert.equal(hub.sessions.holdsSession('theme=dark'), false)
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary' }), async (text) => {
        assert.equal(await hub.sessions.principalOf(text), undefined)
        assert.equal(await hub.sessions.principalOf(`modelkeep.session_token=${text}`), undefined)
      }),
    )
  }))

test('over HTTPS the cookie is for HTTPS alone', () =>
  withHub(async (hub) => {
    const id = await hub.addAccount('Ada')
    const at = 'https://hub.example'
    const response = await ask(hub, '/sign-in/username', { body: { username: 'Ada', password }, at })
    assert.match(response.headers.get('set-cookie') ?? '', /^__Secure-modelkeep\.session_token=.*Secure/)
    assert.equal((await hub.sessions.principalOf(cookieOf(response)))?.accountId, id)
  }))

test('pages of the hub and of trusted origins may sign in and out, others and look-alikes not', () =>
  withHub(async (hub) => {
    await hub.addAccount('Ada')
    const from = async (page: string) => {
      const headers = { origin: page, cookie: await signIn(hub) }
      return (await ask(hub, '/sign-out', { body: {}, headers })).status
    }
    assert.equal(await from(origin), 200)
    assert.equal(await from(trustedOrigin), 200)
    for (const page of ['https://app.example.evil.test', 'http://app.example', 'https://evil.test', 'null'])
      assert.equal(await from(page), 403, page)
  }))

test('nobody can make an account, rename one, or reach what the hub does not offer', () =>
  withHub(async (hub) => {
    await hub.addAccount('Ada')
    const cookie = await signIn(hub)
    const body = { name: 'Bob', username: 'bob', email: 'bob@example.org', password, newEmail: 'c@example.org' }
    for (const path of ['/sign-up/email', '/update-user', '/delete-user', '/change-email', '/is-username-available'])
      assert.equal((await ask(hub, path, { body, headers: { cookie, origin } })).status, 404, path)
    assert.deepEqual(
      (await hub.accounts.list()).map(({ username }) => username),
      ['Ada'],
    )
  }))

test('a changed password replaces the old one and ends the other sessions when asked to', () =>
  withHub(async (hub) => {
    await hub.addAccount('Ada')
    const [here, elsewhere] = [await signIn(hub), await signIn(hub)]
    const body = { currentPassword: password, newPassword: 'another password', revokeOtherSessions: true }
    const changed = await ask(hub, '/change-password', { body, headers: { cookie: here, origin } })
    assert.equal(changed.status, 200)
    assert.equal(await hub.sessions.principalOf(elsewhere), undefined)
    assert.equal((await ask(hub, '/sign-in/username', { body: { username: 'ada', password } })).status, 401)
  }))

test('a password that everybody tries first is not changed to', () =>
  withHub(async (hub) => {
    await hub.addAccount('Ada')
    const cookie = await signIn(hub)
    for (const newPassword of ['Password123', 'ADA@example.org']) {
      const body = { currentPassword: password, newPassword }
      const refused = await ask(hub, '/change-password', { body, headers: { cookie, origin } })
      assert.equal(refused.status, 400)
      assert.match(((await refused.json()) as { message: string }).message, /choose another one/)
    }
    assert.ok(await hub.sessions.principalOf(await signIn(hub)))
  }))

test('guessing passwords is slowed down by address, whatever address the client claims', () =>
  withHub(async (hub) => {
    await hub.addAccount('Ada')
    const statuses = new Set<number>()
    for (let attempt = 0; attempt < 32; attempt++) {
      const response = await hub.sessions.handler(
        new Request(`${origin}/api/auth/sign-in/username`, {
          method: 'POST',
          headers: {
            'content-type': 'application/json',
            'x-modelkeep-address': `10.9.9.${attempt}`,
            'x-forwarded-for': `10.9.9.${attempt}`,
          },
          body: JSON.stringify({ username: 'nobody', password: '' }),
        }),
        '10.0.0.77',
      )
      statuses.add(response.status)
    }
    assert.ok(statuses.has(429), `statuses were ${[...statuses]}`)
  }))
