import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { type Answer, type Hub, startHub } from './hub.ts'
import { idsOfKind, levels, tidal, tidalHashes } from './library.ts'

const hub = await startHub({ accounts: ['ada'] })
after(() => hub.close())
const token = await hub.createToken('ada')

/** Every kind of answer that can hold addresses. */
const asked = [
  '/api/v1/models?limit=3&nsfw=true',
  '/api/v1/models?limit=4&page=2',
  '/api/v1/models?limit=1&query=kind',
  `/api/v1/models?ids=${tidal.modelId},${levels.modelId}&nsfw=true`,
  `/api/v1/models/${tidal.modelId}`,
  `/api/v1/model-versions/${tidal.versionId}`,
  `/api/v1/model-versions/mini/${tidal.versionId}`,
  `/api/v1/model-versions/by-hash/${tidalHashes.CRC32}`,
  '/api/v1/images?limit=2&nsfw=X',
  '/api/v1/images?limit=2&page=1',
  '/api/v1/creators',
  '/api/v1/creators?limit=1&page=2',
  '/api/v1/tags',
  '/api/v1/tags?limit=2&page=2',
  '/api/v1/collections?limit=1',
  '/api/v1/vault/all',
]

/** Addresses in an answer, each with the keys that lead to it; not those that people wrote into descriptions. */
function* addressesIn(value: unknown, path: string): Generator<{ address: string; path: string }> {
  if (typeof value === 'string' && /^https?:/.test(value)) yield { address: value, path }
  if (typeof value !== 'object' || value === null) return
  for (const [key, held] of Object.entries(value))
    if (key !== 'description' && key !== 'meta') yield* addressesIn(held, `${path}.${key}`)
}

const addressesOf = ({ body, status }: Answer, target: string) => {
  assert.equal(status, 200, `${target}: ${body}`)
  return [...addressesIn(JSON.parse(body.toString()), target)]
}

/** Follows an address as clients do: redirects without the token, bytes only in part. */
async function follow(from: Hub, address: string): Promise<Answer> {
  const answer = await from.ask(address, { token })
  if (answer.status !== 302 && answer.status !== 307 && answer.status !== 308) return answer
  const location = answer.headers.location ?? ''
  assert.ok(location.startsWith(`${from.origin}/`), `${address} leads to ${location}`)
  return from.ask(location, { headers: { range: 'bytes=0-0' } })
}

test('56. addresses are on the host that the request was for', async () => {
  await addToVault()
  for (const host of ['hub.example', 'civitai.example:8443', '[::1]:3333']) {
    const origin = `http://${host}/`
    for (const target of asked) {
      const headers = { host, 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https' }
      const found = addressesOf(await hub.ask(target, { headers, token }), target)
      for (const { address, path } of found) assert.ok(address.startsWith(origin), `${path}: ${address}`)
      const anonymous = target.includes('vault') ? [] : addressesOf(await hub.ask(target, { headers }), target)
      for (const { address, path } of anonymous) assert.ok(address.startsWith(origin), `${path}: ${address}`)
    }
    const download = await hub.ask(`/api/download/models/${tidal.versionId}`, { headers: { host } })
    assert.ok(download.headers.location?.startsWith(origin), download.headers.location)
  }
})

test('57. --public-url decides instead, whatever the request was for', async () => {
  const fixed = await startHub({ flags: ['--public-url', 'https://models.example'] })
  try {
    for (const target of asked.filter((path) => !path.includes('vault'))) {
      for (const headers of [{}, { host: 'hub.example' }] as Record<string, string>[]) {
        for (const { address, path } of addressesOf(await fixed.ask(target, { headers }), target))
          assert.ok(address.startsWith('https://models.example/'), `${path}: ${address}`)
      }
    }
    const download = await fixed.ask(`/api/download/models/${tidal.versionId}`)
    assert.ok(download.headers.location?.startsWith('https://models.example/'), download.headers.location)
  } finally {
    await fixed.close()
  }
})

test('every address that the API gives out leads somewhere', async () => {
  await addToVault()
  const seen = new Set<string>()
  const kinds = new Set<string>()
  const waiting: { address: string; path: string }[] = []
  for (const target of asked) waiting.push(...addressesOf(await hub.ask(target, { token }), target))
  assert.ok(waiting.length > 100)
  for (const { address, path } of waiting) {
    kinds.add(path.split('.').at(-1) ?? '')
    if (seen.has(address)) continue
    seen.add(address)
    assert.ok(address.startsWith(`${hub.origin}/`), `${path}: ${address}`)
    const answer = await follow(hub, address)
    assert.ok(answer.status === 200 || answer.status === 206, `${path}: ${address}: ${answer.status} ${answer.body}`)
    if (!/^application\/json/.test(answer.headers['content-type'] ?? '')) continue
    const list = JSON.parse(answer.body.toString()) as { items?: unknown[] }
    assert.ok(list.items === undefined || list.items.length > 0, `${path}: ${address} is empty`)
    for (const found of addressesIn(list, path)) if (!seen.has(found.address)) waiting.push(found)
  }
  const expected = ['nextPage', 'prevPage', 'link', 'downloadUrl', 'url', 'coverImageUrl', '0']
  for (const kind of expected) assert.ok(kinds.has(kind), `${kind} was met`)
})

test('the link of a creator, and of a tag, lists as many models as it was said to', async () => {
  for (const list of ['creators', 'tags']) {
    const { body } = await hub.ask(`/api/v1/${list}?limit=200`)
    const { items } = JSON.parse(body.toString()) as { items: { link: string; modelCount: number }[] }
    assert.ok(items.length >= 3, list)
    for (const { link, modelCount } of items) {
      const answer = await hub.ask(`${link}&nsfw=true`)
      const { items: models } = JSON.parse(answer.body.toString()) as { items: unknown[] }
      assert.equal(models.length, modelCount, link)
    }
  }
})

/** So that the vault has addresses to give. */
async function addToVault(): Promise<void> {
  const check = `/api/v1/vault/check-vault?modelVersionIds=${tidal.versionId},${idsOfKind(0).versionId}`
  const kept = JSON.parse((await hub.ask(check, { token })).body.toString()) as {
    modelVersionId: number
    vaultItem: unknown
  }[]
  for (const { modelVersionId, vaultItem } of kept) {
    if (vaultItem !== null) continue
    const toggle = `/api/v1/vault/toggle-version?modelVersionId=${modelVersionId}`
    assert.equal((await hub.ask(toggle, { method: 'POST', token })).status, 200)
  }
}
