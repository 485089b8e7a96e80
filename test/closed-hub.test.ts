import assert from 'node:assert/strict'
import { test } from 'node:test'
import { scopeMask } from '../src/auth/scopes.ts'
import type { Endpoint } from '../src/endpoints/core/define.ts'
import { endpoints } from '../src/endpoints/index.ts'
import { type HubServerFixture, withHubServer } from './hub-server.fixture.ts'

/*
 * A hub that is closed to anonymous callers, and the record that tells beforehand whom closing it would refuse.
 */

const bearer = (token: string, more: Record<string, string> = {}) => ({
  headers: { authorization: `Bearer ${token}`, ...more },
})
const as = (agent: string) => ({ 'user-agent': agent })

const targetOf = ({ path, example }: Endpoint) =>
  path.replaceAll(/:([A-Za-z]+)/g, (_, name: string) => encodeURIComponent(example?.params?.[name] ?? '1'))

test('a closed hub answers nobody who is unknown, but for what lets people in', () =>
  withHubServer(
    async ({ request }) => {
      for (const endpoint of endpoints) {
        const { method, path, alwaysOpen } = endpoint
        const init = { method, ...(endpoint.body && { body: '{}', headers: { 'content-type': 'application/json' } }) }
        for (const [how, headers] of [
          ['without a token', {}],
          ['with a bad one', { authorization: 'Bearer mk_wrong' }],
        ] as const) {
          const answer = await request(targetOf(endpoint), { ...init, headers: { ...init.headers, ...headers } })
          const body = await answer.text()
          if (alwaysOpen) assert.notEqual(answer.status, 401, `${method} ${path} ${how}`)
          else {
            assert.equal(answer.status, 401, `${method} ${path} ${how}`)
            assert.equal(JSON.parse(body).error, 'Unauthorized')
            assert.equal(answer.headers.get('cache-control'), 'private, no-store')
          }
        }
      }
      const document = (await (await request('/api/openapi.json')).json()) as {
        info: { description: string }
        paths: Record<string, Record<string, { security: object[]; responses: object }>>
      }
      const { security, responses } = document.paths['/api/v1/tags']?.get ?? {}
      assert.deepEqual(security?.[0], { bearerAuth: ['ModelsRead'] })
      assert.ok(responses && '401' in responses && '403' in responses)
      assert.match(document.info.description, /closed to anonymous/)
      const open = endpoints.filter(({ alwaysOpen }) => alwaysOpen).map(({ path }) => path)
      assert.deepEqual(open.toSorted(), [
        '/api/openapi.json',
        '/api/v1/hub',
        '/api/v1/password-reset',
        '/api/v1/setup',
        '/api/v1/sign-up',
        '/api/v1/tokens/revoke',
        '/files/:grant/:name',
      ])
    },
    { access: { anonymousAccess: 'closed' } },
  ))

test('whoever is known gets from a closed hub what they would from an open one, as far as their token goes', () =>
  withHubServer(
    async ({ request, addAccount, addToken, addFile, tokens }) => {
      const ada = await addAccount('ada')
      const token = await addToken(ada)
      const { modelId, versionId } = await addFile('a.safetensors', Buffer.from('weights'))
      const listed = await request('/api/v1/models', bearer(token))
      assert.equal(listed.status, 200)
      assert.equal(listed.headers.get('cache-control'), 'private, no-store')
      assert.equal(((await listed.json()) as { items: unknown[] }).items.length, 1)
      assert.equal((await request(`/api/v1/models/${modelId}?token=${token}`)).status, 200)
      assert.equal((await request('/api/v1/models', { method: 'HEAD' })).status, 401)

      const lacking = await addToken(ada, { scope: scopeMask(['UserRead']) })
      const refused = await request('/api/v1/models', bearer(lacking))
      assert.deepEqual(
        [refused.status, ((await refused.json()) as { error: string }).error],
        [403, 'insufficient_scope'],
      )
      const page = 'https://page.example'
      const { text } = await tokens.create({
        accountId: ada,
        name: 'page',
        scope: scopeMask(['ModelsRead']),
        kind: 'publishable',
        origins: [page],
      })
      assert.equal((await request('/api/v1/models', bearer(text, { origin: page }))).status, 200)
      assert.equal((await request('/api/v1/models', bearer(text))).status, 401)
      assert.equal((await request('/api/v1/models?favorites=true', bearer(text, { origin: page }))).status, 403)

      // The signed address needs nothing but itself.
      const download = await request(`/api/download/models/${versionId}`, bearer(token))
      assert.equal(download.status, 307)
      assert.equal(await (await request(download.headers.get('location') ?? '')).text(), 'weights')
      assert.equal((await request(`/api/download/models/${versionId}`)).status, 401)
    },
    { access: { anonymousAccess: 'closed' } },
  ))

