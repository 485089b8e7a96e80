import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { withHubServer } from './hub-server.fixture.ts'
import { rawRequest } from './raw-http.fixture.ts'

/** More than the 500 requests of one network that may wait for a reader thread, and those that are read meanwhile. */
const connections = 1000

interface Received {
  status: number
  retryAfter: string | undefined
  head: string
  body: string
}

test('requests that would wait too long get 503 with Retry-After, and other networks and accounts are answered', () =>
  withHubServer(
    async (hub) => {
      for (let count = 0; count < 300; count++)
        await hub.addModel({ name: `Fox ${count}`, description: 'x'.repeat(500) })
      const { hostname, port } = new URL(hub.origin)
      const open = async () => {
        const socket = connect({ host: hostname, port: Number(port) })
        await once(socket, 'connect')
        return socket
      }
      const sockets = await Promise.all(Array.from({ length: connections }, open))
      let searches = 0
      /** A list that takes a while to be read, and that no other request asks for. */
      const search = () => `/api/v1/models?limit=1&sort=Oldest&query=f%20o%20x&n=${++searches}`
      const send = async (socket: (typeof sockets)[number], ...headers: string[]): Promise<Received> => {
        socket.write(rawRequest(hub.origin, `GET ${search()}`, headers))
        const [head = '', body = ''] = (await text(socket)).split('\r\n\r\n')
        const status = Number(/^HTTP\/1\.1 (\d+)/.exec(head)?.[1])
        return { status, retryAfter: /^retry-after: (.*)$/im.exec(head)?.[1], head, body }
      }
      const [one, other, ofAccount] = [await open(), await open(), await open()]
      const token = await hub.addToken(await hub.addAccount('ada'))

      const flood = sockets.map((socket) => send(socket, 'X-Forwarded-For: 10.0.0.1'))
      assert.equal((await send(other, 'X-Forwarded-For: 10.0.0.2')).status, 200, 'another network')
      const own = ['X-Forwarded-For: 10.0.0.1', `Authorization: Bearer ${token}`]
      assert.equal((await send(ofAccount, ...own)).status, 200, 'an account in the same network')
      const received = await Promise.all(flood)
      const refused = received.filter(({ status }) => status === 503)
      const answered = received.filter(({ status }) => status === 200)
      assert.equal(refused.length + answered.length, connections)
      assert.ok(refused.length > 0 && answered.length > 0, `${answered.length} answered, ${refused.length} refused`)
      for (const { retryAfter, head, body } of refused) {
        assert.ok(/^[1-9]\d*$/.test(retryAfter ?? ''), head)
        assert.match(head, /^cache-control: .*no-store/im)
        assert.deepEqual(JSON.parse(body), { error: `The hub is busy. Try again in ${retryAfter} s.` })
      }
      assert.equal((await send(one, 'X-Forwarded-For: 10.0.0.1')).status, 200, 'when the others have their responses')
    },
    { trustProxy: true },
  ))
