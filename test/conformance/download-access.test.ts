import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { deriveKey, openServerSecret } from '../../src/auth/server-secret.ts'
import { openSignedUrls } from '../../src/blobs/signed-url.ts'
import { assertRefused, read, startHub } from './hub.ts'
import { night, tidal } from './library.ts'
import { MiniVersion } from './shapes.ts'

const hub = await startHub({ flags: ['--login-only', 'true'], accounts: ['ada', 'bob'] })
after(() => hub.close())
const [ada, bob] = await Promise.all([hub.createToken('ada'), hub.createToken('bob')])

const download = `/api/download/models/${tidal.versionId}`
const addressFor = async (token: string) => (await hub.ask(download, { token })).headers.location ?? ''
const asBrowser = { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0' }
const needsLogin = {
  error: 'Unauthorized',
  message: 'The creator of this asset requires you to be logged in to download it',
}
/** Bytes, or the status of their refusal. */
const got = async (address: string) => {
  const { status, body } = await hub.ask(address)
  return status === 200 && body.equals(tidal.bytes) ? 'the bytes' : status
}

test('83. an address that was changed, or that has expired, gives no bytes', async () => {
  const address = await addressFor(ada)
  assert.equal(await got(address), 'the bytes')
  const [, grant = ''] = /\/files\/([^/]+)\//.exec(address) ?? []
  for (let at = 0; at < grant.length; at += 3) {
    const other = grant[at] === 'A' ? 'B' : 'A'
    const forged = address.replace(grant, grant.slice(0, at) + other + grant.slice(at + 1))
    assert.equal(await got(forged), 403, `letter ${at}`)
  }
  for (const cut of ['x', grant.slice(0, -1), `${grant}A`, grant.repeat(2)])
    assert.equal(await got(address.replace(grant, cut)), 403)

  // The clock of a running hub cannot be moved: the address is made with the hub's own key, by a clock of two days ago.
  const [file] = hub.rows('select id from model_file where name = ?', 'tidal_v2.safetensors')
  const [account] = hub.rows('select id from account where username = ?', 'ada')
  const key = deriveKey(await openServerSecret(hub.data), 'file address')
  const made = { fileId: Number(file?.id), accountId: Number(account?.id), tokenId: 0, name: 'tidal_v2.safetensors' }
  const daysAgo = (days: number) => openSignedUrls({ key, now: () => Date.now() - days * 86_400_000 }).pathOf(made)
  assert.equal(await got(daysAgo(0)), 'the bytes', 'so the key is the right one')
  const expired = await hub.ask(daysAgo(2))
  assert.equal(expired.status, 403)
  assert.equal(typeof (JSON.parse(expired.body.toString()) as { error: unknown }).error, 'string')
})

test('90. a file that needs a sign-in is refused to programs without one, and given to those with one', async () => {
  for (const agent of ['curl/8.9', 'python-requests/2.32', 'Wget/1.24', ''])
    assertRefused(await hub.ask(download, { headers: { 'user-agent': agent } }), 401, needsLogin)
  assertRefused(await hub.ask(download, { token: 'mk_unknown' }), 401, needsLogin)
  assert.equal(await got(await addressFor(ada)), 'the bytes')
  const byQuery = await hub.ask(`${download}?token=${ada}`)
  assert.equal(await got(byQuery.headers.location ?? ''), 'the bytes')
  const mini = read(await hub.ask(`/api/v1/model-versions/mini/${tidal.versionId}`), MiniVersion)
  assert.equal(mini.requireAuth, true)
  await hub.command('model', 'set', String(tidal.modelId), '--login', 'no')
  assert.equal((await hub.ask(download)).status, 307)
  await hub.command('model', 'set', String(tidal.modelId), '--login', 'default')
  assertRefused(await hub.ask(download), 401, needsLogin)
})

test('91. a browser without a sign-in is led to the page where it can, and one with it to the bytes', async () => {
  const answer = await hub.ask(download, { headers: asBrowser })
  assert.ok(answer.status === 307)
  const login = new URL(answer.headers.location ?? '')
  assert.equal(answer.body.toString(), login.href, 'some clients read the reason from the body')
  assert.match(login.href, /\/login\?returnUrl=%2Fmodel-versions%2F\d+&reason=download-auth$/)
  assert.equal(`${login.origin}${login.pathname}`, `${hub.origin}/login`)
  assert.equal(login.searchParams.get('returnUrl'), `/model-versions/${tidal.versionId}`)
  assert.equal(login.searchParams.get('reason'), 'download-auth')
  assert.match(answer.headers['cache-control'] ?? '', /no-store/)
  for (const target of [login.href, login.searchParams.get('returnUrl') ?? '']) {
    const page = await hub.ask(target, { headers: { ...asBrowser, accept: 'text/html' } })
    assert.ok(page.status < 400, target)
  }
  const signedIn = await hub.ask(download, { token: ada, headers: asBrowser })
  assert.equal(await got(signedIn.headers.location ?? ''), 'the bytes')
})

test('94. an address dies with the access of the account that it was made for, and comes back with it', async () => {
  const [ofAda, ofBob] = [await addressFor(ada), await addressFor(bob)]
  assert.deepEqual([await got(ofAda), await got(ofBob)], ['the bytes', 'the bytes'])
  await hub.command('user', 'ban', 'bob')
  assert.deepEqual([await got(ofAda), await got(ofBob)], ['the bytes', 403])
  await hub.command('user', 'unban', 'bob')
  assert.equal(await got(ofBob), 'the bytes')
  await hub.command('model', 'set', String(tidal.modelId), '--downloads', 'no')
  assert.deepEqual([await got(ofAda), await got(ofBob)], [403, 403])
  await hub.command('model', 'set', String(tidal.modelId), '--downloads', 'yes')
  assert.equal(await got(ofAda), 'the bytes')
  // What a token was given ends with it: whoever had it keeps nothing.
  await hub.command('token', 'revoke', String(await hub.tokenId('bob', 'test')))
  assert.equal(await got(ofBob), 403)
})

test('what the owner withholds is refused in the words that clients know', async () => {
  const target = `/api/download/models/${night.versionId}`
  await hub.command('model', 'set', String(night.modelId), '--downloads', 'no')
  const disabled = await hub.ask(target, { token: ada })
  const { error, message } = JSON.parse(disabled.body.toString()) as Record<string, unknown>
  assert.deepEqual([disabled.status, error, typeof message], [401, 'Unauthorized', 'string'])
  await hub.command('model', 'set', String(night.modelId), '--downloads', 'yes')

  const endsAt = Date.now() + 3_600_000
  hub.change('update model_version set early_access_ends_at = ? where id = ?', endsAt, night.versionId)
  const early = await hub.ask(target, { token: ada })
  const body = JSON.parse(early.body.toString()) as Record<string, unknown>
  assert.deepEqual([early.status, body.error, body.deadline], [403, 'Early Access', new Date(endsAt).toISOString()])
  assert.equal(typeof body.message, 'string')

  hub.change(
    "update model_version set early_access_ends_at = null, availability = 'Private' where id = ?",
    night.versionId,
  )
  const noGrant = { error: 'You do not have access to download this file' }
  assertRefused(await hub.ask(target, { token: ada }), 403, noGrant)

  hub.change("update model set mode = 'Archived' where id = ?", night.modelId)
  const archived = { error: 'Model archived, not available for download' }
  assertRefused(await hub.ask(target, { token: ada }), 410, archived)
})
