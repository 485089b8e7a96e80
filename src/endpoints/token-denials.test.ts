import assert from 'node:assert/strict'
import { test } from 'node:test'
import { scopeMask } from '../auth/scopes.ts'
import { type Asked, type ServedTokens, withServedTokens } from '../hub/tokens.fixture.ts'
import { Token, TokenDenialsDto } from './token-presentation.ts'

const hour = 3_600_000
const day = 24 * hour
const me = '/api/v1/me'

interface Ada extends ServedTokens {
  ada: number
  /** The token as the settings page gets it. */
  shown(id: number): Promise<ReturnType<typeof Token.parse>>
  refusals(id: number): Promise<ReturnType<typeof TokenDenialsDto.parse>['items']>
  dismiss(id: number): Promise<ReturnType<typeof Token.parse>>
}

/** A hub with an account, Ada, who is signed in. */
const withAda = (run: (hub: Ada) => Promise<void>) =>
  withServedTokens(async (hub) => {
    const ada = await hub.addAccount('Ada')
    const cookie = await hub.signIn('Ada')
    const ask = async (target: string, asked: Asked = {}) => {
      const answer = await hub.request(target, { cookie, ...asked })
      assert.equal(answer.status, 200, target)
      return answer.json()
    }
    await run({
      ...hub,
      ada,
      async shown(id) {
        const { items } = (await ask(`${me}/tokens`)) as { items: { id: number }[] }
        return Token.parse(items.find((token) => token.id === id))
      },
      refusals: async (id) => TokenDenialsDto.parse(await ask(`${me}/tokens/${id}/refusals`)).items,
      dismiss: async (id) => Token.parse(await ask(`${me}/tokens/${id}/warnings`, { method: 'DELETE' })),
    })
  })

test('each secret shows its clients, as of now, by network, program and form', () =>
  withAda(async ({ request, ada, addToken, tokens, shown, clock }) => {
    const { id, text } = await addToken(ada)
    const { text: renewed } = await tokens.rotate(id, { overlapMs: hour })
    for (let time = 0; time < 3; time++) await request(me, { token: text, from: '::ffff:10.0.0.1', agent: 'old/1' })
    await request(me, { token: text, from: '10.0.0.1', agent: 'old/1' })
    await request(`${me}?token=${text}`, { from: '10.0.0.1', agent: 'old/1' })
    clock.now += 1000
    await request(me, { token: renewed, from: '10.0.0.2', agent: 'new/1' })
    const [at, before] = [new Date(clock.now).toISOString(), new Date(clock.now - 1000).toISOString()]
    const token = await shown(id)
    const old = { network: '10.0.0.1', agent: 'old/1', lastSeenAt: before }
    assert.deepEqual(
      token.secrets.map(({ clients }) => clients),
      [
        [
          { ...old, form: 'query', requests: 1, scopes: ['UserRead'] },
          { ...old, form: 'header', requests: 4, scopes: ['UserRead'] },
        ],
        [{ network: '10.0.0.2', agent: 'new/1', form: 'header', lastSeenAt: at, requests: 1, scopes: ['UserRead'] }],
      ],
    )
    assert.deepEqual([token.lastUsedAt, token.lastUsedNetwork, token.lastUsedAgent], [at, '10.0.0.2', 'new/1'])
  }))

test('requests are shown for each of the last 30 days, over all secrets', () =>
  withAda(async ({ request, ada, addToken, tokens, shown, clock }) => {
    clock.now -= 29 * day
    const { id, text } = await addToken(ada)
    const first = new Date(clock.now).toISOString().slice(0, 10)
    await request(me, { token: text })
    const { text: renewed } = await tokens.rotate(id, { overlapMs: 30 * day })
    await request(me, { token: renewed })
    clock.now += 29 * day
    await request(me, { token: renewed })
    const { requests } = await shown(id)
    assert.equal(requests.length, 30)
    assert.deepEqual(requests[0], { day: first, count: 2 })
    assert.deepEqual(requests[29], { day: new Date(clock.now).toISOString().slice(0, 10), count: 1 })
    assert.ok(requests.slice(1, 29).every(({ count }) => count === 0))
    clock.now += day
    assert.equal(
      (await shown(id)).requests.reduce((sum, { count }) => sum + count, 0),
      1,
    )
  }))

