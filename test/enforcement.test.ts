import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { ScopeName } from '../src/auth/scopes.ts'
import { endpoints } from '../src/endpoints/index.ts'
import {
  download,
  everyKind,
  link,
  openComparison,
  part,
  type Sent,
  type Use,
  type Verdict,
} from './asked-with-a-token.fixture.ts'
import { password, startHub, trustedOrigin } from './conformance/hub.ts'
import { levels, tidal } from './conformance/library.ts'

/*
 * What a person forbids a token, and an owner an account, against every kind of request that a token is sent with.
 */

const hub = await startHub({ accounts: ['ada', 'bob'], flags: ['--trust-proxy', 'true', '--limit-failures', 'off'] })
after(() => hub.close())
hub.change('update model set login_only = 1 where id = ?', tidal.modelId)
const cookies = { ada: await signIn('ada'), bob: await signIn('bob') }
for (const account of ['ada', 'bob'] as const) {
  await change('PUT', `/api/v1/me/hidden/${levels.modelId}`, undefined, account)
  await change('PUT', `/api/v1/me/favorites/${tidal.modelId}`, undefined, account)
}
const requests = await everyKind(hub)
const { anybodys, assertUnknown, assertUse } = openComparison(hub, requests)

async function signIn(username: string): Promise<string> {
  const headers = { origin: hub.origin }
  const json = { username, password }
  const answer = await hub.ask('/api/auth/sign-in/username', { method: 'POST', headers, json })
  return answer.headers['set-cookie']?.[0]?.split(';')[0] ?? ''
}

interface Token {
  id: number
  token: string
}

/** Changes something as an account does in its browser. */
async function change(method: string, target: string, json?: object, account: 'ada' | 'bob' = 'ada'): Promise<Token> {
  const { status, body } = await hub.ask(target, {
    method,
    headers: { cookie: cookies[account], origin: hub.origin },
    json,
  })
  assert.ok(status < 300, body.toString())
  return JSON.parse(body.toString() || '{}') as Token
}

const own = '/api/v1/me/tokens'
const set = (json: object) => (token: Token) => change('PATCH', `${own}/${token.id}`, json)
const status = (verb: string) => () => hub.command('user', verb, 'bob')

/** A restriction: what brings it about, and how a token then fares in each use. */
interface Restriction {
  account?: 'bob'
  /** Properties that the token is made with. */
  made?: object
  restrict?: (token: Token) => unknown
  fares: [Use, (request: Sent) => Verdict][]
  /** What was given out through the token before ends with it. */
  endsGiven?: true
  lift?: () => Promise<unknown>
}

const byHeader: Use = { as: 'header' }
const byQuery: Use = { as: 'query' }
const from = (address: string, as: Use['as'] = 'header'): Use => ({ as, headers: { 'x-forwarded-for': address } })
const page = (origin: string, as: Use['as'] = 'header'): Use => ({ as, headers: { origin } })

const accepted = (): Verdict => 'account'
const refused = (): Verdict => 'nobody'
const scoped =
  (...scopes: ScopeName[]) =>
  ({ scope }: Sent): Verdict =>
    scopes.includes(scope) ? 'account' : 'lacks scope'
/** Of all that is for accounts, a publishable token has the scope for links to downloads alone. */
const open = ({ kind, scope }: Sent): Verdict =>
  kind === 'account' && scope !== 'ModelsRead' ? 'lacks scope' : 'lies open'

const nowhere: Restriction['fares'] = [
  [byHeader, refused],
  [byQuery, refused],
]
const everywhere: Restriction['fares'] = [
  [byHeader, accepted],
  [byQuery, accepted],
]
const some: ScopeName[] = ['CollectionsRead', 'VaultRead', 'UserWrite']

