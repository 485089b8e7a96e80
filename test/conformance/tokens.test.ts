import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { Me } from './account-shapes.ts'
import { assertRefused, password, read, startHub } from './hub.ts'
import { tidal } from './library.ts'

const hub = await startHub({ accounts: ['ada', 'bob'] })
after(() => hub.close())
const [token, tokenOfBob] = await Promise.all([hub.createToken('ada'), hub.createToken('bob')])

const unauthorized = { error: 'Unauthorized' }
const me = '/api/v1/me'
const statusOf = async (text: string) => (await hub.ask(me, { token: text })).status
const query = (text: string) => `?token=${encodeURIComponent(text)}`

test('1. /me without a token is a bare 401', async () => {
  const answer = await hub.ask(me)
  assertRefused(answer, 401, unauthorized)
  assert.equal(answer.body.toString(), '{"error":"Unauthorized"}')
  assert.match(answer.headers['www-authenticate'] ?? '', /^Bearer/)
  assert.doesNotMatch(answer.headers['cache-control'] ?? '', /public/)
})

test('2. /me with a valid token in the header names its account', async () => {
  const { username, tokenScope, isMember, tier } = read(await hub.ask(me, { token }), Me)
  assert.deepEqual([username, tokenScope, isMember, tier], ['ada', 33_554_431, false, 'free'])
  assert.equal(read(await hub.ask(me, { token: tokenOfBob }), Me).username, 'bob')
})

test('3. /me with a valid token in the query names its account', async () => {
  assert.equal(read(await hub.ask(me + query(token)), Me).username, 'ada')
})

test('4. the header decides when header and query hold tokens of two accounts', async () => {
  assert.equal(read(await hub.ask(me + query(token), { token: tokenOfBob }), Me).username, 'bob')
  assert.equal((await hub.ask(me + query(token), { token: 'unknown' })).status, 401)
  assert.equal((await hub.ask(me + query('unknown'), { token })).status, 200)
  const empty = { headers: { authorization: '' } }
  assert.equal(read(await hub.ask(me + query(token), empty), Me).username, 'ada')
})

test('5. the scheme word may be in any letters, and more than one space may follow it', async () => {
  for (const authorization of [`bearer ${token}`, `BEARER ${token}`, `Bearer   ${token}`, `  Bearer ${token}  `])
    assert.equal((await hub.ask(me, { headers: { authorization } })).status, 200, authorization.slice(0, 12))
})

test('6. what is no token is refused in the same words, whatever it looks like', async () => {
  const [letter = '', ...rest] = token.slice(3)
  const otherCase = letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase()
  const presented = {
    'another scheme': `Basic ${token}`,
    nothing: '',
    'the scheme alone': 'Bearer',
    'the scheme and a space': 'Bearer ',
    null: 'Bearer null',
    undefined: 'Bearer undefined',
    None: 'Bearer None',
    truncated: `Bearer ${token.slice(0, -1)}`,
    lengthened: `Bearer ${token}0`,
    'all in lower case': `Bearer ${token.toLowerCase()}`,
    'one letter in the other case': `Bearer mk_${/[a-z]/i.test(letter) ? otherCase : 'x'}${rest.join('')}`,
    'very long': `Bearer ${'a'.repeat(5000)}`,
  }
  for (const [what, authorization] of Object.entries(presented)) {
    const answer = await hub.ask(me, { headers: { authorization } })
    assert.equal(answer.status, 401, what)
    assert.equal(answer.body.toString(), '{"error":"Unauthorized"}', what)
  }
  for (const text of ['', 'null', token.slice(0, -1), 'a'.repeat(5000), '\0', '"'])
    assertRefused(await hub.ask(me + query(text)), 401, unauthorized)
})

test('7. an expired token is refused', async () => {
  const expiring = await hub.createToken('ada', '--name', 'expiring', '--expires', '1h')
  assert.equal(await statusOf(expiring), 200)
  hub.change('update token set expires_at = ? where name = ?', Date.now() - 1, 'expiring')
  assertRefused(await hub.ask(me, { token: expiring }), 401, unauthorized)
})

test('8. a revoked token is refused on the next request', async () => {
  const revoked = await hub.createToken('ada', '--name', 'revoked')
  const id = await hub.tokenId('ada', 'revoked')
  assert.equal(await statusOf(revoked), 200)
  await hub.command('token', 'revoke', String(id))
  assertRefused(await hub.ask(me, { token: revoked }), 401, unauthorized)
  assert.equal(await statusOf(token), 200)
})

test('9. the tokens of a banned account are refused until the ban is lifted', async () => {
  await hub.command('user', 'ban', 'bob')
  assertRefused(await hub.ask(me, { token: tokenOfBob }), 401, unauthorized)
  await hub.command('user', 'unban', 'bob')
  assert.equal(await statusOf(tokenOfBob), 200)
})

test('10. a muted account keeps its tokens, and is told that it is muted', async () => {
  await hub.command('user', 'mute', 'bob')
  assert.equal(read(await hub.ask(me, { token: tokenOfBob }), Me).status, 'muted')
  await hub.command('user', 'unmute', 'bob')
  assert.equal(read(await hub.ask(me, { token: tokenOfBob }), Me).status, 'active')
})

