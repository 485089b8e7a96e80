import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ServedTokens, withServedTokens } from '../hub/tokens.fixture.ts'
import { everything, holdsNone } from './audit.fixture.ts'

const path = '/api/v1/me/tokens'

async function post({ request }: ServedTokens, target: string, asked: object, method = 'POST') {
  const answer = await request(target, { method, ...asked })
  assert.ok(answer.ok, `${method} ${target}: ${answer.status}`)
  return (await answer.json().catch(() => ({}))) as { id: number; token: string; secrets: { id: number }[] }
}

test('what becomes of a token is recorded once, with who had it done and from where, and without its secret', () =>
  withServedTokens(async (hub) => {
    const ada = await hub.addAccount('Ada')
    const cookie = await hub.signIn('Ada')
    const from = '10.1.2.3'
    const key = { 'idempotency-key': 'once' }
    const turn = { 'idempotency-key': 'turn' }
    const json = { name: 'laptop', scope: ['ModelsRead', 'UserWrite'] }
    const made = await post(hub, path, { cookie, from, json, headers: key })
    await post(hub, path, { cookie, from, json, headers: key })
    const own = `${path}/${made.id}`
    await post(hub, own, { token: made.token, from, json: { name: 'phone', queryPolicy: 'never' } }, 'PATCH')
    await post(hub, own, { cookie, from, json: { queryPolicy: 'never' } }, 'PATCH')
    const rotated = await post(hub, `${own}/rotate`, { cookie, from, json: { overlapSeconds: 60 }, headers: turn })
    await post(hub, `${own}/rotate`, { cookie, from, json: { overlapSeconds: 60 }, headers: turn })
    const overlap = { cookie, from, json: { overlapSeconds: 0 } }
    await post(hub, `${own}/secrets/${rotated.secrets[0]?.id}`, overlap, 'PATCH')
    const old = await post(hub, `${own}/rotate`, { cookie, from, json: { overlapSeconds: 60 } })
    const revocation = { json: { tokens: [rotated.token, old.token] }, from: '203.0.113.9', agent: 'scanner/1' }
    assert.equal((await hub.request('/api/v1/tokens/revoke', { method: 'POST', ...revocation })).status, 202)
    await hub.request(own, { method: 'DELETE', cookie })
    const entries = (await everything(hub.database)).filter(({ kind }) => kind.startsWith('token-'))
    const token = { tokenId: made.id, name: 'phone' }
    assert.deepEqual(
      entries.map(({ kind, account, actor, network, details }) => [kind, account?.id, actor.via, network, details]),
      [
        [
          'token-made',
          ada,
          'session',
          from,
          { tokenId: made.id, name: 'laptop', kind: 'bearer', scope: 7, expiresAt: null },
        ],
        ['token-changed', ada, 'token', from, { ...token, changed: ['name', 'queryPolicy'] }],
        ['token-rotated', ada, 'session', from, { ...token, overlapMs: 60_000 }],
        ['token-changed', ada, 'session', from, { ...token, changed: ['overlap'] }],
        ['token-rotated', ada, 'session', from, { ...token, overlapMs: 60_000 }],
        ['token-changed', ada, 'nobody', '203.0.113.9', { ...token, changed: ['overlap'] }],
        ['token-revoked', ada, 'nobody', '203.0.113.9', { ...token, reason: 'reported as leaked' }],
      ],
    )
    await holdsNone(hub.database, [made.token, rotated.token, old.token])
  }))