const restrictions: Record<string, Restriction> = {
  'that nothing restricts': { fares: [...everywhere, [page(trustedOrigin), accepted]] },
  'in a page of another site': { fares: [[page('https://evil.example'), refused]] },
  'that has expired': {
    restrict: ({ id }) => hub.change('update token set expires_at = ? where id = ?', Date.now() - 1, id),
    fares: nowhere,
  },
  'that was revoked': { restrict: ({ id }) => change('DELETE', `${own}/${id}`), fares: nowhere, endsGiven: true },
  'that was reported as lost': {
    restrict: ({ token }) => change('POST', '/api/v1/tokens/revoke', { tokens: [token] }),
    fares: nowhere,
    endsGiven: true,
  },
  'that was rotated, after the overlap': {
    async restrict({ id }) {
      await change('POST', `${own}/${id}/rotate`, { overlapSeconds: 3600 })
      hub.change('update token_secret set ends_at = 1 where token_id = ? and ends_at is not null', id)
    },
    fares: nowhere,
  },
  'for some networks': {
    restrict: set({ networks: ['10.0.0.0/8', '2001:db8::/32'] }),
    fares: [
      ...nowhere,
      [from('11.0.0.1', 'query'), refused],
      [from('2001:db9::1'), refused],
      [from('::ffff:10.1.2.3'), accepted],
      [from('2001:db8::1', 'query'), accepted],
    ],
  },
  'that no address may hold': {
    restrict: set({ queryPolicy: 'never' }),
    fares: [
      [byQuery, refused],
      [byHeader, accepted],
    ],
  },
  'that addresses of downloads alone may hold': {
    restrict: set({ queryPolicy: 'downloads' }),
    fares: [
      [byQuery, ({ isDownload }) => (isDownload ? 'account' : 'nobody')],
      [byHeader, accepted],
    ],
  },
  'without scopes': { restrict: set({ scope: [] }), fares: [[byHeader, scoped('UserRead')]] },
  'with some scopes': {
    restrict: set({ scope: some }),
    fares: [
      [byHeader, scoped('UserRead', ...some)],
      [byQuery, scoped('UserRead', ...some)],
    ],
  },
  'that lies open in pages': {
    made: { kind: 'publishable', scope: undefined, origins: ['https://site.example'] },
    fares: [
      ...nowhere,
      [page('https://evil.example'), refused],
      [page('https://site.example'), open],
      [page('https://site.example', 'query'), open],
    ],
  },
  'that is bait': { made: { kind: 'canary', scope: undefined }, fares: nowhere },
  // It is only told that it is muted.
  'of a muted account': { account: 'bob', restrict: status('mute'), fares: everywhere, lift: status('unmute') },
  'of a banned account': {
    account: 'bob',
    restrict: status('ban'),
    fares: nowhere,
    endsGiven: true,
    lift: status('unban'),
  },
}

/** Of addresses that need no token: whole, in part, and the head alone. */
async function statusesOf(addresses: string[]): Promise<number[]> {
  const answers = addresses.flatMap((target) => [
    hub.ask(target),
    hub.ask(target, { headers: part }),
    hub.ask(target, { method: 'HEAD' }),
  ])
  return (await Promise.all(answers)).map((answer) => answer.status)
}
const work = [200, 206, 200, 200, 206, 200]

const refusals: [Use, string][] = []

test('without a token, accounts and downloads are refused, and the rest is shared', async () => {
  for (const request of requests) {
    const { status, body, headers } = await anybodys(request)
    const text = body.toString()
    if (request.kind === 'account') assert.deepEqual([status, text], [401, '{"error":"Unauthorized"}'], request.target)
    else if (request.kind !== 'download') assert.ok([200, 206, 404].includes(status), request.target)
    else assert.match(`${status} ${text}${headers.location}`, /^401 .*Unauthorized|^307 http.*\/login\?/)
    if (request.kind === 'personal') assert.match(headers['cache-control'] ?? '', /^public, s-maxage=300/)
  }
})

for (const [name, { account, made, restrict, fares, endsGiven, lift }] of Object.entries(restrictions)) {
  test(`a token ${name}`, async () => {
    const token = await change('POST', own, { name: 'x', scope: 'Full', ...made }, account)
    const given: string[] = []
    if (restrict) {
      await assertUse(byHeader, token.token, accepted)
      const redirect = await hub.ask(download, token)
      const linked = await hub.ask(link, { method: 'POST', token: token.token, json: {} })
      given.push(redirect.headers.location ?? '', (JSON.parse(linked.body.toString()) as { url: string }).url)
      assert.deepEqual(await statusesOf(given), work)
      await restrict(token)
      assert.deepEqual(await statusesOf(given), endsGiven ? work.map(() => 403) : work)
    }
    for (const [use, verdict] of fares) await assertUse(use, token.token, verdict)
    const refusal = fares.find(([, verdict]) => verdict === refused)
    if (refusal && !lift) refusals.push([refusal[0], token.token])
    if (!lift) return
    await lift()
    await assertUse(byHeader, token.token, accepted)
    assert.deepEqual(await statusesOf(given), work)
  })
}

test('a session of a banned account, which the command that bans it ends for good', async () => {
  const cookie = await signIn('bob')
  const fares = (verdict: () => Verdict) =>
    assertUse({ as: 'cookie', headers: { origin: hub.origin } }, cookie, verdict)
  await fares(accepted)
  const setStatus = (name: string) => hub.change('update account set status = ? where username = ?', name, 'bob')
  setStatus('banned')
  await fares(refused)
  setStatus('active')
  await fares(accepted)
  await status('ban')()
  await fares(refused)
  await status('unban')()
  await fares(refused)
})

test('no endpoint tells a refused token more than an unknown one', async () => {
  assert.ok(refusals.length > 8)
  for (const { method, path, category, example } of endpoints) {
    if (method !== 'GET' && category !== 'authenticated') continue
    const target = path.replaceAll(/:(\w+)/g, (_, name) => encodeURIComponent(example?.params?.[name] ?? ''))
    const query = new URLSearchParams(example?.query)
    const request: Sent = { target: `${target}?${query}`, method, kind: 'account', scope: 'UserRead' }
    const answers = await Promise.all(refusals.map(([use, secret]) => assertUnknown(request, use, secret)))
    if (category === 'authenticated') for (const { status } of answers) assert.equal(status, 401, `${method} ${path}`)
  }
})