test('119. isModerator is true for an owner of the hub, with a session or a token that holds UserRead', async () => {
  for (const [text, isModerator] of [
    [token, false],
    [await hub.createToken('bob', '--name', 'reads', '--scope', 'UserRead'), false],
  ] as const)
    assert.equal(read(await hub.ask(me, { token: text }), Me).isModerator, isModerator)
  hub.change("update account set role = 'owner' where username = 'bob'")
  const json = { username: 'bob', password }
  const headers = { origin: hub.origin }
  const signedIn = await hub.ask('/api/auth/sign-in/username', { method: 'POST', headers, json })
  const cookie = signedIn.headers['set-cookie']?.map((line) => line.split(';')[0]).join('; ') ?? ''
  assert.equal(read(await hub.ask(me, { headers: { cookie } }), Me.partial()).isModerator, true)
  assert.equal(read(await hub.ask(me, { token: tokenOfBob }), Me).isModerator, true)
  hub.change("update account set role = 'user' where username = 'bob'")
  assert.equal(read(await hub.ask(me, { token: tokenOfBob }), Me).isModerator, false)
})

test('11. both secrets of a rotated token work while they overlap, and then only the new one', async () => {
  const old = await hub.createToken('ada', '--name', 'rotated')
  const id = await hub.tokenId('ada', 'rotated')
  const fresh = await hub.command('token', 'rotate', String(id), '--overlap', '24h')
  assert.notEqual(fresh, old)
  assert.deepEqual([await statusOf(old), await statusOf(fresh)], [200, 200])
  hub.change('update token_secret set ends_at = ? where token_id = ? and ends_at is not null', Date.now() - 1, id)
  assertRefused(await hub.ask(me, { token: old }), 401, unauthorized)
  assert.equal(await statusOf(fresh), 200)
  const third = await hub.command('token', 'rotate', String(id))
  assert.deepEqual([await statusOf(fresh), await statusOf(third)], [401, 200])
})

test('12. a token is refused from a network that it is not for', async () => {
  const [elsewhere, here] = await Promise.all([
    hub.createToken('ada', '--network', '10.0.0.0/8'),
    hub.createToken('ada', '--network', '127.0.0.0/8,10.0.0.0/8'),
  ])
  assertRefused(await hub.ask(me, { token: elsewhere }), 401, unauthorized)
  const forwarded = { 'x-forwarded-for': '10.1.2.3' }
  assert.equal((await hub.ask(me, { token: elsewhere, headers: forwarded })).status, 401)
  assert.equal(await statusOf(here), 200)
})

test('13. a token says itself where its query form is taken: nowhere, for downloads alone, everywhere', async () => {
  const [never, downloads] = await Promise.all([
    hub.createToken('ada', '--query-policy', 'never'),
    hub.createToken('ada', '--query-policy', 'downloads'),
  ])
  await hub.command('model', 'set', String(tidal.modelId), '--login', 'yes')
  const download = `/api/download/models/${tidal.versionId}`
  const statuses = async (text: string) => [
    (await hub.ask(me + query(text))).status,
    await statusOf(text),
    (await hub.ask(`/api/v1/models${query(text)}&limit=1`)).status,
    (await hub.ask(download + query(text))).status,
    (await hub.ask(download, { token: text })).status,
  ]
  assert.deepEqual(await statuses(never), [401, 200, 200, 401, 307])
  assert.deepEqual(await statuses(downloads), [401, 200, 200, 307, 307])
  assert.deepEqual(await statuses(token), [200, 200, 200, 307, 307])
})

test('114. a header of a foreign scheme counts as absent, and never as a failed token', async () => {
  const authorization = `Basic ${Buffer.from('proxy:pw').toString('base64')}`
  for (let time = 0; time < 120; time++)
    assertRefused(await hub.ask(me, { headers: { authorization } }), 401, unauthorized)
  assert.equal(read(await hub.ask(me + query(token), { headers: { authorization } }), Me).username, 'ada')
  assert.equal((await hub.ask(me, { headers: { authorization: `${authorization}, Bearer ${token}` } })).status, 200)
})

test('115. the 401 to a header that looks like a mistake names it', async () => {
  const wrongForms: Record<string, RegExp> = {
    [token]: /Bearer is missing/,
    [`Token ${token}`]: /Token .*Bearer/,
    [`Bearer Bearer ${token}`]: /twice/,
    [`Bearer "${token}"`]: /quotes/,
    [`Bearer: ${token}`]: /colon/,
    [`Basic ${Buffer.from(`ada:${token}`).toString('base64')}`]: /Basic is not accepted/,
  }
  for (const [authorization, mistake] of Object.entries(wrongForms)) {
    const answer = await hub.ask(me, { headers: { authorization } })
    assertRefused(answer, 401, unauthorized)
    assert.match(/error_description="(.*)"/.exec(answer.headers['www-authenticate'] ?? '')?.[1] ?? '', mistake)
  }
})
