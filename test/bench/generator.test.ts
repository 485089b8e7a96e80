import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, test } from 'node:test'
import { findGenerator } from '../../bench/load/generator.ts'

/** Answers each request so many milliseconds later, with this status. */
async function serverThat(milliseconds: number, status: number): Promise<string> {
  const server = createServer((_, response) => {
    setTimeout(() => response.writeHead(status, { 'Content-Length': 0 }).end(), milliseconds)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  after(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
}

test('an answer that takes more than two seconds is slow and not missing', async () => {
  const generator = await findGenerator()
  const { requestsPerSecond, p50Milliseconds } = await generator.load({ url: await serverThat(2100, 200), seconds: 3 })
  assert.ok(requestsPerSecond > 0 && p50Milliseconds >= 2000, `${requestsPerSecond} req/s, ${p50Milliseconds} ms`)
})

test('an answer that tells of a failure gives no figure', async () => {
  const generator = await findGenerator()
  await assert.rejects(generator.load({ url: await serverThat(0, 500), seconds: 1 }), /requests failed/)
})
