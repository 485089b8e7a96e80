import assert from 'node:assert/strict'
import { type IncomingMessage, request } from 'node:http'
import { test } from 'node:test'
import { type Answer, startHub } from './conformance/hub.ts'
import { idsOfKind } from './conformance/library.ts'
import { eventually } from './eventually.ts'
import { rawRequest, sendRaw } from './raw-http.fixture.ts'

/* Every answer tells the id of its request, and what is logged of it has the same. */

const own = /^[\da-f]{16}-\d+$/
const idOf = ({ headers }: Pick<Answer, 'headers'>) => String(headers['x-request-id'])

/** Lines of a log, as far as they are whole. */
const linesOf = (printed: string): { requestId?: string; target?: string; msg?: string; status?: number }[] =>
  printed.split('\n').flatMap((line) => (/^\{.*\}$/.test(line) ? [JSON.parse(line)] : []))

test('every answer has an id of its own, and the log names it', async () => {
  const hub = await startHub({ accounts: ['ada'], flags: ['--log-level', 'debug', '--trust-proxy', '127.0.0.1'] })
  try {
    const token = await hub.createToken('ada')
    hub.change("update account set role = 'owner' where username = 'ada'")
    const seen = new Map<string, { id: string; status: number }>()
    const note = (what: string, { status = 0, headers }: Partial<Answer>) => {
      const id = idOf({ headers: headers ?? {} })
      assert.match(id, own, what)
      seen.set(what, { id, status })
    }
    const target = '/api/v1/models?limit=3'
    const { headers } = await hub.ask(target)
    for (const what of [target, '/healthz', '/docs', '/robots.txt', '/nothing', '/api/v1/me', '/%zz'])
      note(what, await hub.ask(what))
    for (const what of ['/api/auth/get-session', '/api/v1/models?limit=x', '/api/auth/nothing'])
      note(what, await hub.ask(what))
    note('of a token', await hub.ask('/api/v1/me', { token }))
    note('unchanged', await hub.ask(target, { headers: { 'if-none-match': String(headers.etag) } }))
    note('no such method', await hub.ask(target, { method: 'DELETE' }))
    note('preflight', await hub.ask(target, { method: 'OPTIONS' }))
    const redirect = await hub.ask(`/api/download/models/${idsOfKind(1).versionId}`)
    note('redirect', redirect)
    note('file', await hub.ask(String(redirect.headers.location)))
    note('part of a file', await hub.ask(String(redirect.headers.location), { headers: { range: 'bytes=0-1' } }))

    const events = await new Promise<IncomingMessage>((resolve) => {
      request(`${hub.origin}/api/v1/library/events`, { headers: { authorization: `Bearer ${token}` } }, resolve).end()
    })
    note('events', { status: events.statusCode ?? 0, headers: events.headers })
    events.destroy()
    for (const [what, bytes] of [
      ['no HTTP', 'no HTTP\r\n\r\n'],
      ['large headers', rawRequest(hub.origin, 'GET /', [`X: ${'x'.repeat(40_000)}`])],
      ['large body', rawRequest(hub.origin, 'POST /api/v1/setup', ['Content-Length: 9000000'])],
    ] as const) {
      const [answer] = await sendRaw(hub.origin, bytes)
      note(what, { status: answer?.status ?? 0, headers: Object.fromEntries(answer?.headers ?? []) })
    }
    assert.deepEqual(
      ['unchanged', 'redirect', 'part of a file', 'events', 'no HTTP', 'large headers', 'large body'].map(
        (what) => seen.get(what)?.status,
      ),
      [304, 307, 206, 200, 400, 431, 413],
    )
    assert.equal(new Set([...seen.values()].map(({ id }) => id)).size, seen.size)

    hub.change('alter table tag rename to gone')
    const failed = await hub.ask('/api/v1/tags?query=failure')
    assert.equal(failed.status, 500)
    assert.equal(JSON.parse(failed.body.toString()).requestId, idOf(failed))

    const named = await hub.ask('/api/v1/enums?named', { headers: { 'x-request-id': 'named-by-the-proxy' } })
    assert.equal(idOf(named), 'named-by-the-proxy')
    const logged = (id: string) => linesOf(hub.printed()).filter(({ requestId }) => requestId === id)
    await eventually(() => logged('named-by-the-proxy').length > 0, 'it is logged')
    assert.deepEqual(
      logged(idOf(failed)).map(({ msg }) => msg),
      ['unexpected failure', undefined],
    )
    for (const what of [target, '/healthz', '/docs', '/nothing', '/api/v1/me'])
      assert.deepEqual(
        logged(seen.get(what)?.id ?? '').map((line) => [line.target, line.status]),
        [[what, seen.get(what)?.status]],
      )
  } finally {
    await hub.close()
  }
})

test('answers that come before the router have ids too, and nobody names them who is no proxy', async () => {
  const hub = await startHub()
  try {
    const target = '/api/v1/models?limit=3'
    const answers: Answer[] = []
    for (let time = 0; time < 6; time++)
      answers.push(await hub.ask(target, { headers: { 'x-request-id': 'named-by-a-client' } }))
    const [{ headers } = assert.fail()] = answers
    for (const method of ['GET', 'HEAD'])
      answers.push(await hub.ask(target, { method, headers: { 'if-none-match': String(headers.etag) } }))
    for (const answer of answers) assert.match(idOf(answer), own)
    assert.equal(new Set(answers.map(idOf)).size, answers.length)
    assert.deepEqual(answers.map(({ status }) => status).slice(-3), [200, 304, 304])
  } finally {
    await hub.close()
  }
})
