import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { Agent } from 'node:http'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { type Ask, actorContext, password, startHub } from './conformance/hub.ts'
import { tidal } from './conformance/library.ts'
import { documented, type Front, startNginx } from './proxies.fixture.ts'

/* nginx asks for a password (HTTP Basic) in front of a hub: as documented, and in the shortest way. */

const flags = ['--trust-proxy', '127.0.0.1', '--anonymous-access', 'closed']
const hub = await startHub({ accounts: ['ada'], flags })
const key = await hub.createToken('ada')
const basic = `Basic ${Buffer.from('proxy:pw').toString('base64')}`
const me = '/api/v1/me'
const download = `/api/download/models/${tidal.versionId}`

const passwordFile = async (directory: string) => {
  const path = join(directory, 'passwords')
  await writeFile(path, 'proxy:{PLAIN}pw\n')
  return path
}
const starts: Record<'documented' | 'shortest', () => Promise<Front>> = {
  documented: () =>
    startNginx(async ({ port, directory }) =>
      documented(
        'nginx',
        {
          'listen 80': `listen 127.0.0.1:${port}`,
          'http://127.0.0.1:3333': hub.origin,
          '/etc/nginx/modelkeep.htpasswd': await passwordFile(directory),
        },
        2,
      ),
    ),
  shortest: () =>
    startNginx(
      async ({ port, directory }) => `
        server {
          listen 127.0.0.1:${port};
          auth_basic modelkeep;
          auth_basic_user_file ${await passwordFile(directory)};
          proxy_set_header Host $http_host;
          location / { proxy_pass ${hub.origin}; }
          location = /healthz { auth_basic off; proxy_pass ${hub.origin}; }
        }`,
    ),
}

let agent: Agent
const fronts = new Map<string, Front>()
before(async () => {
  agent = new Agent({ keepAlive: true })
  await Promise.all(Object.entries(starts).map(async ([name, start]) => fronts.set(name, await start())))
})
after(async () => {
  agent.destroy()
  for (const front of fronts.values()) await front.close()
  await hub.close()
})
const askAt = (name: keyof typeof starts): Ask => actorContext(fronts.get(name)?.origin ?? assert.fail(), agent)

/** Signs in behind the password, as a browser does; returns the cookie. */
async function signIn(ask: Ask, origin: string): Promise<string> {
  const response = await ask('/api/auth/sign-in/username', {
    method: 'POST',
    json: { username: 'ada', password },
    headers: { authorization: basic, origin },
  })
  assert.equal(response.status, 200, response.body.toString())
  return response.headers['set-cookie']?.[0]?.split(';')[0] ?? assert.fail('no session')
}

for (const name of ['documented', 'shortest'] as const) {
  test(`nginx as ${name}: people sign in behind the password, and nothing is seen without it`, async () => {
    const ask = askAt(name)
    for (const target of ['/', me, '/api/v1/models']) {
      const { status, headers } = await ask(target)
      assert.deepEqual([status, headers['www-authenticate']], [401, 'Basic realm="modelkeep"'], target)
    }
    const cookie = await signIn(ask, fronts.get(name)?.origin ?? '')
    const known = { headers: { authorization: basic, cookie } }
    for (let time = 0; time < 120; time++) assert.equal((await ask(me, known)).status, 200, `request ${time}`)
    assert.equal((await ask('/api/v1/models?favorites=true', known)).status, 200)
    assert.equal((await ask('/', known)).status, 200)
    const changed = await ask(`/api/v1/me/favorites/${tidal.modelId}`, {
      method: 'PUT',
      headers: { ...known.headers, origin: fronts.get(name)?.origin ?? '' },
    })
    assert.equal(changed.status, 200, changed.body.toString())
    const unknown = await ask(me, { headers: { authorization: basic } })
    assert.deepEqual([unknown.status, unknown.body.toString()], [401, '{"error":"Unauthorized"}'])
  })

  test(`nginx as ${name}: downloads with ?token= work together with the password`, async () => {
    const ask = askAt(name)
    const headers = { authorization: basic }
    assert.equal((await ask(`${me}?token=${key}`, { headers })).status, 200)
    const { status, headers: answered } = await ask(`${download}?token=${key}`, { headers })
    assert.equal(status, 307)
    const { pathname, search } = new URL(String(answered.location))
    const bytes = await ask(pathname + search, { headers })
    assert.equal(bytes.status, 200)
    assert.ok(bytes.body.length > 0)
  })
}

test('as documented, programs need no password: the hub checks their key', async () => {
  const ask = askAt('documented')
  assert.equal((await ask(me, { token: key })).status, 200)
  assert.equal((await ask(`${me}?token=${key}`)).status, 200)
  const { headers } = await ask(download, { token: key })
  const { pathname, search } = new URL(String(headers.location))
  assert.equal((await ask(pathname + search)).status, 200)
  for (const target of [me, '/api/v1/models', '/api/v1/enums', download]) {
    assert.equal((await ask(target, { token: 'wrong' })).status, 401, target)
    assert.equal((await ask(`${target}?token=wrong`)).status, 401, target)
  }
})

test('in the shortest way, nginx refuses what sends Bearer', async () => {
  const { status, headers } = await askAt('shortest')(me, { token: key })
  assert.deepEqual([status, headers['www-authenticate']], [401, 'Basic realm="modelkeep"'])
})
