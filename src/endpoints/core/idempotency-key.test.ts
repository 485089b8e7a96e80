import assert from 'node:assert/strict'
import { test } from 'node:test'
import { scopeMask } from '../../auth/scopes.ts'
import { type Asked, type ServedTokens, withServedTokens } from '../../hub/tokens.fixture.ts'

/* Retries under an `Idempotency-Key`: who gets the stored result, and for how long a secret can be had again. */

const path = '/api/v1/me/tokens'
const hour = 3_600_000

interface Sent {
  status: number
  body: { id?: number; token?: string; error?: string; secrets?: { id: number }[] }
}

const withAda = (run: (hub: ServedTokens & { ada: number; cookie: string; send: Send }) => Promise<void>) =>
  withServedTokens(async (hub) => {
    const ada = await hub.addAccount('Ada')
    const send: Send = async (target, key, json, asked) => {
      const answer = await hub.request(target, {
        method: 'POST',
        json,
        ...asked,
        headers: { ...(key !== undefined && { 'idempotency-key': key }), ...asked.headers },
      })
      return { status: answer.status, body: (await answer.json()) as Sent['body'] }
    }
    await run({ ...hub, ada, cookie: await hub.signIn('Ada'), send })
  })

type Send = (target: string, key: string | undefined, json: unknown, asked: Asked) => Promise<Sent>

const isValid = async (hub: ServedTokens, token: string | undefined) =>
  (await hub.tokens.inspect(token ?? '')) !== undefined

const laptop = { name: 'laptop', scope: 'ReadOnly' }

/** Asserts that a key is refused, and that the answer holds no secret. */
function assertConflict({ status, body }: Sent, reason: RegExp) {
  assert.equal(status, 422, JSON.stringify(body))
  assert.match(body.error ?? '', reason)
  assert.doesNotMatch(JSON.stringify(body), /mk[pc]?_/)
}

test('only the token or session that made a request gets its result again, and only for the same request', () =>
  withAda(async (hub) => {
    const { ada, cookie, send } = hub
    const wide = await hub.addToken(ada)
    const narrow = await hub.addToken(ada, { scope: scopeMask(['UserRead', 'UserWrite']) })
    const full = { name: 'full', scope: 'Full' }
    const made = await send(path, 'key', full, { token: wide.text })
    assert.equal(made.status, 201)
    assert.deepEqual((await send(path, '"key"', full, { token: wide.text })).body, made.body)

    const other = /another token or session/
    const anything = { name: 'small', scope: ['UserRead'] }
    for (const asked of [{ token: narrow.text }, { cookie }])
      for (const json of [anything, full]) assertConflict(await send(path, 'key', json, asked), other)
    for (const json of [
      { ...full, name: 'other' },
      { ...full, note: 1 },
    ])
      assertConflict(await send(path, 'key', json, { token: wide.text }), /another request/)
    const rotate = `${path}/${made.body.id}/rotate`
    assertConflict(await send(rotate, 'key', { overlapSeconds: 0 }, { token: wide.text }), /another request/)
    // The order of the members is no other body.
    assert.deepEqual((await send(path, 'key', { scope: 'Full', name: 'full' }, { token: wide.text })).body, made.body)

    assert.equal((await send(rotate, 'turn', { overlapSeconds: 60 }, { token: wide.text })).status, 201)
    const own = `${path}/${narrow.id}/rotate`
    assertConflict(await send(own, 'turn', { overlapSeconds: 60 }, { token: narrow.text }), other)
    assertConflict(await send(rotate, 'turn', { overlapSeconds: 61 }, { token: wide.text }), /another request/)
    assertConflict(await send(own, 'turn', { overlapSeconds: 60 }, { token: wide.text }), /another request/)

    const session = await send(path, 'page', laptop, { cookie })
    assert.deepEqual((await send(path, 'page', laptop, { cookie })).body, session.body)
    const elsewhere = await hub.signIn('Ada')
    assertConflict(await send(path, 'page', laptop, { cookie: elsewhere }), other)
  }))

test('keys of different accounts are independent', () =>
  withAda(async (hub) => {
    await hub.addAccount('Grace')
    const grace = await hub.signIn('Grace')
    const one = await hub.send(path, 'key', laptop, { cookie: hub.cookie })
    const other = await hub.send(path, 'key', { name: 'phone', scope: 'Full' }, { cookie: grace })
    assert.deepEqual([one.status, other.status], [201, 201])
    assert.notEqual(one.body.id, other.body.id)
  }))

test('a retry gets nothing that its token could not create now, whatever it could before', () =>
  withAda(async (hub) => {
    const { ada, send } = hub
    const maker = await hub.addToken(ada)
    const full = { name: 'full', scope: 'Full' }
    const made = await send(path, 'key', full, { token: maker.text })
    const asked = { token: maker.text }
    await hub.tokens.change(maker.id, { scope: scopeMask(['UserRead', 'UserWrite', 'ModelsRead']) })
    const { status, body } = await send(path, 'key', full, asked)
    assert.deepEqual([status, body.token], [403, undefined])

    // Within its scopes, but without the network that the maker is bound to since.
    const plain = { name: 'plain', scope: ['ModelsRead'] }
    assert.equal((await send(path, 'plain', plain, asked)).status, 201)
    await hub.tokens.change(maker.id, { networks: ['127.0.0.0/8'] })
    assert.equal((await send(path, 'plain', plain, asked)).status, 403)

    // Widened by its owner since.
    await hub.tokens.change(maker.id, { networks: [] })
    const grown = await send(path, 'grown', plain, asked)
    await hub.tokens.change(grown.body.id ?? 0, { scope: scopeMask(['ModelsRead', 'ModelsWrite']) })
    assert.equal((await send(path, 'grown', plain, asked)).status, 403)
    await hub.tokens.change(grown.body.id ?? 0, { scope: scopeMask(['ModelsRead']) })
    assert.equal((await send(path, 'grown', plain, asked)).body.token, grown.body.token)

    await hub.tokens.revoke(maker.id, 'test')
    assert.equal((await send(path, 'grown', plain, asked)).status, 401)
    assert.equal((await send(path, 'grown', plain, { token: made.body.token ?? '' })).status, 422)
  }))

