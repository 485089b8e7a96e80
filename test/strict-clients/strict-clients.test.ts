import assert from 'node:assert/strict'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import sharp from 'sharp'
import { mp4 } from '../../src/library/images/mp4.fixture.ts'
import { startHub } from '../conformance/hub.ts'
import { safetensors } from '../conformance/model-file.ts'
import { eventually } from '../eventually.ts'
import { decodeLikeGo } from './go-client.ts'
import { decodeLikePydantic } from './pydantic-client.ts'
import { type Counts, readEverything } from './read-everything.ts'
import { int, list, nullable, object, optional, text } from './shape.ts'
import { decodeLikeZod } from './zod-client.ts'

const clients = { zod: decodeLikeZod, pydantic: decodeLikePydantic, Go: decodeLikeGo }

/** Files of several kinds, pictures and a video, and nothing that says anything of them. */
async function putFilesAlone(folder: string): Promise<void> {
  const size = { width: 64, height: 48 }
  const png = await sharp({ create: { ...size, channels: 3, background: '#3a7' } })
    .png()
    .toBuffer()
  const files: Record<string, Uint8Array> = {
    'loras/fox.safetensors': safetensors('fox', 900),
    'loras/fox.png': png,
    'loras/fox.mp4': mp4(size),
    'checkpoints/large.safetensors': safetensors('large', 1_100_000),
    'checkpoints/夜 night.safetensors': safetensors('night', 700),
    'vae/some.vae.safetensors': safetensors('vae', 600),
    'stray.safetensors': safetensors('stray', 500),
  }
  for (const [path, bytes] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), bytes)
  }
}

for (const [folder, options, least] of [
  ['the sample library', { sample: true }, { models: 10, images: 10, posts: 5, tags: 5, creators: 2 }],
  [
    'a folder without any sidecar',
    { library: putFilesAlone },
    { models: 5, images: 2, posts: 1, tags: 0, creators: 1 },
  ],
] as const)
  test(`strict clients of each style read all of ${folder} without an error`, async () => {
    const hub = await startHub({ ...options, accounts: ['ada'] })
    try {
      const token = await hub.createToken('ada')
      await eventually(async () => {
        const { items } = JSON.parse((await hub.ask(`/api/v1/models?nsfw=true&now=${Date.now()}`)).body.toString())
        return items.length >= least.models
      }, 'the models are listed')
      const [{ id: cover } = {}] = hub.rows('select id from image where nsfw_level = 1 limit 1')
      for (const cover_image_id of [Number(cover), null])
        hub.change(
          `insert into collection (account_id, name, name_key, type, read, nsfw_level, cover_image_id, created_at)
           select id, 'C', 'c', 'Model', 'Public', 1, ?, 0 from account where username = 'ada'`,
          cover_image_id,
        )
      const read: Counts[] = []
      for (const [style, decode] of Object.entries(clients))
        read.push(
          await readEverything(hub, { decode, token }).catch((error) => {
            throw new Error(`${style}: ${error.message}`)
          }),
        )
      const [counts] = read
      for (const other of read) assert.deepEqual(other, counts, 'each client reads the same')
      for (const [what, minimum] of Object.entries(least))
        assert.ok((counts?.[what as keyof Counts] ?? 0) >= minimum, `${what}: ${counts?.[what as keyof Counts]}`)
    } finally {
      await hub.close()
    }
  })

test('the clients are strict in the way of their languages', () => {
  const shape = object({ id: { kind: 'int', required: true }, tags: list(text), more: optional(nullable(int)) })
  const accepted = (json: string) =>
    Object.entries(clients)
      .filter(([, decode]) => {
        try {
          decode(json, shape)
          return true
        } catch {
          return false
        }
      })
      .map(([style]) => style)
  assert.deepEqual(accepted('{"id":1,"tags":[]}'), ['zod', 'pydantic', 'Go'])
  assert.deepEqual(accepted('{"id":1,"tags":[],"unknown":1}'), ['pydantic', 'Go'])
  assert.deepEqual(accepted('{"id":1.0,"tags":[]}'), ['zod', 'pydantic'])
  for (const broken of [
    '{"id":null,"tags":[]}',
    '{"id":"1","tags":[]}',
    '{"id":1.5,"tags":[]}',
    '{"tags":[]}',
    '{"id":1,"tags":null}',
    '{"id":1}',
    '{"id":1,"tags":[1]}',
    '{"id":1,"tags":[],"more":"2"}',
    '[]',
  ])
    assert.deepEqual(accepted(broken), [], broken)
})
