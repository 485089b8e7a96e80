import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { openResponseCache } from '../edge-cache/response-cache.ts'
import { getEnums } from '../endpoints/enums.ts'
import { openFastPathCache } from './fast-path-cache.ts'

test('what was asked in the same words is answered in front, while the hub goes on and the answer is fresh', async () => {
  const clock = { now: Date.now() }
  const cache = openResponseCache({
    maxBytes: 100_000,
    changes: { catalogRevision: () => 1, catalogChangesSince: () => [] },
    now: () => clock.now,
  })
  const made = async () => ({ status: 200, headers: {}, body: Buffer.from('[]'), freshSeconds: 300, staleSeconds: 0 })
  const { answer: cached } = await cache.getOrProduce({ key: '/', encoding: 'identity' }, made)
  let isClosing = false
  let asked = 0
  const front = openFastPathCache({
    cache,
    defaultHeaders: () => ({ 'x-always': '1' }),
    newId: () => `request ${++asked}`,
    isClosing: () => isClosing,
  })
  const server = createServer((request, response) => {
    if (front.respond(request, response)) return
    const cacheOutcome = request.url === '/new' ? 'miss' : 'hit'
    if (request.url !== '/other')
      front.store(request, getEnums, { status: 200, headers: { 'x-made': '1' }, cached, cacheOutcome })
    response.end('router')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const ask = async (path = '/', headers = {}) => {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, { headers })
    return { text: await answer.text(), headers: answer.headers }
  }
  try {
    assert.equal((await ask()).text, 'router')
    const { text, headers } = await ask()
    assert.deepEqual([text, headers.get('x-always'), headers.get('x-made')], ['[]', '1', '1'])
    assert.equal(headers.get('x-request-id'), 'request 1')
    for (const path of ['/other', '/new'])
      for (let time = 0; time < 2; time++) assert.equal((await ask(path)).text, 'router', path)
    for (const particular of ['authorization', 'range', 'x-forwarded-host', 'cache-control'])
      assert.equal((await ask('/', { [particular]: 'x' })).text, 'router', particular)
    assert.equal((await ask('/', { 'accept-encoding': 'other' })).text, 'router')
    isClosing = true
    assert.equal((await ask()).text, 'router', 'connections are to end')
    isClosing = false
    assert.equal((await ask()).text, '[]')
    clock.now += 300_000
    assert.equal((await ask()).text, 'router', 'no longer fresh')
  } finally {
    server.closeAllConnections()
    server.close()
  }
})