test('a token that renews itself gets its new secret again with either secret', () =>
  withAda(async (hub) => {
    const { id, text } = await hub.addToken(hub.ada)
    const rotate = (token: string) => hub.send(`${path}/${id}/rotate`, 'turn', { overlapSeconds: 60 }, { token })
    const first = await rotate(text)
    assert.equal(first.status, 201)
    assert.equal((await rotate(text)).body.token, first.body.token)
    const again = await rotate(first.body.token ?? '')
    assert.deepEqual([again.status, again.body.token], [201, first.body.token])
    assert.equal(again.body.secrets?.length, 2)
    hub.clock.now += 61_000
    assert.equal((await rotate(text)).status, 401)
  }))

test('a session that has ended creates nothing and gets nothing again', () =>
  withAda(async (hub) => {
    const { cookie, send } = hub
    assert.equal((await send(path, 'key', laptop, { cookie })).status, 201)
    const ended = await hub.database.write((transaction) => transaction.deleteFrom('session').returning('id').execute())
    assert.equal(ended.length, 1)
    assert.equal((await send(path, 'key', laptop, { cookie })).status, 401)
  }))

test('a secret that has ended is never told or valid again, by any key, however much is created in between', () =>
  withAda(async (hub) => {
    const { ada, cookie, send } = hub
    const { id } = await hub.addToken(ada)
    const target = `${path}/${id}/rotate`
    const rotate = (key?: string) => send(target, key, { overlapSeconds: 0 }, { cookie })
    const first = await rotate('turn')
    assert.ok(await isValid(hub, first.body.token))
    const texts = new Set([first.body.token])
    // More than a token remembers.
    for (let turn = 0; turn < 25; turn++) texts.add((await rotate()).body.token)
    assert.equal(texts.size, 26)
    assertConflict(await rotate('turn'), /has ended/)
    assert.equal(await isValid(hub, first.body.token), false)
    hub.clock.now += 25 * hour
    const later = await rotate('turn')
    assert.equal(later.status, 201)
    assert.ok(!texts.has(later.body.token))
    for (const text of texts) assert.equal(await isValid(hub, text), false)

    const created = await send(path, 'new', laptop, { cookie })
    await hub.tokens.revoke(created.body.id ?? 0, 'test')
    assertConflict(await send(path, 'new', laptop, { cookie }), /has ended/)
    hub.clock.now += 25 * hour
    const recreated = await send(path, 'new', laptop, { cookie })
    assert.notEqual(recreated.body.token, created.body.token)
    assert.equal(await isValid(hub, created.body.token), false)
  }))

test('retries of tokens of the other kinds get their own secrets', () =>
  withAda(async (hub) => {
    for (const json of [
      { kind: 'canary', name: 'bait' },
      { kind: 'publishable', name: 'page', origins: ['https://app.example'] },
    ]) {
      const first = await hub.send(path, json.kind, json, { cookie: hub.cookie })
      assert.equal(first.status, 201)
      assert.equal((await hub.send(path, json.kind, json, { cookie: hub.cookie })).body.token, first.body.token)
    }
  }))

test('requests with one key at the same time create one token', () =>
  withAda(async (hub) => {
    const sent = await Promise.all(
      Array.from({ length: 20 }, () => hub.send(path, 'key', laptop, { cookie: hub.cookie })),
    )
    assert.deepEqual(new Set(sent.map(({ status }) => status)), new Set([201]))
    assert.equal(new Set(sent.map(({ body }) => body.token)).size, 1)
    assert.equal((await hub.tokens.list(hub.ada)).length, 1)
  }))

test('neither a key nor a body nor the text of a secret is stored', () =>
  withAda(async (hub) => {
    const key = 'mk_looks_like_a_token'
    const made = await hub.send(path, key, laptop, { cookie: hub.cookie })
    const rows = await hub.database.kysely.selectFrom('idempotent_request').selectAll().execute()
    assert.equal(rows.length, 1)
    for (const text of [key, 'laptop', made.body.token ?? '']) assert.ok(!JSON.stringify(rows).includes(text))
  }))

test('a request that was refused leaves its key free', () =>
  withAda(async (hub) => {
    const wrong = await hub.send(path, 'key', { name: '', scope: 'Full' }, { cookie: hub.cookie })
    assert.equal(wrong.status, 400)
    assert.equal((await hub.send(path, 'key', laptop, { cookie: hub.cookie })).status, 201)
  }))

test('a key has 1 to 255 visible ASCII characters', () =>
  withAda(async (hub) => {
    for (const key of ['', '""', 'a b', 'é', 'x'.repeat(256), `"${'x'.repeat(256)}"`])
      assert.equal((await hub.send(path, key, laptop, { cookie: hub.cookie })).status, 400, key)
    for (const key of ['x', 'x'.repeat(255), `"${'y'.repeat(255)}"`])
      assert.equal((await hub.send(path, key, laptop, { cookie: hub.cookie })).status, 201, key)
  }))
