import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, get, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { clientOf } from './response-client.ts'

test('many listeners for the end of a request share one of its response, which is removed with the last of them', async (t) => {
  const server = createServer()
  t.after(() => server.close())
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const request = get({ port: (server.address() as AddressInfo).port, host: '127.0.0.1' })
  request.on('error', () => undefined)
  const [, response] = (await once(server, 'request')) as [unknown, ServerResponse]
  const before = response.listenerCount('close')
  const client = clientOf(response)
  const heard: number[] = []
  const stops = Array.from({ length: 20 }, (_, index) => client.onGone(() => heard.push(index)))
  assert.equal(response.listenerCount('close'), before + 1)
  for (const stop of stops.slice(2)) stop()
  assert.equal(response.listenerCount('close'), before + 1)
  stops[1]?.()
  stops[0]?.()
  stops[0]?.()
  assert.equal(response.listenerCount('close'), before)
  client.onGone(() => heard.push(100))
  client.onGone(() => heard.push(101))
  assert.equal(client.isGone(), false)
  request.destroy()
  await once(response, 'close')
  assert.equal(client.isGone(), true)
  assert.deepEqual(heard, [100, 101])
})
