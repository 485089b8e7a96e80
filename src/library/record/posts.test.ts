import assert from 'node:assert/strict'
import { test } from 'node:test'
import sharp from 'sharp'
import { mp4 } from '../images/mp4.fixture.ts'
import { civitaiInfo, type LibraryFixture, safetensors, withLibraryFolder } from '../library.fixture.ts'

const png = (red: number) =>
  sharp({ create: { width: 64, height: 48, channels: 3, background: { r: red, g: 90, b: 20 } } })
    .png()
    .toBuffer()

const postsOf = async ({ rows }: LibraryFixture) =>
  Object.fromEntries(
    (await rows<{ path: string; post_id: number }>('select path, post_id from image')).map((row) => [
      row.path,
      row.post_id,
    ]),
  )

const image = (number: number, more: object = {}) => ({
  url: `https://images.example/${number}.png`,
  width: 64,
  height: 48,
  type: 'image',
  nsfwLevel: 1,
  ...more,
})

test('an image belongs to the post that its sidecar names, otherwise to the local post of its version', () =>
  withLibraryFolder(async (fixture) => {
    const bytes = safetensors('fox')
    const images = [
      image(1, { postId: 4242 }),
      image(2),
      image(3, { postId: 1_000_000_007 }),
      image(4, { postId: 'x' }),
    ]
    await fixture.put('fox.safetensors', bytes)
    await fixture.put('fox.civitai.info', civitaiInfo({ modelId: 7, versionId: 70 }, bytes, { images }))
    for (const name of ['fox.preview.png', 'fox.preview.1.png', 'fox.preview.2.png', 'fox.preview.3.png'])
      await fixture.put(name, await png(name.length))
    await fixture.put('wolf.safetensors', safetensors('wolf'))
    await fixture.put('wolf.png', await png(50))
    await fixture.scan()
    const posts = await postsOf(fixture)
    const local = posts['fox.preview.1.png'] ?? 0
    assert.ok(local >= 1_000_000_000)
    assert.equal(posts['fox.preview.png'], 4242)
    assert.equal(posts['fox.preview.2.png'], local, 'an id of another hub means nothing here')
    assert.equal(posts['fox.preview.3.png'], local)
    assert.ok((posts['wolf.png'] ?? 0) >= 1_000_000_000)
    assert.notEqual(posts['wolf.png'], local, 'each version has a post of its own')

    await fixture.put('fox.preview.4.png', await png(9))
    await fixture.rows("update library_entry set fingerprint = ''")
    await fixture.scan()
    assert.deepEqual(await postsOf(fixture), { ...posts, 'fox.preview.4.png': local }, 'ids stay')
    const changed = [image(1), image(2, { postId: 4243 })]
    await fixture.put('fox.civitai.info', civitaiInfo({ modelId: 7, versionId: 70 }, bytes, { images: changed }))
    await fixture.scan()
    const after = await postsOf(fixture)
    assert.deepEqual([after['fox.preview.png'], after['fox.preview.1.png']], [local, 4243])
  }))

test('a video is linked to the still image with its name, and to no other picture', () =>
  withLibraryFolder(async (fixture) => {
    await fixture.put('fox.safetensors', safetensors('fox'))
    for (const name of ['fox.mp4', 'fox.preview.2.mp4', 'fox.preview.3.mp4'])
      await fixture.put(name, mp4({ width: 64, height: 48 }))
    for (const name of ['fox.preview.png', 'fox.preview.2.png', 'fox.preview.4.png'])
      await fixture.put(name, await png(name.length))
    const stills = () =>
      fixture.rows(
        'select video.path as video, still.path as still from video_still join image as video on video.id = video_id join image as still on still.id = still_id order by 1',
      )
    await fixture.scan()
    assert.deepEqual(await stills(), [
      { video: 'fox.mp4', still: 'fox.preview.png' },
      { video: 'fox.preview.2.mp4', still: 'fox.preview.2.png' },
    ])
    await fixture.put('fox.png', await png(77))
    await fixture.scan()
    assert.deepEqual((await stills())[0], { video: 'fox.mp4', still: 'fox.png' }, 'the same name comes first')
  }))