test('a secret in an address is warned of once for each client, until its owner has seen it', () =>
  withAda(async ({ request, ada, addToken, shown, dismiss, clock }) => {
    const { id, text } = await addToken(ada)
    const inQuery = (agent: string) => request(`${me}?token=${text}`, { agent })
    await request(me, { token: text })
    assert.deepEqual((await shown(id)).warnings, [])
    await inQuery('curl/8')
    await inQuery('curl/8')
    const warning = {
      kind: 'query',
      at: new Date(clock.now).toISOString(),
      network: '127.0.0.1',
      agent: 'curl/8',
      place: '',
    }
    assert.deepEqual((await shown(id)).warnings, [warning])
    await inQuery('curl/8')
    assert.deepEqual((await dismiss(id)).warnings, [])
    await inQuery('curl/8')
    assert.deepEqual((await shown(id)).warnings, [])
    await inQuery('wget/1')
    assert.deepEqual((await shown(id)).warnings, [{ ...warning, agent: 'wget/1' }])
  }))

test('dismissing warnings drops none that the owner has not seen', () =>
  withAda(async ({ request, ada, addToken, shown, dismiss }) => {
    const { id, text } = await addToken(ada)
    await request(`${me}?token=${text}`, { agent: 'curl/8' })
    assert.equal((await shown(id)).warnings.length, 1)
    await request(`${me}?token=${text}`, { agent: 'wget/1' })
    assert.deepEqual(
      (await dismiss(id)).warnings.map(({ agent }) => agent),
      ['wget/1'],
    )
  }))

test("nobody dismisses the warnings of another account's token", () =>
  withAda(async ({ request, ada, addAccount, addToken, shown }) => {
    const { id, text } = await addToken(ada)
    await request(`${me}?token=${text}`)
    assert.equal((await shown(id)).warnings.length, 1)
    const { text: token } = await addToken(await addAccount('Bob'))
    assert.equal((await request(`${me}/tokens/${id}/warnings`, { method: 'DELETE', token })).status, 404)
    assert.equal((await shown(id)).warnings.length, 1)
  }))

test('a network that a token was never used from is warned of, but for the first', () =>
  withAda(async ({ request, ada, addToken, shown, dismiss, tokens, clock }) => {
    const { id, text } = await addToken(ada)
    const from = (address: string, token = text) => request(me, { token, from: address })
    await from('10.0.0.1')
    assert.deepEqual((await shown(id)).warnings, [])
    clock.now += 1000
    await from('10.0.0.2')
    await from('10.0.0.1')
    const warning = {
      kind: 'network',
      at: new Date(clock.now).toISOString(),
      network: '10.0.0.2',
      agent: 'test/1',
      place: '',
    }
    assert.deepEqual((await shown(id)).warnings, [warning])
    assert.deepEqual((await dismiss(id)).warnings, [])
    const { text: renewed } = await tokens.rotate(id, { overlapMs: 0 })
    await from('10.0.0.2', renewed)
    assert.deepEqual((await shown(id)).warnings, [])
    await from('10.0.0.3', renewed)
    assert.deepEqual(
      (await shown(id)).warnings.map(({ network }) => network),
      ['10.0.0.3'],
    )
  }))

test('a flood of programs hides no new network', () =>
  withAda(async ({ request, ada, addToken, shown }) => {
    const { id, text } = await addToken(ada)
    await request(me, { token: text, from: '10.0.0.1' })
    await request(me, { token: text, from: '10.6.6.6' })
    for (let time = 0; time < 60; time++) await request(me, { token: text, from: '10.0.0.1', agent: `flood/${time}` })
    const token = await shown(id)
    assert.deepEqual(
      token.warnings.map(({ network }) => network),
      ['10.6.6.6'],
    )
    assert.equal(token.secrets[0]?.clients.length, 50)
    assert.equal(token.secrets[0]?.clients[0]?.agent, 'flood/59')
  }))

const reasons: [string, (hub: Ada) => Promise<{ id: number; ask: () => Promise<Response>; status?: number }>][] = [
  [
    'expired',
    async ({ request, ada, addToken, clock }) => {
      const { id, text } = await addToken(ada, { expiresAt: clock.now + hour })
      clock.now += hour
      return { id, ask: () => request(me, { token: text }) }
    },
  ],
  [
    'revoked',
    async ({ request, ada, addToken, tokens }) => {
      const { id, text } = await addToken(ada)
      await tokens.revoke(id, 'test')
      return { id, ask: () => request(me, { token: text }) }
    },
  ],
  [
    'rotated',
    async ({ request, ada, addToken, tokens, clock }) => {
      const { id, text } = await addToken(ada)
      await tokens.rotate(id, { overlapMs: hour })
      clock.now += hour
      return { id, ask: () => request(me, { token: text }) }
    },
  ],
  [
    'network',
    async ({ request, ada, addToken }) => {
      const { id, text } = await addToken(ada, { networks: ['10.0.0.0/8'] })
      return { id, ask: () => request(me, { token: text }) }
    },
  ],
  [
    'scope',
    async ({ request, ada, addToken }) => {
      const { id, text } = await addToken(ada, { scope: scopeMask(['ModelsRead']) })
      return { id, ask: () => request(`${me}/tokens`, { token: text }), status: 403 }
    },
  ],
  [
    'query',
    async ({ request, ada, addToken }) => {
      const { id, text } = await addToken(ada, { queryPolicy: 'downloads' })
      assert.deepEqual(await (await request(`/download?token=${text}`)).json(), { knows: true })
      return { id, ask: () => request(`${me}?token=${text}`) }
    },
  ],
]
for (const [reason, arrange] of reasons) {
  test(`a request that is refused for "${reason}" is told to the owner at once`, () =>
    withAda(async (hub) => {
      const { id, ask, status = 401 } = await arrange(hub)
      assert.deepEqual([await hub.refusals(id), (await hub.shown(id)).refusalCount], [[], 0])
      assert.equal((await ask()).status, status)
      assert.deepEqual(await hub.refusals(id), [
        {
          at: new Date(hub.clock.now).toISOString(),
          reason,
          network: '127.0.0.1',
          agent: 'test/1',
          method: 'GET',
          path: reason === 'scope' ? `${me}/tokens` : me,
          form: reason === 'query' ? 'query' : 'header',
        },
      ])
      assert.equal((await hub.shown(id)).refusalCount, 1)
    }))
}

