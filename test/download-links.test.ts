import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type HubServerFixture, withHubServer } from './hub-server.fixture.ts'

interface Link {
  url: string
  expiresAt: string
  name: string
}

const post = (hub: HubServerFixture, token: string, versionId: number, json: object = {}) =>
  hub.request(`/api/v1/model-versions/${versionId}/download-link`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(json),
  })

test('a link gives one file without a token, for as long as the token and the account behind it may have it', () =>
  withHubServer(
    async (hub) => {
      const ada = await hub.addAccount('Ada')
      const token = await hub.addToken(ada)
      const { versionId } = await hub.addFile('fox.safetensors', Buffer.from('the bytes of a fox'))
      const answer = await post(hub, token, versionId, { expiresInSeconds: 3600 })
      assert.equal(answer.status, 201)
      assert.equal(answer.headers.get('cache-control'), 'private, no-store')
      const link = (await answer.json()) as Link
      assert.equal(link.name, 'fox.safetensors')
      assert.ok(Math.abs(Date.parse(link.expiresAt) - Date.now() - 3_600_000) < 60_000)
      assert.ok(!link.url.includes(token.slice(3, 20)))
      const got = await fetch(link.url)
      assert.equal(await got.text(), 'the bytes of a fox')
      assert.match(got.headers.get('cache-control') ?? '', /no-store/)
      const part = await fetch(link.url, { headers: { range: 'bytes=4-8' } })
      assert.deepEqual([part.status, await part.text()], [206, 'bytes'])
      assert.equal((await fetch(link.url, { method: 'HEAD' })).status, 200)

      const other = (await (await post(hub, await hub.addToken(ada), versionId)).json()) as Link
      const redirected = await hub.request(`/api/download/models/${versionId}?token=${token}`)
      const address = redirected.headers.get('location') ?? ''
      assert.equal((await fetch(address)).status, 200)
      const [mine] = await hub.tokens.list(ada)
      await hub.tokens.revoke(mine?.id ?? 0, 'test')
      assert.equal((await fetch(link.url)).status, 403, 'with its token')
      assert.equal((await fetch(address)).status, 403, 'what a redirect gave as well')
      assert.equal((await fetch(other.url)).status, 200, 'and no other one')
      await hub.accounts.changeStatus('Ada', 'ban')
      assert.equal((await fetch(other.url)).status, 403, 'with the account')
    },
    { loginOnly: true },
  ))

test('a link is given for what a download would give, and refused as that is', () =>
  withHubServer(async (hub) => {
    const token = await hub.addToken(await hub.addAccount('Ada'))
    const { versionId } = await hub.addFile('fox.safetensors', Buffer.from('x'))
    const statusOf = async (versionId: number, json?: object) => (await post(hub, token, versionId, json)).status
    assert.equal(await statusOf(versionId, { format: 'SafeTensor', type: 'Model' }), 201)
    assert.equal(await statusOf(versionId, { format: 'PickleTensor' }), 404)
    assert.equal(await statusOf(versionId + 1), 404)
    for (const expiresInSeconds of [9, 86_401, 1.5, '60', -1])
      assert.equal(await statusOf(versionId, { expiresInSeconds }), 400, `${expiresInSeconds}`)
    assert.equal((await post(hub, 'mk_unknown', versionId)).status, 401)
    const narrow = await hub.addToken(await hub.addAccount('Bob'), { scope: 1 })
    assert.equal((await post(hub, narrow, versionId)).status, 403)
  }))
