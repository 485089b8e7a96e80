import assert from 'node:assert/strict'
import { rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { after, test } from 'node:test'
import { type Answer, type Asked, password, startHub, trustedOrigin } from './conformance/hub.ts'
import { idsOfKind, tidal, tidalHashes } from './conformance/library.ts'
import { hashesOf, safetensors } from './conformance/model-file.ts'
import { eventually } from './eventually.ts'

const hub = await startHub({ accounts: ['ada'] })
after(() => hub.close())
const ada = await hub.createToken('ada')

const model = `/api/v1/models/${tidal.modelId}`
const [loraId, vaeId] = [idsOfKind(1).modelId, idsOfKind(7).modelId]
const outcome = ({ headers }: Answer) => String(headers['cache-status'])
const isHit = (answer: Answer) => /^modelkeep; hit; ttl=\d+$/.test(outcome(answer))
/** Asks twice, so that the second answer is one that was kept, and a third time, so that it has come by the front. */
async function kept(target: string, asked: Asked = {}): Promise<Answer> {
  for (const _ of [1, 2]) await hub.ask(target, asked)
  const answer = await hub.ask(target, asked)
  assert.ok(isHit(answer), `${target}: ${outcome(answer)}`)
  return answer
}

test('an answer tells whether it was kept, and how old it is', async () => {
  const first = await hub.ask('/api/v1/models?limit=1')
  assert.deepEqual([outcome(first), first.headers.age], ['modelkeep; fwd=uri-miss; stored', undefined])
  const second = await kept('/api/v1/models?limit=1')
  assert.match(String(second.headers.age), /^\d+$/)
  assert.ok(second.body.equals(first.body))
  const same = ({ headers }: Answer) => ({ ...headers, date: '', age: '', 'cache-status': '', 'x-request-id': '' })
  assert.deepEqual({ ...same(second) }, { ...same(first) }, 'the same headers by every way')
  assert.deepEqual(
    [second.headers['content-length'], second.headers['referrer-policy']],
    [String(second.body.length), 'no-referrer'],
  )
})

test('RFC 9110 §13.1.2: who has the answer already is told so', async () => {
  const { headers } = await kept(model)
  const etag = String(headers.etag)
  assert.match(etag, /^"[\w-]+"$/)
  for (const tags of [etag, `W/${etag}`, `"x", ${etag}`, '*']) {
    const answer = await hub.ask(model, { headers: { 'if-none-match': tags } })
    assert.deepEqual([answer.status, answer.body.length, answer.headers.etag], [304, 0, etag], tags)
    assert.equal(answer.headers['cache-control'], headers['cache-control'])
    for (const name of ['content-type', 'referrer-policy']) assert.equal(answer.headers[name], undefined, name)
    assert.ok(isHit(answer))
  }
  for (const tags of ['"x"', etag.slice(1, -1)])
    assert.equal((await hub.ask(model, { headers: { 'if-none-match': tags } })).status, 200, tags)
  const absent = await hub.ask('/api/v1/models/0', { headers: { 'if-none-match': '*' } })
  assert.equal(absent.status, 404)
})

test('what cannot be answered differently is kept once, whatever the wording', async () => {
  await kept('/api/v1/models?limit=2&sort=Newest&tag=ink')
  for (const target of [
    '/api/v1/models?sort=Newest&tag=ink&limit=2',
    '/api/v1/models?limit=%32&sort=Newest&tag=ink&tag=&&',
    '/api/v1/models/?limit=2&sort=Newest&tag=ink',
  ])
    assert.ok(isHit(await hub.ask(target)), target)
  assert.ok(!isHit(await hub.ask('/api/v1/models?limit=2&sort=Newest&tag=ink&tag=style')), 'each value counts')
  assert.ok(!isHit(await hub.ask('/api/v1/models?limit=2&sort=Newest&tag=ink&x=1')), 'the next page repeats it')
  await kept(model)
  assert.ok(isHit(await hub.ask(`${model}?x=1`)), 'nothing repeats it')
})

test('absolute addresses are those of the host that was asked for', async () => {
  await kept('/api/v1/creators')
  const elsewhere = await hub.ask('/api/v1/creators', { headers: { host: 'hub.example' } })
  assert.ok(!isHit(elsewhere))
  assert.match(elsewhere.body.toString(), /http:\/\/hub\.example\//)
  assert.doesNotMatch((await kept('/api/v1/creators')).body.toString(), /hub\.example/)
})

test('RFC 9112 §3.2.2: a target that names its host is answered for that, whoever asked in other words before', async () => {
  const { host, hostname, port } = new URL(hub.origin)
  const creators = async (target: string) => {
    const socket = connect(Number(port), hostname)
    socket.write(`GET ${target} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`)
    return text(socket)
  }
  for (const _ of [1, 2, 3]) {
    assert.match(await creators('http://named.example/api/v1/creators'), /"link":"http:\/\/named\.example\//)
    assert.doesNotMatch(await creators('/api/v1/creators'), /named\.example/)
  }
})

test('nobody who is known is given a kept answer, or has one kept', async () => {
  const signedIn = await hub.ask('/api/auth/sign-in/username', { method: 'POST', json: { username: 'ada', password } })
  const cookie = signedIn.headers['set-cookie']?.[0]?.split(';')[0] ?? ''
  for (const [index, asked] of [{ token: ada }, { headers: { cookie } }].entries()) {
    const target = `/api/v1/models?limit=3&by=${index}`
    for (const _ of [1, 2]) assert.equal(outcome(await hub.ask(target, asked)), 'modelkeep; fwd=bypass')
    assert.equal(outcome(await hub.ask(target)), 'modelkeep; fwd=uri-miss; stored')
    await kept(target)
    const answer = await hub.ask(target, asked)
    assert.deepEqual([outcome(answer), answer.headers['cache-control']], ['modelkeep; fwd=bypass', 'private, no-store'])
    assert.deepEqual([answer.headers.age, answer.headers.etag], [undefined, undefined])
  }
  for (const text of [ada, 'mk_unknown', '']) {
    const target = `/api/v1/models?limit=3&token=${text}`
    for (const _ of [1, 2, 3]) assert.equal(outcome(await hub.ask(target)), 'modelkeep; fwd=bypass', target)
  }
  const ended = await hub.ask('/api/v1/models?limit=3', { headers: { cookie: cookie.replace(/=.*/, '=over') } })
  assert.equal(outcome(ended), 'modelkeep; fwd=bypass', 'a session that is none')
})

test('pages elsewhere read kept answers, trusted ones as themselves', async () => {
  await kept('/api/v1/tags')
  for (const [origin, allowed] of [
    ['https://page.example', '*'],
    [trustedOrigin, trustedOrigin],
  ] as const) {
    const answer = await hub.ask('/api/v1/tags', { headers: { origin } })
    assert.deepEqual([isHit(answer), answer.headers['access-control-allow-origin']], [true, allowed])
  }
  assert.equal((await kept('/api/v1/tags')).headers['access-control-allow-origin'], '*')
})

test('RFC 9111 §5.2.1: a client may ask for an answer that was not kept, or that none is', async () => {
  await kept(model)
  const refusing = ['no-cache', 'max-age=0', 'max-age="0"', 'min-fresh=600', 'max-age=60, no-cache'].map(
    (directives) => ({
      'cache-control': directives,
    }),
  )
  for (const headers of [...refusing, { pragma: 'no-cache' }])
    assert.equal(outcome(await hub.ask(model, { headers })), 'modelkeep; fwd=request; stored')
  for (const directives of ['max-age=300', 'min-fresh=10', 'max-stale', 'x-no-cache'])
    assert.ok(isHit(await hub.ask(model, { headers: { 'cache-control': directives } })), directives)
  const unkept = '/api/v1/models?limit=4'
  const headers = { 'cache-control': 'no-store' }
  for (const _ of [1, 2]) assert.equal(outcome(await hub.ask(unkept, { headers })), 'modelkeep; fwd=bypass')
  assert.equal(outcome(await hub.ask(unkept)), 'modelkeep; fwd=uri-miss; stored')
})

test('failures but for 404 are never kept', async () => {
  for (const target of [
    '/api/v1/models?limit=101',
    '/api/v1/models?page=11&limit=100',
    '/api/v1/models?favorites=true',
  ])
    for (const _ of [1, 2]) assert.equal(outcome(await hub.ask(target)), 'modelkeep; fwd=bypass', target)
})

test('an edit is seen at once by whoever asks next, and leaves warm what it does not concern', async () => {
  const [lora, vae, version, tags] = [
    `/api/v1/models/${loraId}`,
    `/api/v1/models/${vaeId}`,
    `/api/v1/model-versions/${idsOfKind(1).versionId}`,
    '/api/v1/tags?limit=5',
  ]
  const lists = [`/api/v1/models?ids=${loraId}`, `/api/v1/models?ids=${vaeId}`] as const
  for (const target of [lora, vae, version, tags, ...lists]) await kept(target)
  await hub.command('model', 'set', String(loraId), '--downloads', 'no')
  for (const target of [lora, version, lists[0]])
    assert.equal(outcome(await hub.ask(target)), 'modelkeep; fwd=uri-miss; stored', target)
  for (const target of [vae, tags, lists[1]]) assert.ok(isHit(await hub.ask(target)), target)

  const thumbsUp = ({ body }: Answer): number => JSON.parse(body.toString()).stats.thumbsUpCount
  const before = thumbsUp(await kept(lora))
  await hub.ask(`/api/v1/me/favorites/${loraId}`, { method: 'PUT', token: ada })
  assert.equal(thumbsUp(await hub.ask(lora)), before + 1)
  assert.ok(isHit(await hub.ask(vae)))
})

test('what is not there is remembered until it comes', async () => {
  const bytes = safetensors('a newcomer', 100)
  const byHash = `/api/v1/model-versions/by-hash/${hashesOf(bytes).SHA256}`
  assert.equal((await hub.ask(byHash)).status, 404)
  const again = await hub.ask(byHash)
  assert.equal(again.status, 404)
  assert.ok(isHit(again))
  assert.equal(again.headers['cache-control'], 'private, no-store')
  const file = join(hub.folder, 'newcomer.safetensors')
  await writeFile(file, bytes)
  await eventually(
    async () => hub.rows("select 1 from model_file where name = 'newcomer.safetensors'").length === 1,
    'it is indexed',
  )
  assert.equal((await hub.ask(byHash)).status, 200)
  await kept(byHash)
  await rm(file)
  await eventually(async () => (await hub.ask(byHash)).status === 404, 'it is gone')
})

test('a thousand who ask for a cold answer at once have it made once', async () => {
  const target = `/api/v1/model-versions/by-hash/${tidalHashes.AutoV2}?cold=1`
  const answers = await Promise.all(Array.from({ length: 1000 }, () => hub.ask(target)))
  assert.ok(answers.every(({ status }) => status === 200))
  assert.ok(answers.filter((answer) => outcome(answer) === 'modelkeep; fwd=uri-miss; stored').length === 1)
})