test('a ban is told once the account is back', () =>
  withServedTokens(async ({ request, addAccount, addToken, accounts, signIn }) => {
    const { id, text } = await addToken(await addAccount('Ada'))
    await accounts.changeStatus('Ada', 'ban')
    assert.equal((await request(me, { token: text })).status, 401)
    await accounts.changeStatus('Ada', 'unban')
    const answer = await request(`${me}/tokens/${id}/refusals`, { cookie: await signIn('Ada') })
    assert.deepEqual(
      TokenDenialsDto.parse(await answer.json()).items.map(({ reason }) => reason),
      ['banned'],
    )
  }))

test('a token without the scope that an endpoint for everybody wants an account by is told so', () =>
  withAda(async ({ request, ada, addToken, refusals }) => {
    const { id, text } = await addToken(ada, { scope: scopeMask(['MediaRead']) })
    assert.equal((await request('/members', { token: text })).status, 401)
    assert.deepEqual(
      (await refusals(id)).map(({ reason, path }) => [reason, path]),
      [['scope', '/members']],
    )
    const { id: other, text: reader } = await addToken(ada, { scope: scopeMask(['ModelsRead']) })
    assert.equal((await request('/members', { token: reader })).status, 200)
    assert.deepEqual(await refusals(other), [])
  }))

test('the newest 50 refusals are kept, newest first, whatever is sent, and all are counted', () =>
  withAda(async ({ request, ada, addToken, tokens, refusals, shown, database, clock }) => {
    const { id, text } = await addToken(ada)
    await tokens.revoke(id, 'test')
    for (let time = 0; time < 130; time++) {
      clock.now++
      await request(`/api/v1/me?n=${time}`, { token: text, agent: `flood/${time} ${'x'.repeat(2000)}` })
      if (time === 60) await tokens.flushUse()
    }
    const kept = await refusals(id)
    assert.deepEqual(
      kept.map(({ agent }) => Number(agent.split(/[/ ]/)[1])),
      Array.from({ length: 50 }, (_, index) => 129 - index),
    )
    assert.ok(kept.every(({ agent, path }) => agent.length === 256 && path === '/api/v1/me'))
    assert.equal((await shown(id)).refusalCount, 130)
    assert.equal((await database.kysely.selectFrom('token_refusal').select('id').execute()).length, 50)
  }))

test('no secret gets into what is kept of requests, accepted or refused', () =>
  withAda(async ({ request, ada, addToken, tokens, database, refusals, shown }) => {
    const { id, text } = await addToken(ada)
    const random = text.slice(3)
    const agent = `tool/1 key=${text} x${text} ${random}`
    const ask = () =>
      Promise.all([
        request(`/api/v1/me?token=${text}`, { agent }),
        request(`/members?token=${text}&TOKEN=${text}`, { agent }),
        request('/api/v1/me', { token: text, agent }),
        request(`/api/v1/me/tokens/${text}/refusals`, { token: text, agent }),
        request(`/api/v1/me/tokens/${encodeURIComponent('?')}token=${text.replace('_', '%5F')}/refusals`, {
          token: text,
          agent,
        }),
      ])
    await ask()
    await tokens.rotate(id, { overlapMs: 0 })
    await ask()
    assert.equal((await refusals(id)).length, 5)
    assert.match((await shown(id)).lastUsedAgent ?? '', /^tool\/1 key=/)
    for (const { name } of await database.kysely.introspection.getTables()) {
      const rows = await database.kysely
        .selectFrom(name as 'token')
        .selectAll()
        .execute()
      assert.ok(!JSON.stringify(rows).includes(random.slice(0, 20)), name)
    }
  }))
