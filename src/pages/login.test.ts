import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type PagesFixture, password, withPages } from './pages.fixture.ts'

const browser = { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0', accept: 'text/html' }

/** Sends a form as a browser does from the hub's own page, unless `headers` say otherwise. */
const send = (
  { request, origin }: PagesFixture,
  target: string,
  fields: Record<string, string>,
  headers: Record<string, string> = {},
) =>
  request(target, {
    method: 'POST',
    headers: { ...browser, origin, ...headers },
    body: new URLSearchParams(fields),
  })

const cookieOf = (response: Response) =>
  response.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';', 1)[0])
    .join('; ')

async function signIn(hub: PagesFixture, name = 'ada') {
  const response = await send(hub, '/login', { name, password })
  assert.equal(response.status, 303)
  return cookieOf(response)
}

test('a login-only download leads a browser through the login page to the file', () =>
  withPages(
    async (hub) => {
      await hub.addAccount('Ada')
      const { versionId } = await hub.addFile('a.safetensors', Buffer.from('the bytes'))
      const target = `/api/download/models/${versionId}`
      const refused = await hub.request(target, { headers: browser })
      assert.equal(refused.status, 302)
      const login = refused.headers.get('location') ?? ''
      const page = await (await hub.request(login, { headers: browser })).text()
      assert.match(page, /This download needs you to be signed in/)
      assert.match(page, new RegExp(`name="returnUrl" value="/model-versions/${versionId}"`))

      const signedIn = await send(hub, '/login', {
        returnUrl: `/model-versions/${versionId}`,
        name: 'ada',
        password,
      })
      assert.deepEqual([signedIn.status, signedIn.headers.get('location')], [303, `/model-versions/${versionId}`])
      const cookie = cookieOf(signedIn)
      const shown = await (
        await hub.request(`/model-versions/${versionId}`, { headers: { ...browser, cookie } })
      ).text()
      assert.match(shown, />Ada<\/a>/)
      assert.ok(shown.includes(`${hub.origin}${target}`))

      const allowed = await hub.request(target, { headers: { ...browser, cookie } })
      assert.equal(allowed.status, 302)
      assert.equal(await (await hub.request(allowed.headers.get('location') ?? '')).text(), 'the bytes')
    },
    { loginOnly: true },
  ))

test('the cookie of plain HTTP is one that a browser keeps, shows to no script and sends with links', () =>
  withPages(async (hub) => {
    await hub.addAccount('Ada')
    const [cookie = ''] = (await send(hub, '/login', { name: 'ada', password })).headers.getSetCookie()
    assert.match(cookie, /^modelkeep\.session_token=.*HttpOnly/)
    assert.match(cookie, /SameSite=Lax/)
    assert.match(cookie, /Path=\//)
    assert.doesNotMatch(cookie, /Secure|Domain/)
  }))

test('signing in goes by e-mail address too, and leads nowhere but to the hub', () =>
  withPages(async (hub) => {
    await hub.addAccount('Ada')
    for (const [returnUrl, path] of [
      ['//evil.test', '/'],
      ['/\\evil.test', '/'],
      ['\\\\evil.test', '/'],
      ['https://evil.test/', '/'],
      ['/\t/evil.test', '/'],
      ['/models/1?a=b', '/models/1?a=b'],
    ]) {
      const page = await (await hub.request(`/login?returnUrl=${encodeURIComponent(returnUrl ?? '')}`)).text()
      assert.match(page, new RegExp(`name="returnUrl" value="${path?.replace('?', '\\?')}"`))
      const answer = await send(hub, '/login', { name: 'ADA@example.org', password, returnUrl: returnUrl ?? '' })
      assert.deepEqual([answer.status, answer.headers.get('location')], [303, path])
    }
  }))

test('a wrong password, an unknown name and nothing at all are refused alike, and the name stays in the form', () =>
  withPages(async (hub) => {
    await hub.addAccount('Ada')
    for (const fields of [
      { name: 'ada', password: 'wrong password' },
      { name: '"><b>', password },
      { name: 'nobody', password },
      { name: 'nobody@example.org', password },
      { name: 'ada', password: 'x'.repeat(5000) },
      { name: '', password: '' },
    ]) {
      const answer = await send(hub, '/login', { ...fields, returnUrl: '/models/1' })
      assert.equal(answer.status, 403, fields.name)
      assert.deepEqual(answer.headers.getSetCookie(), [])
      const text = await answer.text()
      assert.match(text, /role="alert">The name or the password is not right/)
      assert.match(text, /name="returnUrl" value="\/models\/1"/)
      assert.ok(!text.includes(fields.password) || fields.password === '')
      assert.doesNotMatch(text, /<b>/)
    }
    const again = await (await send(hub, '/login', { name: 'ada', password: 'wrong password' })).text()
    assert.match(again, /name="name" value="ada"/)
  }))

test('a form of another origin is refused, with a session or without', () =>
  withPages(async (hub) => {
    await hub.addAccount('Ada')
    const cookie = await signIn(hub)
    for (const origin of [
      'https://evil.test',
      'null',
      hub.origin.replace('http:', 'https:'),
      `${hub.origin}.evil.test`,
    ])
      for (const target of ['/login', '/logout']) {
        const answer = await send(hub, target, { name: 'ada', password }, { origin, cookie })
        assert.equal(answer.status, 403, `${origin} ${target}`)
        assert.deepEqual(answer.headers.getSetCookie(), [])
      }
    assert.equal((await hub.request('/api/v1/me', { headers: { cookie } })).status, 200)
  }))

test('who is signed in is told so, goes on from there, and can sign out', () =>
  withPages(async (hub) => {
    await hub.addAccount('Ada')
    const cookie = await signIn(hub)
    const page = await (await hub.request('/login?returnUrl=/models/5', { headers: { cookie } })).text()
    assert.match(page, /You are signed in/)
    assert.match(page, /href="\/models\/5"/)
    assert.doesNotMatch(page, /type="password"/)
    assert.equal((await hub.request('/api/v1/me', { headers: { cookie } })).status, 200)

    const out = await send(hub, '/logout', {}, { cookie })
    assert.deepEqual([out.status, out.headers.get('location')], [303, '/login'])
    assert.match(out.headers.getSetCookie().join(), /modelkeep\.session_token=;.*Max-Age=0/)
    assert.equal((await hub.request('/api/v1/me', { headers: { cookie } })).status, 401)
    assert.match(await (await hub.request('/', { headers: { cookie } })).text(), />Sign in<\/a>/)
  }))

test('a token in the address of a page signs nobody in and travels nowhere', () =>
  withPages(async (hub) => {
    const token = await hub.addToken(await hub.addAccount('Ada'))
    for (const target of ['/', '/login', '/nothing']) {
      const text = await (await hub.request(`${target}?token=${token}`, { headers: browser })).text()
      assert.match(text, />Sign in<\/a>/, target)
      assert.ok(!text.includes(token), target)
    }
  }))

test('guessing is slowed down by the limits of the sign-in endpoints', () =>
  withPages(async (hub) => {
    await hub.addAccount('Ada')
    for (let attempt = 0; attempt < 40; attempt++) {
      const answer = await send(hub, '/login', { name: 'nobody', password: 'x' })
      if (answer.status !== 429) continue
      assert.match(answer.headers.get('retry-after') ?? '', /^\d+$/)
      return assert.match(await answer.text(), /Too many attempts/)
    }
    assert.fail('forty wrong passwords in a row were all tried')
  }))