test('the hub takes tokens in addresses no further than it is set to, whatever a token allows', async () => {
  for (const [queryTokens, api, download] of [
    ['always', 200, 307],
    ['downloads', 401, 307],
    ['never', 401, 401],
  ] as const)
    await withHubServer(
      async ({ request, addAccount, addToken, addFile }) => {
        const token = await addToken(await addAccount('ada'), { queryPolicy: 'always' })
        const { versionId } = await addFile('a.safetensors', Buffer.from('weights'))
        assert.equal((await request(`/api/v1/me?token=${token}`)).status, api, queryTokens)
        assert.equal((await request(`/api/download/models/${versionId}?token=${token}`)).status, download, queryTokens)
        assert.equal((await request('/api/v1/me', bearer(token))).status, 200, queryTokens)
      },
      { access: { queryTokens }, loginOnly: true },
    )
})

test('owners are told which programs another policy would refuse; others are not', () =>
  withHubServer(async (hub) => {
    const { request, addAccount, addToken } = hub
    const owner = await addToken(await addAccount('ada', 'owner'))
    const bob = await addToken(await addAccount('bob'), { name: 'laptop', scope: scopeMask(['UserRead']) })
    const other = await addToken(await addAccount('carol'))
    assert.equal((await request('/api/v1/access/preview', bearer(other))).status, 403)

    await request('/api/v1/tags', { headers: as('gallery/1') })
    await request('/api/v1/tags', { headers: as('gallery/1') })
    await request('/api/v1/models', bearer('mk_wrong', as('stale/2')))
    await request('/api/v1/me', { headers: as('refused/3') })
    await request('/api/v1/hub', { headers: as('greeter/4') })
    await request('/api/v1/tags', bearer(bob, as('lister/5')))
    await request(`/api/v1/me?token=${bob}`, { headers: as('script/6') })

    const now = await preview(hub, owner, '')
    assert.deepEqual(now.policy, { anonymousAccess: 'open', queryTokens: 'always' })
    assert.equal(now.isComplete, true)
    assert.deepEqual(told(now), {
      'gallery/1': ['', 2, []],
      'stale/2': ['', 1, []],
      'lister/5': ['bob laptop header', 1, []],
      'script/6': ['bob laptop query', 1, []],
    })
    assert.deepEqual(now.programs.find(({ agent }) => agent === 'gallery/1')?.neighbours.toSorted(), [
      'ada',
      'bob',
      'carol',
    ])

    assert.deepEqual(told(await preview(hub, owner, '?anonymousAccess=closed&queryTokens=downloads')), {
      'gallery/1': ['', 2, ['anonymous']],
      'stale/2': ['', 1, ['anonymous']],
      'lister/5': ['bob laptop header', 1, ['scope']],
      'script/6': ['bob laptop query', 1, ['query']],
    })
    assert.equal((await request('/api/v1/access/preview?queryTokens=sometimes', bearer(owner))).status, 400)
    assert.equal((await request('/api/v1/access/preview')).status, 401)
  }))

interface Preview {
  policy: object
  isComplete: boolean
  programs: {
    agent: string
    requests: number
    token: { name: string; username: string; form: string } | null
    neighbours: string[]
    obstacles: string[]
  }[]
}

async function preview({ request }: HubServerFixture, token: string, query: string): Promise<Preview> {
  const answer = await request(`/api/v1/access/preview${query}`, bearer(token, as('owner')))
  assert.equal(answer.status, 200)
  return (await answer.json()) as Preview
}

/** By program: its token, its requests, what would refuse it. */
const told = ({ programs }: Preview) =>
  Object.fromEntries(
    programs
      .filter(({ agent }) => agent !== 'owner' && agent !== 'node')
      .map(({ agent, token, requests, obstacles }) => [
        agent,
        [token ? `${token.username} ${token.name} ${token.form}` : '', requests, obstacles],
      ]),
  )
