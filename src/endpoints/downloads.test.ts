import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdir, readdir, readlink, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises'
import { get, type IncomingMessage } from 'node:http'
import { connect } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { eventually } from '../../test/eventually.ts'
import type { ModelFixture, VersionFixture } from '../catalog/catalog.fixture.ts'
import { type LibraryFixture, withLibrary as serveLibrary } from '../hub/library.fixture.ts'
import { download, downloadTrainingData, fileBytes } from './downloads.ts'

const endpoints = [download, downloadTrainingData, fileBytes]
const withLibrary = (run: (library: LibraryFixture) => Promise<void>, options: { loginOnly?: boolean } = {}) =>
  serveLibrary({ endpoints, ...options }, run)

const browser = { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0' }
const as = (accountId: number) => ({ authorization: `Bearer ${accountId}` })
/** The body of an error. */
const errorOf = async (response: Response) => (await response.json()) as { error: string; [more: string]: unknown }
const locationOf = (response: Response) => response.headers.get('location') ?? ''

/** A model of one version with one file of 10,000 bytes. */
async function addOne(
  library: LibraryFixture,
  model: ModelFixture = {},
  version: VersionFixture = {},
  name = 'a.safetensors',
) {
  const bytes = randomBytes(10_000)
  const file = await library.putFile(name, bytes)
  const inserted = await library.addModel({ ...model, versions: [{ ...version, files: [file] }] })
  const versionId = inserted.versions[0]?.id ?? 0
  return { bytes, file, versionId, modelId: inserted.id, target: `/api/download/models/${versionId}` }
}

test('a download redirects to an absolute address that is enough by itself', () =>
  withLibrary(async (library) => {
    const { target, bytes, file } = await addOne(library)
    const answer = await library.request(`${target}?token=abc`)
    assert.equal(answer.status, 307)
    assert.match(
      locationOf(answer),
      new RegExp(`^${library.origin}/files/[\\w-]{66}/a\\.safetensors\\?response-content-disposition=`),
    )
    assert.doesNotMatch(locationOf(answer), /abc/)
    assert.match(answer.headers.get('cache-control') ?? '', /no-store/)
    const head = await library.request(target, { method: 'HEAD' })
    assert.equal(head.status, 307)
    assert.equal(locationOf(head), locationOf(answer))

    for (const headers of [{}, { authorization: 'Bearer leftover' }, { authorization: 'Basic x' }]) {
      const got = await library.request(locationOf(answer), { headers })
      assert.equal(got.status, 200)
      assert.equal(got.headers.get('content-type'), 'application/octet-stream')
      assert.equal(got.headers.get('content-disposition'), 'attachment; filename="a.safetensors"')
      assert.equal(got.headers.get('etag'), `"${file.sha256.toLowerCase()}"`)
      assert.match(got.headers.get('cache-control') ?? '', /no-store/)
      assert.ok(Buffer.from(await got.arrayBuffer()).equals(bytes))
    }
    const [get, headOfBytes] = await Promise.all([
      library.request(locationOf(answer)),
      library.request(locationOf(answer), { method: 'HEAD' }),
    ])
    await get.arrayBuffer()
    for (const name of [
      'content-length',
      'content-type',
      'etag',
      'accept-ranges',
      'repr-digest',
      'content-disposition',
      'cache-control',
    ])
      assert.equal(headOfBytes.headers.get(name), get.headers.get(name), name)
    const part = await library.request(locationOf(answer), { headers: { range: 'bytes=9000-' } })
    assert.equal(part.status, 206)
    assert.ok(Buffer.from(await part.arrayBuffer()).equals(bytes.subarray(9000)))
  }))

test('a forged or expired address is refused with 403 and JSON; a resume hours later is not', () =>
  withLibrary(async (library) => {
    const { target } = await addOne(library)
    const address = locationOf(await library.request(target))
    const [, , , , grant = ''] = address.split('/')
    const forged = address.replace(grant, `${grant.slice(0, 20)}${grant[20] === 'A' ? 'B' : 'A'}${grant.slice(21)}`)
    const refused = await library.request(forged)
    assert.equal(refused.status, 403)
    assert.equal(refused.headers.get('content-disposition'), null)
    assert.equal(typeof (await errorOf(refused)).error, 'string')
    library.clock.now += 23 * 3_600_000
    assert.equal((await library.request(address, { headers: { range: 'bytes=5000-' } })).status, 206)
    library.clock.now += 2 * 3_600_000
    const expired = await library.request(address)
    assert.equal(expired.status, 403)
    assert.equal(typeof (await errorOf(expired)).error, 'string')
  }))

test('the address dies with the access of its account', () =>
  withLibrary(async (library) => {
    const { target, modelId } = await addOne(library)
    const person = await library.addAccount()
    const mine = locationOf(await library.request(target, { headers: as(person) }))
    const anybodys = locationOf(await library.request(target))
    const status = async (address: string) => (await library.request(address)).status
    const change = (values: object) =>
      library.database.write((transaction) =>
        transaction.updateTable('account').set(values).where('id', '=', person).execute(),
      )
    assert.equal(await status(mine), 200)
    await change({ status: 'banned' })
    assert.equal(await status(mine), 403)
    assert.equal(await status(anybodys), 200)
    await change({ status: 'muted' })
    assert.equal(await status(mine), 200)
    await library.database.write((transaction) =>
      transaction.updateTable('model').set({ login_only: 1 }).where('id', '=', modelId).execute(),
    )
    assert.equal(await status(mine), 200)
    assert.equal(await status(anybodys), 403)
    await library.database.write((transaction) => transaction.deleteFrom('account').where('id', '=', person).execute())
    assert.equal(await status(mine), 403)
  }))

test('login-only: programs get 401 with a message, browsers are sent to sign in, accounts get the file', () =>
  withLibrary(async (library) => {
    const { target, versionId } = await addOne(library, { login_only: 1 })
    for (const headers of [{ 'user-agent': 'curl/8' }, { 'user-agent': '' }, { ...as(0) }]) {
      const program = await library.request(target, { headers })
      assert.equal(program.status, 401)
      assert.deepEqual(await program.json(), {
        error: 'Unauthorized',
        message: 'The creator of this asset requires you to be logged in to download it',
      })
    }
    const person = await library.request(target, { headers: browser })
    assert.equal(person.status, 307)
    assert.equal(
      locationOf(person),
      `${library.origin}/login?returnUrl=%2Fmodel-versions%2F${versionId}&reason=download-auth`,
    )
    assert.equal((await library.request(target, { headers: as(await library.addAccount()) })).status, 307)
  }))

test("the owner's default holds where the model does not say otherwise", () =>
  withLibrary(
    async (library) => {
      const unsaid = await addOne(library, {}, {}, 'a.safetensors')
      const open = await addOne(library, { login_only: 0 }, {}, 'b.safetensors')
      assert.equal((await library.request(unsaid.target)).status, 401)
      assert.equal((await library.request(open.target)).status, 307)
    },
    { loginOnly: true },
  ))

test('archived, disabled, early access, private, unpublished and unknown have the answers of the contract', () =>
  withLibrary(async (library) => {
    const person = await library.addAccount()
    const owner = await library.addAccount({ role: 'owner' })
    const endsAt = library.clock.now + 86_400_000
    let files = 0
    const ask = async (model: ModelFixture, version: VersionFixture = {}) => {
      const { target } = await addOne(library, model, version, `file${++files}.safetensors`)
      const answers = []
      for (const headers of [{}, as(person), as(owner)]) {
        const answer = await library.request(target, { headers })
        answers.push({ status: answer.status, body: answer.status < 400 ? undefined : await errorOf(answer) })
      }
      return answers
    }
    const found = { status: 307, body: undefined }
    const unknown = { status: 404, body: { error: 'File not found' } }
    const archived = { status: 410, body: { error: 'Model archived, not available for download' } }
    const disabled = {
      status: 401,
      body: { error: 'Unauthorized', message: 'The creator of this asset has disabled downloads on this file' },
    }
    const login = {
      status: 401,
      body: { error: 'Unauthorized', message: 'The creator of this asset requires you to be logged in to download it' },
    }
    const noAccess = { status: 403, body: { error: 'You do not have access to download this file' } }
    assert.deepEqual(await ask({ mode: 'Archived' }), [archived, archived, archived])
    assert.deepEqual(await ask({ downloads_disabled: 1 }), [disabled, disabled, found])
    assert.deepEqual(await ask({}, { usage_control: 'Generation' }), [disabled, disabled, found])
    assert.deepEqual(await ask({ status: 'Unpublished' }), [unknown, unknown, found])
    assert.deepEqual(await ask({}, { status: 'Draft' }), [unknown, unknown, found])
    assert.deepEqual(await ask({ mode: 'TakenDown' }), [unknown, unknown, found])
    assert.deepEqual(await ask({ availability: 'Private' }), [login, noAccess, found])
    assert.deepEqual(await ask({ availability: 'Private', creator_id: person }), [login, found, found])
    assert.deepEqual(await ask({}, { early_access_ends_at: library.clock.now - 1 }), [found, found, found])
    const [early] = await ask({}, { early_access_ends_at: endsAt })
    assert.equal(early?.status, 403)
    assert.equal(early?.body?.error, 'Early Access')
    assert.equal(early?.body?.deadline, new Date(endsAt).toISOString())
    assert.equal(typeof early?.body?.message, 'string')

    assert.equal((await library.request('/api/download/models/77')).status, 404)
    for (const id of ['abc', '0', '-1', '1.5', '99999999999']) {
      const answer = await library.request(`/api/download/models/${id}`)
      assert.equal(answer.status, 400, id)
      assert.ok('error' in (await errorOf(answer)))
    }
  }))

test('selectors pick the file that has what they ask', () =>
  withLibrary(async (library) => {
    const put = async (name: string, traits: object) => ({
      ...(await library.putFile(name, Buffer.from(name))),
      ...traits,
    })
    const full = await put('full.safetensors', { format: 'SafeTensor', size: 'full', fp: 'fp32' })
    const pruned = await put('pruned.safetensors', { format: 'SafeTensor', size: 'pruned', fp: 'fp16' })
    const pickle = await put('pickle.ckpt', { format: 'PickleTensor', size: 'pruned', fp: 'fp16' })
    const vae = await put('some.vae.pt', { type: 'VAE', format: 'PickleTensor' })
    const { versions } = await library.addModel({
      type: 'Checkpoint',
      versions: [{ files: [full, { ...pruned, is_primary: 1 }, pickle, vae] }],
    })
    const pick = async (query: string) => {
      const answer = await library.request(`/api/download/models/${versions[0]?.id}${query}`)
      return answer.status === 307 ? new URL(locationOf(answer)).pathname.split('/').at(-1) : answer.status
    }
    assert.equal(await pick(''), 'pruned.safetensors')
    assert.equal(await pick('?type=&format='), 'pruned.safetensors')
    assert.equal(await pick('?size=full'), 'full.safetensors')
    assert.equal(await pick('?type=Model&format=PickleTensor&size=pruned&fp=fp16'), 'pickle.ckpt')
    assert.equal(await pick('?type=VAE'), 'some.vae.pt')
    assert.equal(await pick(`?fileId=${vae.id}`), 'some.vae.pt')
    assert.equal(await pick(`?fileId=${vae.id + 1000}`), 404)
    assert.equal(await pick('?format=GGUF&type=Model'), 404)
    assert.equal(await pick('?fp=nf9&type=Model'), 404)
    assert.equal(await pick('?fp=nf9'), 404, 'the VAE states no precision, and is not the model for that')
    assert.equal(await pick('?quantType=Q8_0'), 'pruned.safetensors', 'nothing contradicts')
    assert.equal(await pick('?type=Nope'), 400)
    assert.equal(await pick('?fileId=x'), 400)
  }))

test('a file whose every place is gone is not found, one that changed is not served, a duplicate steps in', () =>
  withLibrary(async (library) => {
    const { target, file, bytes } = await addOne(library)
    const address = locationOf(await library.request(target))
    const path = join(library.folder, 'a.safetensors')
    await utimes(path, 1, 1)
    for (const asked of [target, address]) assert.equal((await library.request(asked)).status, 503)
    await rm(path)
    for (const asked of [target, address]) {
      const answer = await library.request(asked)
      assert.equal(answer.status, 404)
      assert.deepEqual(await answer.json(), { error: 'File not found' })
    }
    const copy = await library.putFile('copies/b.safetensors', bytes)
    await library.database.write((transaction) =>
      transaction.updateTable('file_place').set({ file_id: file.id }).where('file_id', '=', copy.id).execute(),
    )
    assert.equal((await library.request(target)).status, 307)
    assert.ok(Buffer.from(await (await library.request(address)).arrayBuffer()).equals(bytes))
  }))

test('a link that leads out of the library is not served, whatever the index says', () =>
  withLibrary(async (library) => {
    const { target } = await addOne(library, {}, {}, 'loras/a.safetensors')
    const address = locationOf(await library.request(target))
    await mkdir(join(library.outside, 'private'))
    await rename(join(library.folder, 'loras/a.safetensors'), join(library.outside, 'private/a.safetensors'))
    await rm(join(library.folder, 'loras'), { recursive: true })
    await symlink(join(library.outside, 'private'), join(library.folder, 'loras'))
    for (const asked of [target, address]) assert.equal((await library.request(asked)).status, 404)
    await writeFile(join(library.outside, 'secret'), 'x'.repeat(10_000))
    await library.database.write((transaction) =>
      transaction.updateTable('file_place').set({ path: '../secret' }).execute(),
    )
    for (const asked of [target, address]) assert.equal((await library.request(asked)).status, 404)
  }))

test('a non-ASCII name is sent as UTF-8, for GET, HEAD and ranges', () =>
  withLibrary(async (library) => {
    const { target } = await addOne(library, {}, {}, 'モデル v1.safetensors')
    const url = locationOf(await library.request(target))
    for (const init of [{}, { method: 'HEAD' }, { headers: { range: 'bytes=0-1' } }]) {
      const { headers } = await library.request(url, init)
      const disposition = Buffer.from(headers.get('content-disposition') ?? '', 'latin1').toString('utf8')
      assert.equal(disposition, 'attachment; filename="モデル v1.safetensors"')
    }
  }))

test('GETs that begin a download are counted, and nothing else', () =>
  withLibrary(async (library) => {
    const { target, versionId, modelId } = await addOne(library)
    await library.request(target)
    await library.request(target, { headers: { range: 'bytes=0-' } })
    await library.request(target, { headers: { range: 'bytes=500-' } })
    await library.request(target, { method: 'HEAD' })
    await library.request('/api/download/models/77')
    await library.downloads.close()
    const { model, version, days } = await library.database.write(async (transaction) => ({
      model: await transaction
        .selectFrom('model')
        .select('download_count')
        .where('id', '=', modelId)
        .executeTakeFirst(),
      version: await transaction
        .selectFrom('model_version')
        .select('download_count')
        .where('id', '=', versionId)
        .executeTakeFirst(),
      days: await transaction.selectFrom('download_day').selectAll().execute(),
    }))
    assert.equal(model?.download_count, 2)
    assert.equal(version?.download_count, 2)
    assert.deepEqual(
      days.map((row) => ({ ...row })),
      [{ version_id: versionId, day: Math.floor(library.clock.now / 86_400_000), downloads: 2 }],
    )
  }))

test('a client that goes away in the middle leaves no file open', () =>
  withLibrary(async (library) => {
    const file = await library.putFile('big.safetensors', Buffer.alloc(50_000_000))
    const { versions } = await library.addModel({ versions: [{ files: [file] }] })
    const address = locationOf(await library.request(`/api/download/models/${versions[0]?.id}`))
    const isOpen = async () => {
      const links = (await readdir('/proc/self/fd')).map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => ''))
      return (await Promise.all(links)).includes(join(library.folder, 'big.safetensors'))
    }
    for (const range of ['bytes=0-', 'bytes=0-20000000,30000000-40000000']) {
      const leaving = get(address, { headers: { range }, agent: false })
      const [answer] = (await once(leaving, 'response')) as [IncomingMessage]
      assert.equal(answer.statusCode, 206)
      assert.ok(await isOpen())
      leaving.destroy()
      await eventually(async () => !(await isOpen()), 'the file is closed')
    }
    // Gone before the answer begins.
    const { hostname, port, pathname } = new URL(address)
    for (let client = 0; client < 40; client++) {
      const socket = connect(Number(port), hostname)
      socket.write(`GET ${pathname} HTTP/1.1\r\nHost: ${hostname}:${port}\r\n\r\n`)
      await pause(client % 8)
      socket.destroy()
    }
    // The last of them may be noticed after the first look.
    let closedInARow = 0
    await eventually(async () => {
      closedInARow = (await isOpen()) ? 0 : closedInARow + 1
      return closedInARow === 20
    }, 'the file is closed and stays so')
  }))

test('training data has an address of its own, which redirects without the token', () =>
  withLibrary(async (library) => {
    const answer = await library.request('/api/download/training-data/5?token=abc&fp=fp16')
    assert.equal(answer.status, 308)
    const location = new URL(locationOf(answer))
    assert.equal(location.pathname, '/api/download/models/5')
    assert.deepEqual(
      [...location.searchParams],
      [
        ['fp', 'fp16'],
        ['type', 'Training Data'],
      ],
    )
  }))
